// "Now": what is seen, decided and played, and the buttons that change it.

import { element, fillBars, fillReasons, percent, post, setText, showProblem } from "./common.js";

const VOLUME_PAUSE_MS = 150; // a dragged slider is sent once it rests

const VERDICTS = ["like", "wrong-mood", "ban"];
const STATES = { playing: "Playing", paused: "Paused", stopped: "Music" };
let playback = { state: "stopped", track: null, position_seconds: 0 };
let playbackSince = 0;
let volumeTimer = null;
let liked = null; // the path of the track that was liked last

export function showSnapshot(snapshot) {
  showMood(snapshot.mood);
  fillBars(element("expression"), snapshot.probabilities);
  showPlayback(snapshot);
  showVolume(snapshot);
  const eye = element("eye");
  eye.dataset.connected = snapshot.eye_connected;
  setText(eye, snapshot.eye_connected ? "Eye connected" : "Eye not connected");
  showProblem(element("trouble"), snapshot.trouble);
}

function showMood(mood) {
  document.body.dataset.mood = mood.emotion;
  setText(element("mood"), mood.emotion);
  const notes = { nobody: "No face is seen.", unsure: "A face is seen, its expression is unclear." };
  setText(element("mood-note"), notes[mood.emotion] ?? `${percent(mood.confidence)} sure`);
  element("place").style.transform = `translate(${120 + 100 * mood.valence}px, ${120 - 100 * mood.arousal}px)`;
  const pleasant = mood.valence < 0 ? "unpleasant" : "pleasant";
  const energetic = mood.arousal < 0 ? "calm" : "energetic";
  element("plane").setAttribute(
    "aria-label",
    `The mood's place: ${percent(Math.abs(mood.valence))} ${pleasant}, ${percent(Math.abs(mood.arousal))} ${energetic}`,
  );
}

function showPlayback(snapshot) {
  playback = snapshot.playback;
  playbackSince = performance.now();
  const track = playback.track;
  setText(element("state"), STATES[playback.state]);
  setText(element("track"), track ? [track.title, track.artist].filter(Boolean).join(" – ") : "Nothing plays");
  const chosen = track && snapshot.choice?.path === track.path;
  fillReasons(element("reasons"), chosen ? snapshot.choice.reasons : []);
  setText(element("pause"), playback.state === "paused" ? "Resume" : "Pause");
  element("pause").disabled = playback.state === "stopped";
  const rateable = Boolean(chosen);
  for (const verdict of VERDICTS) element(verdict).disabled = !rateable;
  if (track?.path !== liked) element("like").removeAttribute("aria-pressed");
  showProgress();
}

function showProgress() {
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

async function act(path, body) {
  try {
    await post(path, body);
    showProblem(element("now-problem"), null);
  } catch (error) {
    showProblem(element("now-problem"), error.message);
  }
}

async function rate(verdict) {
  const path = playback.track?.path;
  if (!path) return;
  await act("api/rate", JSON.stringify({ path, verdict: verdict.replace("-", "_") }));
  if (verdict === "like" && element("now-problem").hidden) {
    liked = path;
    element("like").setAttribute("aria-pressed", "true");
  }
}

async function sendVolume() {
  await act("api/volume", JSON.stringify({ percent: Number(element("volume").value) }));
  volumeTimer = null;
}

export function startNow() {
  fillBars(element("expression"), null);
  element("pause").addEventListener("click", () => act(playback.state === "paused" ? "api/resume" : "api/pause"));
  element("skip").addEventListener("click", () => act("api/skip"));
  for (const verdict of VERDICTS) element(verdict).addEventListener("click", () => rate(verdict));
  element("volume").addEventListener("input", () => {
    sayVolume();
    clearTimeout(volumeTimer);
    volumeTimer = setTimeout(sendVolume, VOLUME_PAUSE_MS);
  });
  setInterval(showProgress, 1000);
}
