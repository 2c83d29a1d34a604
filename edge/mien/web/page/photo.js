// "A photo": choose, drop or paste one; see its faces marked and the music that fits.

import { element, fillBars, fillReasons, post, setText, showProblem } from "./common.js";

const LONGEST_SIDE = 1400; // pixels of the preview

let latest = 0; // number of the photo looked at last: an older answer is not shown any more
let playingPath = null;

async function look(file) {
  const number = ++latest;
  showProblem(element("photo-problem"), null);
  element("judged").hidden = true;
  setText(element("verdict"), "Looking at the photo …");
  const drawn = drawPicture(file, number);
  try {
    const result = await post("api/photo", file, file.type || "image/unknown");
    const shown = await drawn;
    if (number === latest) showResult(result, shown);
  } catch (error) {
    if (number !== latest) return;
    setText(element("verdict"), "");
    showProblem(element("photo-problem"), error.message);
  }
}

/** Draw the photo upright, as its EXIF orientation says; resolves to false when this browser cannot read it. */
async function drawPicture(file, number) {
  element("photo-shown").hidden = true;
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return false;
  }
  if (number === latest) {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = element("picture");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    element("photo-shown").hidden = false;
  }
  bitmap.close();
  return true;
}

const word = (face) => (face.unsure ? "unsure" : face.emotion ?? "unclear");

function verdict({ faces, mood }, seen) {
  if (!faces.length) return "No face is found: the music is for a neutral mood.";
  return mood.emotion === "unsure" ? `${seen}. The music is for a neutral mood.` : seen;
}

function showResult(result, drawn) {
  const { faces } = result;
  element("judged").dataset.mood = result.mood.emotion;
  const canvas = element("picture");
  canvas.hidden = !drawn;
  if (drawn) markFaces(canvas, result);
  const found = faces.length === 1 ? "One face" : `${faces.length} faces`;
  const words = faces.map(word).join(", ");
  canvas.setAttribute("aria-label", faces.length ? `Your photo with ${found.toLowerCase()} marked: ${words}` : "Your photo");
  setText(element("verdict"), verdict(result, `${found}: ${words}`));
  element("face").hidden = !faces[0]?.probabilities;
  if (faces[0]?.probabilities) fillBars(element("face-bars"), faces[0].probabilities);
  showTracks(result.tracks);
  element("judged").hidden = false;
  element("photo-shown").hidden = false;
}

function markFaces(canvas, { width, height, faces }) {
  const pen = canvas.getContext("2d");
  const across = canvas.width / width;
  const down = canvas.height / height;
  const text = Math.max(12, Math.max(canvas.width, canvas.height) / 28);
  pen.font = `600 ${text}px system-ui, sans-serif`;
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  for (const face of [...faces].reverse()) { // the largest last, on top
    const [left, top, right, bottom] = face.box;
    const frame = [left * across, top * down, (right - left) * across, (bottom - top) * down];
    for (const [colour, line] of [["rgb(0 0 0 / 55%)", text / 3], ["#fff", text / 6]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = line;
      pen.strokeRect(...frame);
    }
    labelFace(pen, word(face), frame, text);
  }
}

function labelFace(pen, label, [left, top, , height], text) {
  const { canvas } = pen;
  const width = pen.measureText(label).width + text;
  const tall = text * 1.6;
  const above = top - tall - text / 4;
  const x = Math.max(0, Math.min(left, canvas.width - width));
  const y = above >= 0 ? above : Math.min(top + height + text / 4, canvas.height - tall);
  pen.fillStyle = "rgb(0 0 0 / 75%)";
  pen.beginPath();
  pen.roundRect(x, y, width, tall, tall / 3);
  pen.fill();
  pen.fillStyle = "#fff";
  pen.fillText(label, x + text / 2, y + tall / 2);
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
  fillReasons(row.querySelector(".reasons"), track.reasons);
  const button = row.querySelector("button");
  button.setAttribute("aria-label", `Play ${track.title}`);
  button.addEventListener("click", () => play(track.path));
  return row;
}

async function play(path) {
  try {
    await post("api/play", JSON.stringify({ path }));
    showProblem(element("photo-problem"), null);
  } catch (error) {
    showProblem(element("photo-problem"), error.message);
  }
}

/** Mark the track that plays, where it is among the recommended ones. */
export function markPlaying(path) {
  playingPath = path;
  for (const row of element("tracks").children) {
    if (row.dataset.path === path) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

export function startPhoto() {
  const drop = element("drop");
  element("file").addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (file) look(file);
    event.target.value = ""; // so that the same photo can be chosen again
  });
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

function take(files) {
  if (files.length === 0) return;
  const { type } = files[0]; // empty where the browser does not know the kind: the eye may
  if (type === "" || type.startsWith("image/")) look(files[0]);
  else showProblem(element("photo-problem"), "This is not a picture: choose a photo.");
}
