// The picture of a track; where it has none, a quiet drawing that is always the same for the same title.

import { drawn, element } from "./common.js";

const RAYS = 56;

let shownPath = null;

/** Show the cover of {path, title}, or of silence (null). */
export function showCover(track) {
  const path = track?.path ?? null;
  if (path === shownPath) return;
  shownPath = path;
  const picture = element("picture-of-track");
  picture.hidden = true;
  drawSleeve(track?.title ?? "");
  if (path !== null) picture.src = `api/cover?path=${encodePath(path)}`;
  else picture.removeAttribute("src");
}

/** Encode a path for a query; bytes that are not UTF-8 come as lone surrogates and go as these bytes again. */
function encodePath(path) {
  return [...path].map((character) => {
    const point = character.codePointAt(0);
    const isByte = point >= 0xdc80 && point <= 0xdcff;
    return isByte ? `%${(point - 0xdc00).toString(16)}` : encodeURIComponent(character.toWellFormed());
  }).join("");
}

function drawSleeve(title) {
  const random = randomOf(title);
  const rays = Array.from({ length: RAYS }, (_, index) => {
    const angle = (2 * Math.PI * index) / RAYS;
    const length = title ? 34 + 36 * random() : 36;
    const [x, y] = [Math.sin(angle), -Math.cos(angle)];
    return drawn("line", { x1: 28 * x, y1: 28 * y, x2: length * x, y2: length * y });
  });
  element("sleeve").replaceChildren(...rays, drawn("circle", { r: 5 }));
}

/** Return numbers from 0 to 1, the same for the same text (the mixing steps are those of mulberry32). */
function randomOf(text) {
  let state = [...text].reduce((sum, character) => Math.imul(sum, 31) + character.codePointAt(0), 7);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function startCover() {
  const picture = element("picture-of-track");
  picture.addEventListener("load", () => { picture.hidden = false; });
  drawSleeve("");
}
