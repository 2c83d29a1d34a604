// The mood as a word, its place and recent path on the plane, and the seven probabilities.

import { drawn, element, EMOTIONS, fillBars, percent, setText } from "./common.js";
import { act, secondsUntil } from "./player.js";

const LONGEST_PATH = 12; // moods
const NAMED = 4; // of them in words

let snapshot = null;

export function showMood(latest) {
  snapshot = latest;
  const shown = snapshot.override?.emotion ?? snapshot.mood.emotion;
  document.body.dataset.mood = shown;
  setText(element("mood-title"), snapshot.override ? "Chosen mood" : "Mood");
  setText(element("mood"), shown);
  element("mood").style.setProperty("--letters", shown.length);
  for (const button of backButtons()) button.hidden = !snapshot.override;
  showNote();
  showPlace(snapshot.mood);
  showPath([...snapshot.past_moods.slice(0, -1), snapshot.mood]);
  fillBars(element("expression"), snapshot.probabilities);
}

/** Say how sure the mood is, or how long a chosen one holds; called every second. */
export function showNote() {
  if (snapshot) setText(element("mood-note"), note(snapshot));
}

function note({ mood, override, watching }) {
  const seen = EMOTIONS.includes(mood.emotion) ? `the face looks ${adjective(mood.emotion)}` : null;
  if (override) return [timeLeft(override), seen].filter(Boolean).join(" · ");
  if (!watching) return "The eye is turned off.";
  if (mood.emotion === "nobody") return "No face is seen.";
  if (mood.emotion === "unsure") return "A face is seen, its expression is unclear.";
  return `${percent(mood.confidence)} sure`;
}

const ADJECTIVES = { disgust: "disgusted", fear: "afraid", surprise: "surprised" };

export const adjective = (emotion) => ADJECTIVES[emotion] ?? emotion;

/** Return how long a chosen mood still holds, such as "28 min left". */
export function timeLeft(override) {
  const minutes = Math.max(1, Math.round(secondsUntil(override.ends_at) / 60));
  const hours = Math.floor(minutes / 60);
  return `${[hours ? `${hours} h` : "", minutes % 60 ? `${minutes % 60} min` : ""].join(" ").trim()} left`;
}

const across = (mood) => 120 + 92 * mood.valence;
const down = (mood) => 120 - 92 * mood.arousal;

function showPlace(mood) {
  element("place").style.transform = `translate(${across(mood)}px, ${down(mood)}px)`;
  const pleasant = mood.valence < 0 ? "unpleasant" : "pleasant";
  const energetic = mood.arousal < 0 ? "calm" : "energetic";
  const place = `${percent(Math.abs(mood.valence))} ${pleasant}, ${percent(Math.abs(mood.arousal))} ${energetic}`;
  element("plane").setAttribute("aria-label", `The mood's place: ${place}`);
}

/** Draw the way that the moods went, the older the fainter. */
function showPath(moods) {
  const recent = moods.slice(-LONGEST_PATH);
  const lines = recent.slice(1).map((mood, index) => drawn("line", {
    x1: across(recent[index]), y1: down(recent[index]), x2: across(mood), y2: down(mood),
    opacity: (index + 2) / recent.length,
  }));
  const dots = recent.slice(0, -1).map((mood, index) =>
    drawn("circle", { cx: across(mood), cy: down(mood), r: 3.5, opacity: (index + 2) / (recent.length + 1) }));
  element("path").replaceChildren(...lines, ...dots);
  const before = moods.slice(0, -1).slice(-NAMED).map((mood) => mood.emotion);
  setText(element("before"), before.length ? `Before: ${before.join(", ")}` : "");
}

const backButtons = () => document.querySelectorAll(".back");

export function startMood() {
  fillBars(element("expression"), null);
  for (const button of backButtons()) button.addEventListener("click", () => act("api/override/end"));
}
