// Starts the parts of the page and keeps them live.

import { element, fillTexts, setText } from "./common.js";
import { startKiosk } from "./kiosk.js";
import { showMood, showNote, startMood } from "./mood.js";
import { showMusic, showProgress, startMusic } from "./music.js";
import { markPlaying, startPhoto } from "./photo.js";
import { follow } from "./player.js";
import { showOverride, showSteer, startSteer } from "./steer.js";

function show(snapshot) {
  showMood(snapshot);
  showMusic(snapshot);
  showSteer(snapshot);
  markPlaying(snapshot.playback.track?.path ?? null);
  fillTexts(element("troubles"), "p", snapshot.troubles.map((trouble) => trouble.message));
}

let focused = null; // where the focus was when the player got lost

/** What is shown is old while the player is lost: dim it, stop its clock, and let nothing be pressed. */
function showLost(isLost) {
  const main = document.querySelector("main");
  if (isLost) {
    focused = main.contains(document.activeElement) ? document.activeElement : null;
    element("eye").dataset.state = "gone";
    setText(element("eye"), "Not connected");
  }
  main.inert = isLost;
  if (!isLost && document.activeElement === document.body) focused?.focus({ preventScroll: true });
}

function tick() {
  if (document.querySelector("main").inert) return;
  showNote();
  showProgress();
  showOverride();
}

startKiosk();
startMood();
startMusic();
startSteer();
startPhoto();
follow(show, showLost);
setInterval(tick, 1000);
