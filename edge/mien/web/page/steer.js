// "Steer": the mood chosen by hand, the policy, the camera, the face at rest.

import { element, EMOTIONS, fillChoices, setText } from "./common.js";
import { adjective, timeLeft } from "./mood.js";
import { act } from "./player.js";

const MINUTES = [["15", "15 min"], ["30", "30 min"], ["60", "1 hour"], ["120", "2 hours"]];

let snapshot = null;

export function showSteer(latest) {
  snapshot = latest;
  for (const button of policyButtons()) {
    button.setAttribute("aria-pressed", String(button.dataset.policy === snapshot.policy));
  }
  document.body.dataset.policy = snapshot.policy;
  showEye();
  showRest(snapshot.baseline);
  showOverride();
}

const policyButtons = () => document.querySelectorAll("button[data-policy]");

function showEye() {
  const { watching, eye_connected: connected } = snapshot;
  const [state, words] = !watching ? ["off", "Eye off"]
    : connected ? ["on", "Eye connected"] : ["gone", "Eye not connected"];
  const notes = {
    on: "The camera is open. No picture is kept, sent or shown: not even here.",
    off: "The camera is closed. The music plays on for an unclear face, or for the mood you choose.",
    gone: "The camera may be open, but the process that sees does not answer.",
  };
  element("eye").dataset.state = state;
  setText(element("eye"), words);
  setText(element("camera-note"), notes[state]);
  setText(element("camera"), watching ? "Turn the eye off" : "Turn the eye on");
}

function showRest({ stage, seconds, message }) {
  const isLearning = stage === "learning";
  const note = element("rest-note");
  note.setAttribute("aria-live", isLearning ? "off" : "polite"); // it counts seconds meanwhile
  setText(note, message);
  element("rest-progress").hidden = !isLearning;
  element("rest-progress").value = seconds;
  setText(element("learn"), stage === "known" ? "Learn it anew" : "Learn it");
  element("learn").disabled = isLearning;
  element("forget").disabled = stage === "unknown";
}

/** Say what overrides the face, and for how long; called every second. */
export function showOverride() {
  if (!snapshot) return;
  const { override } = snapshot;
  const words = override
    ? `The music plays as for a face that looks ${adjective(override.emotion)}: ${timeLeft(override)}.`
    : "The music follows the face. Choose a mood, and the face does not count for a while.";
  setText(element("override-note"), words);
}

function startOverride(event) {
  event.preventDefault();
  const chosen = new FormData(element("override"));
  act("api/override", { emotion: chosen.get("emotion"), minutes: Number(chosen.get("minutes")) });
}

export function startSteer() {
  fillChoices(element("override-emotions"), "emotion", EMOTIONS.map((each) => [each, each]), "happy");
  fillChoices(element("override-minutes"), "minutes", MINUTES, "30");
  element("override").addEventListener("submit", startOverride);
  for (const button of policyButtons()) {
    button.addEventListener("click", () => act("api/policy", { policy: button.dataset.policy }));
  }
  element("camera").addEventListener("click", () => act("api/camera", { watching: !snapshot?.watching }));
  element("learn").addEventListener("click", () => act("api/baseline", { action: "learn" }));
  element("forget").addEventListener("click", () => act("api/baseline", { action: "forget" }));
}
