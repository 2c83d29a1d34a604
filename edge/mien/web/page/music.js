// What plays and why, what comes next, and the buttons of the music.

import { element, fillTexts, made, setText } from "./common.js";
import { showCover, startCover } from "./cover.js";
import { act } from "./player.js";

const VOLUME_PAUSE_MS = 150; // a dragged slider is sent once it rests
const LONG_TITLE = 40; // letters: set smaller
const SECOND_PRESS_MS = 8000; // as long "Never again" waits for its second press
const VERDICTS = ["like", "wrong-mood", "ban"];
const STATES = { playing: "Playing", paused: "Paused", stopped: "Music" };

let playback = { state: "stopped", track: null, position_seconds: 0 };
let playbackSince = 0;
let volumeTimer = null;
let doomed = null; // the path of the track that one more press bans
let doomTimer = null;
let liked = null; // the path of the track that was liked last

export function showMusic(snapshot) {
  playback = snapshot.playback;
  playbackSince = performance.now();
  const { track } = playback;
  document.body.dataset.playing = playback.state;
  setText(element("state"), STATES[playback.state]);
  setText(element("track"), track?.title ?? "Nothing plays");
  element("track").classList.toggle("long", track?.title.length > LONG_TITLE);
  setText(element("artist"), track?.artist ?? "");
  const chosen = track && snapshot.choice?.path === track.path;
  fillTexts(element("reasons"), "li", chosen ? snapshot.choice.reasons : []);
  showCover(track);
  showButtons(Boolean(chosen));
  showNext(snapshot.upcoming);
  showProgress();
  showVolume(snapshot);
}

function showButtons(rateable) {
  setText(element("pause-word"), playback.state === "paused" ? "Resume" : "Pause");
  element("pause").disabled = playback.state === "stopped";
  for (const verdict of VERDICTS) element(verdict).disabled = !rateable;
  if (!rateable || playback.track.path !== doomed) doom(null);
  if (playback.track?.path !== liked) element("like").removeAttribute("aria-pressed");
}

function showNext(upcoming) {
  element("next").hidden = !upcoming;
  const [title, artist] = [upcoming?.title ?? "", upcoming?.artist ?? ""];
  element("upcoming").replaceChildren(made("bdi", title), artist && " – ", made("bdi", artist));
}

/** Move the time on; called every second, since the player does not tell each. */
export function showProgress() {
  const duration = playback.track?.duration_seconds;
  element("progress").hidden = !duration;
  if (!duration) return;
  const passed = playback.state === "playing" ? (performance.now() - playbackSince) / 1000 : 0;
  const position = Math.min(playback.position_seconds + passed, duration);
  element("done").style.setProperty("--share", position / duration);
  setText(element("time"), `${clock(position)} / ${clock(duration)}`);
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

function showVolume(snapshot) {
  if (volumeTimer !== null) return; // a hand is on the slider
  const slider = element("volume");
  slider.max = snapshot.maximum_volume_percent;
  slider.value = snapshot.volume_percent;
  sayVolume();
}

function sayVolume() {
  const { value } = element("volume");
  setText(element("volume-shown"), `${value} %`);
  element("volume").setAttribute("aria-valuetext", `${value} %`);
}

async function rate(verdict) {
  const path = playback.track?.path;
  if (path === undefined) return;
  const isTaken = await act("api/rate", { path, verdict: verdict.replace("-", "_") });
  if (isTaken && verdict === "like") {
    liked = path;
    element("like").setAttribute("aria-pressed", "true");
  }
}

/** Ban the track, but only by a second press: it is never heard again. */
function ban(event) {
  if (event.detail > 1) return; // a double click is one press
  const isSecond = doomed === playback.track.path;
  doom(isSecond ? null : playback.track.path);
  if (isSecond) rate("ban");
}

/** Have the next press ban the track of this path, for some seconds; null for none. */
function doom(path) {
  clearTimeout(doomTimer);
  doomed = path;
  setText(element("ban"), path === null ? "Never again" : "Press again: never again");
  setText(element("ban-note"), path === null ? "" : "Press again, and this track is never played again.");
  if (path !== null) doomTimer = setTimeout(() => doom(null), SECOND_PRESS_MS);
}

async function sendVolume() {
  await act("api/volume", { percent: Number(element("volume").value) });
  volumeTimer = null;
}

export function startMusic() {
  startCover();
  element("pause").addEventListener("click", () => act(playback.state === "paused" ? "api/resume" : "api/pause"));
  element("skip").addEventListener("click", () => act("api/skip"));
  for (const verdict of ["like", "wrong-mood"]) element(verdict).addEventListener("click", () => rate(verdict));
  element("ban").addEventListener("click", ban);
  element("ban").addEventListener("keydown", (event) => {
    if (event.repeat) event.preventDefault(); // a key that is held down is one press
  });
  element("volume").addEventListener("input", () => {
    sayVolume();
    clearTimeout(volumeTimer);
    volumeTimer = setTimeout(sendVolume, VOLUME_PAUSE_MS);
  });
}
