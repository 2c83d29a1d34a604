// "A photo": choose, take, drop or paste one; see its faces marked and the music that fits.

import { element, fillBars, fillChoices, fillTexts, setText, showProblem } from "./common.js";
import { isKiosk } from "./kiosk.js";
import { caption, drawPhoto, faceAt, readPhoto, word } from "./picture.js";
import { act, post } from "./player.js";

let latest = 0; // number of the photo looked at last: an older answer is not shown any more
let bitmap = null;
let judgement = null;
let playingPath = null;

async function look(file) {
  putAway();
  const number = latest;
  setText(element("verdict"), "Looking at the photo …");
  const read = readPhoto(file).then((photo) => showPhoto(photo, number));
  try {
    const answer = await post("api/photo", file);
    await read;
    if (number === latest) showAnswer(answer);
  } catch (error) {
    if (number !== latest) return;
    putAway();
    showProblem(element("photo-problem"), error.message);
  }
}

function showPhoto(photo, number) {
  if (number !== latest) {
    photo?.close();
    return;
  }
  bitmap = photo;
  element("picture").hidden = photo === null;
  element("put-away").hidden = false;
  if (photo) drawPhoto(element("picture"), photo, null, 0);
}

/** Forget the photo and all that was said of it. */
function putAway() {
  latest += 1;
  bitmap?.close();
  bitmap = judgement = null;
  element("picture").width = element("picture").height = 0;
  for (const id of ["picture", "put-away", "judged"]) element(id).hidden = true;
  setText(element("verdict"), "");
  showProblem(element("photo-problem"), null);
}

function showAnswer(answer) {
  judgement = answer;
  const { faces, mood } = answer;
  const found = faces.length === 1 ? "One face" : `${faces.length} faces`;
  const captions = faces.map((_, index) => caption(faces, index));
  const label = faces.length ? `Your photo with ${found.toLowerCase()} marked: ${captions.join(", ")}` : "Your photo";
  element("picture").setAttribute("aria-label", label);
  setText(element("verdict"), verdict(mood, faces.length, `${found}: ${counted(faces.map(word))}`));
  setText(element("tracks-title"), faces.length > 1 ? "Music that fits the largest face" : "Music that fits");
  element("faces").hidden = faces.length < 2;
  fillChoices(element("face-choices"), "face", captions.map((each, index) => [String(index), each]), "0");
  chooseFace(0);
  showTracks(answer.tracks);
  element("judged").hidden = false;
}

/** Return the words in a few: "happy", "both happy", "all happy", "happy, 2 sad". */
function counted(words) {
  const counts = new Map();
  for (const each of words) counts.set(each, (counts.get(each) ?? 0) + 1);
  if (counts.size === 1 && words.length > 1) return `${words.length === 2 ? "both" : "all"} ${words[0]}`;
  return [...counts].map(([each, count]) => (count > 1 ? `${count} ${each}` : each)).join(", ");
}

function verdict(mood, count, seen) {
  if (!count) return "No face is found: the music is for a neutral mood.";
  return mood.emotion === "unsure" ? `${seen}. The music is for a neutral mood.` : seen;
}

function chooseFace(index) {
  const face = judgement.faces[index];
  element("judged").dataset.mood = face ? word(face) : "neutral";
  element("face").hidden = !face?.probabilities;
  element("face-note").hidden = !face || Boolean(face.probabilities);
  if (face?.probabilities) fillBars(element("face-bars"), face.probabilities);
  const radio = element("face-choices").children[index]?.querySelector("input");
  if (radio) radio.checked = true;
  if (bitmap) drawPhoto(element("picture"), bitmap, judgement, index);
}

function showTracks(tracks) {
  element("tracks").replaceChildren(...tracks.map(trackRow));
  element("no-tracks").hidden = tracks.length > 0;
  markPlaying(playingPath);
}

function trackRow(track) {
  const row = element("recommended").content.firstElementChild.cloneNode(true);
  row.dataset.path = track.path;
  setText(row.querySelector(".title"), track.title);
  setText(row.querySelector(".artist"), track.artist ?? "");
  fillTexts(row.querySelector(".reasons"), "li", track.reasons);
  const button = row.querySelector("button");
  button.setAttribute("aria-label", `Play ${track.title}`);
  button.addEventListener("click", () => act("api/play", { path: track.path }));
  return row;
}

/** Mark the track that plays, where it is among the recommended ones. */
export function markPlaying(path) {
  playingPath = path;
  for (const row of element("tracks").children) {
    if (row.dataset.path === path) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

function take(files) {
  if (files.length === 0 || isKiosk()) return;
  const { type } = files[0]; // empty where the browser does not know the kind: the eye may
  if (type === "" || type.startsWith("image/")) look(files[0]);
  else showProblem(element("photo-problem"), "This is not a picture: choose a photo.");
}

function startDropping() {
  const drop = element("drop");
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  document.addEventListener("dragleave", () => drop.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    take(event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => take(event.clipboardData.files));
}

export function startPhoto() {
  for (const id of ["file", "take"]) {
    element(id).addEventListener("change", (event) => {
      take([...event.target.files]);
      event.target.value = ""; // so that the same photo can be chosen again
    });
  }
  startDropping();
  element("put-away").addEventListener("click", () => {
    putAway();
    element("file").focus({ preventScroll: true });
  });
  element("face-choices").addEventListener("change", (event) => chooseFace(Number(event.target.value)));
  element("picture").addEventListener("click", (event) => {
    const { target: canvas, offsetX, offsetY } = event;
    const scale = canvas.width / canvas.clientWidth;
    const index = judgement ? faceAt(canvas, judgement, offsetX * scale, offsetY * scale) : -1;
    if (index >= 0) chooseFace(index);
  });
}
