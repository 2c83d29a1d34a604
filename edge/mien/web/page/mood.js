// The mood as a word, its place and recent path on the plane, and the seven probabilities.

import { drawn, element, EMOTIONS, fillBars, percent, setText } from "./common.js";
import { act, secondsUntil } from "./player.js";

const LONGEST_PATH = 12; // moods
const NAMED = 4; // of them in words
const LONGEST_WORD = 10; // letters: what is longer takes two lines

let snapshot = null;

export function showMood(latest) {
  snapshot = latest;
  const shown = word(snapshot);
  const isFace = shown === snapshot.mood.emotion;
  document.body.dataset.mood = snapshot.override?.emotion ?? (isFace ? shown : "nobody");
  setText(element("mood-title"), snapshot.override ? "Chosen mood" : "Mood");
  setText(element("mood"), shown);
  element("mood").style.setProperty("--letters", shown.length > LONGEST_WORD ? shown.length / 2 + 1 : shown.length);
  showBack(Boolean(snapshot.override));
  showNote();
  showPlace(snapshot);
  showPath([...snapshot.past_moods.slice(0, -1), snapshot.mood], snapshot.override);
  fillBars(element("expression"), blindness(snapshot) ? null : snapshot.probabilities);
}

/** Return why the eye sees nothing, in a word or a few; null while it sees. */
const blindness = ({ watching, eye_connected: connected }) =>
  !watching ? "Eye off" : connected ? null : "The eye does not answer";

const word = ({ override, mood, ...eye }) => override?.emotion ?? blindness(eye) ?? mood.emotion;

/** Show the buttons that end a chosen mood, or hide them and leave the focus near. */
function showBack(isShown) {
  for (const button of backButtons()) {
    const next = button.form?.querySelector("[type=submit]") ?? element("mood");
    if (!isShown && button === document.activeElement) next.focus({ preventScroll: true });
    button.hidden = !isShown;
  }
}

/** Say how sure the mood is, or how long a chosen one holds; called every second. */
export function showNote() {
  if (snapshot) setText(element("mood-note"), note(snapshot));
}

function note({ mood, override, ...eye }) {
  const blind = blindness(eye);
  const seen = blind ?? (hasPlace(mood) ? `the face looks ${adjective(mood.emotion)}` : null);
  if (override) return [timeLeft(override), seen].filter(Boolean).join(" · ");
  if (blind) return "";
  return hasPlace(mood) ? `${percent(mood.confidence)} sure` : PLACELESS[mood.emotion];
}

const PLACELESS = { nobody: "No face is seen.", unsure: "A face is seen, its expression is unclear." };

const hasPlace = (mood) => EMOTIONS.includes(mood.emotion);

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

function showPlace({ mood, override, ...eye }) {
  const isShown = hasPlace(mood) && !blindness(eye);
  element("place").style.visibility = isShown ? "visible" : "hidden";
  element("place").style.transform = `translate(${across(mood)}px, ${down(mood)}px)`;
  const whose = override ? "The face's place, not the chosen mood's" : "The mood's place";
  const label = isShown ? `${whose}: ${placeWords(mood)}` : `No place: ${placelessness(mood, eye)}`;
  element("plane").setAttribute("aria-label", label);
}

function placeWords(mood) {
  const pleasant = mood.valence < 0 ? "unpleasant" : "pleasant";
  const energetic = mood.arousal < 0 ? "calm" : "energetic";
  return `${percent(Math.abs(mood.valence))} ${pleasant}, ${percent(Math.abs(mood.arousal))} ${energetic}`;
}

function placelessness(mood, eye) {
  return blindness(eye) ?? (mood.emotion === "nobody" ? "nobody is seen" : "the expression is unclear");
}

/** Draw the way that the moods went, the older the fainter; nobody and an unclear face have no place on it. */
function showPath(moods, override) {
  const recent = moods.slice(-LONGEST_PATH);
  const pairs = recent.slice(1).map((mood, index) => [recent[index], mood, (index + 2) / recent.length]);
  const lines = pairs.filter(([from, to]) => hasPlace(from) && hasPlace(to)).map(([from, to, opacity]) =>
    drawn("line", { x1: across(from), y1: down(from), x2: across(to), y2: down(to), opacity }));
  const dots = pairs.filter(([from]) => hasPlace(from)).map(([from, , opacity]) =>
    drawn("circle", { cx: across(from), cy: down(from), r: 3.5, opacity: opacity * 0.9 }));
  element("path").replaceChildren(...lines, ...dots);
  const before = moods.slice(0, -1).slice(-NAMED).map((mood) => mood.emotion);
  const parts = [override && "The dot is the face's place.", before.length && `Before: ${before.join(", ")}`];
  setText(element("before"), parts.filter(Boolean).join(" "));
}

const backButtons = () => document.querySelectorAll(".back");

export function startMood() {
  fillBars(element("expression"), null);
  for (const button of backButtons()) button.addEventListener("click", () => act("api/override/end"));
}
