// Starts the page and keeps it live. A stream that breaks is opened again.

import { element } from "./common.js";
import { showSnapshot, startNow } from "./now.js";
import { markPlaying, startPhoto } from "./photo.js";

const RETRY_MS = 2000;

function listen() {
  const events = new EventSource("api/events");
  events.addEventListener("message", (event) => {
    element("lost").hidden = true;
    const snapshot = JSON.parse(event.data);
    showSnapshot(snapshot);
    markPlaying(snapshot.playback.track?.path ?? null);
  });
  events.addEventListener("error", () => {
    element("lost").hidden = false;
    events.close();
    setTimeout(listen, RETRY_MS);
  });
}

startNow();
startPhoto();
listen();
