// Starts the parts of the page and keeps them live.

import { element, fillTexts } from "./common.js";
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

function tick() {
  showNote();
  showProgress();
  showOverride();
}

startKiosk();
startMood();
startMusic();
startSteer();
startPhoto();
follow(show);
setInterval(tick, 1000);
