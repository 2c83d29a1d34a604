// Draws a photo upright and its faces upon it.

const LONGEST_SIDE = 1400; // pixels of the preview

/** The word for a face: its emotion, `unsure` or `unclear`. */
export const word = (face) => (face.unsure ? "unsure" : face.emotion ?? "unclear");

/** The words upon a face: numbered where there are several. */
export const caption = (faces, index) => (faces.length > 1 ? `${index + 1} ${word(faces[index])}` : word(faces[index]));

/** Return the photo as a small bitmap, upright as its EXIF orientation says; null when this browser cannot read it. */
export async function readPhoto(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null; // the eye may read it
  }
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  if (scale === 1) return bitmap;
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const small = await createImageBitmap(bitmap, { resizeWidth: width, resizeHeight: height, resizeQuality: "high" });
  bitmap.close();
  return small;
}

/** Draw the photo, and the faces of its judgement with the chosen one on top. */
export function drawPhoto(canvas, bitmap, judgement, chosen) {
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  const pen = canvas.getContext("2d");
  pen.drawImage(bitmap, 0, 0);
  if (!judgement) return;
  const text = Math.max(12, Math.max(canvas.width, canvas.height) / 28);
  pen.font = `600 ${text}px system-ui, sans-serif`;
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  const order = judgement.faces.map((_, index) => index).filter((index) => index !== chosen).reverse();
  if (judgement.faces.length) order.push(chosen);
  const frames = judgement.faces.map((_, index) => frameOf(judgement, index, canvas));
  const captions = frames.map((_, index) => caption(judgement.faces, index));
  const widths = captions.map((each) => pen.measureText(each).width + text);
  const labels = placeLabels(frames, widths, 1.6 * text, canvas);
  for (const index of order) markFace(pen, frames[index], text, index === chosen);
  for (const index of order) drawLabel(pen, captions[index], labels[index], text);
}

/** Return [left, top, width, height] of a label for each face: over it or under it, and over no other where it can. */
export function placeLabels(frames, widths, tall, canvas) {
  const placed = [];
  frames.forEach(([left, top, , height], index) => {
    const width = widths[index];
    const x = Math.max(0, Math.min(left, canvas.width - width));
    const gap = tall / 6;
    const rows = [top - tall - gap, top + height + gap];
    for (let step = 1; step * tall < canvas.height; step += 1) rows.push(rows[0] - step * tall, rows[1] + step * tall);
    const inside = rows.filter((y) => y >= 0 && y + tall <= canvas.height);
    const free = inside.find((y) => placed.every(([left, top, wide]) =>
      x >= left + wide || x + width <= left || y >= top + tall || y + tall <= top));
    placed.push([x, free ?? inside[0] ?? 0, width, tall]);
  });
  return placed;
}

/** Return the number of the face at a place of the canvas, the smallest of several; -1 when there is none. */
export function faceAt(canvas, judgement, x, y) {
  const frames = judgement.faces.map((_, index) => frameOf(judgement, index, canvas));
  return frames.findLastIndex(([left, top, width, height]) =>
    x >= left && x <= left + width && y >= top && y <= top + height);
}

/** Return [left, top, width, height] of a face in pixels of the canvas. */
function frameOf({ width, height, faces }, index, canvas) {
  const [left, top, right, bottom] = faces[index].box;
  const across = canvas.width / width;
  const down = canvas.height / height;
  return [left * across, top * down, (right - left) * across, (bottom - top) * down];
}

function markFace(pen, frame, text, isChosen) {
  const lines = [["rgb(0 0 0 / 55%)", text / 3], [isChosen ? "#fff" : "rgb(255 255 255 / 60%)", text / 6]];
  pen.setLineDash(isChosen ? [] : [text / 2, text / 2]);
  for (const [colour, width] of lines) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.strokeRect(...frame);
  }
}

function drawLabel(pen, label, [x, y, width, tall], text) {
  pen.fillStyle = "rgb(0 0 0 / 75%)";
  pen.beginPath();
  pen.roundRect(x, y, width, tall, tall / 3);
  pen.fill();
  pen.fillStyle = "#fff";
  pen.fillText(label, x + text / 2, y + tall / 2);
}
