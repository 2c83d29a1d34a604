// Looks at the frames with `human` in WebAssembly and prints what one costs, as JSON: run by measuring.py.
//
//     node human_frame.cjs FOLDER_OF_NODE_MODULES FRAMES
//
// Its whole way to an emotion: face detector, mesh, emotion. What it would leave out for a face that has not changed is
// asked for each time, and what mien does not do (iris, age, liveness, body, hands) is off.
"use strict";
const fs = require("fs");
const path = require("path");

const [modules, frames] = process.argv.slice(2).map((folder) => path.resolve(folder));
const WARM_UP = 10;
const SHAPE = [480, 640, 3];

// The models are files, which Node's own fetch does not read; nothing is asked of a network.
globalThis.fetch = async (url) => new Response(fs.readFileSync(new URL(url)));

const packages = path.join(modules, "node_modules");
const { Human } = require(path.join(packages, "@vladmandic/human/dist/human.node-wasm.js"));
const human = new Human({
  backend: "wasm",
  wasmPath: path.join(packages, "@tensorflow/tfjs-backend-wasm/dist/"),
  modelBasePath: `file://${path.join(packages, "@vladmandic/human/models")}/`,
  cacheSensitivity: 0,
  skipAllowed: false,
  warmup: "none",
  debug: false,
  filter: { enabled: false },
  gesture: { enabled: false },
  face: {
    enabled: true,
    detector: { rotation: false, maxDetected: 1, skipFrames: 0, skipTime: 0 },
    mesh: { enabled: true },
    emotion: { enabled: true, minConfidence: 0, skipFrames: 0, skipTime: 0 },
    iris: { enabled: false },
    description: { enabled: false },
    antispoof: { enabled: false },
    liveness: { enabled: false },
  },
  body: { enabled: false },
  hand: { enabled: false },
  object: { enabled: false },
  segmentation: { enabled: false },
});

function pixelsOf(file) {
  const pixels = fs.readFileSync(file); // blue, green, red; the package wants red first
  for (let at = 0; at < pixels.length; at += 3) [pixels[at], pixels[at + 2]] = [pixels[at + 2], pixels[at]];
  return pixels;
}

async function look(pixels) {
  const picture = human.tf.tensor(pixels, SHAPE, "int32");
  const result = await human.detect(picture);
  human.tf.dispose(picture);
  return result.face.length > 0 && result.face[0].emotion.length > 0;
}

async function lookAtAll(folder) {
  const files = fs.readdirSync(folder).filter((name) => name.endsWith(".bgr")).sort();
  const found = { cpu: 0, wall: 0, seen: 0, answered_at: 0 };
  for (const [index, name] of [...files.slice(-WARM_UP), ...files].entries()) {
    const pixels = pixelsOf(path.join(folder, name));
    const cpuBefore = process.cpuUsage(), wallBefore = performance.now();
    const seen = await look(pixels);
    const spent = process.cpuUsage(cpuBefore);
    found.answered_at ||= Date.now() / 1000;
    if (index < WARM_UP) continue;
    found.seen += seen / files.length;
    found.cpu += (spent.user + spent.system) / 1000 / files.length;
    found.wall += (performance.now() - wallBefore) / files.length;
  }
  return found;
}

async function main() {
  await human.load();
  const moving = await lookAtAll(path.join(frames, "moving"));
  const nobody = await lookAtAll(path.join(frames, "nobody"));
  const megabytes = process.memoryUsage.rss() / 1e6;
  console.log(JSON.stringify({ ...moving, cpu_nobody: nobody.cpu, megabytes }));
}

main();
