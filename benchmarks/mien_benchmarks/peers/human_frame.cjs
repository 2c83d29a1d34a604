// Looks at the frames with `human` in WebAssembly and prints what one costs, as JSON: run by measuring.py.
//
//     node human_frame.cjs FOLDER_OF_NODE_MODULES FRAMES
//
// Its whole way to an emotion: face detector, mesh, emotion; what mien does not do (iris, age, liveness, body, hands) is
// off. It is asked for all of that for each frame, and then, six times a second by the clock, for what it does as shipped.
"use strict";
const fs = require("fs");
const path = require("path");

const [modules, frames] = process.argv.slice(2).map((folder) => path.resolve(folder));
const WARM_UP = 10;
const SHAPE = [480, 640, 3];
const FRAME_MILLISECONDS = 1000 / 6;

// The models are files, which Node's own fetch does not read; nothing is asked of a network.
globalThis.fetch = async (url) => new Response(fs.readFileSync(new URL(url)));

const packages = path.join(modules, "node_modules");
const { Human } = require(path.join(packages, "@vladmandic/human/dist/human.node-wasm.js"));
const human = new Human({
  backend: "wasm",
  wasmPath: path.join(packages, "@tensorflow/tfjs-backend-wasm/dist/"),
  modelBasePath: `file://${path.join(packages, "@vladmandic/human/models")}/`,
  warmup: "none",
  debug: false,
  filter: { enabled: false },
  gesture: { enabled: false },
  face: {
    enabled: true,
    detector: { rotation: false, maxDetected: 1 },
    mesh: { enabled: true },
    emotion: { enabled: true, minConfidence: 0 },
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

const skippingOf = ({ skipFrames, skipTime }) => ({ skipFrames, skipTime });
const SKIPS_NOTHING = { skipFrames: 0, skipTime: 0 };
const ALL_OF_IT = { cacheSensitivity: 0, face: { detector: SKIPS_NOTHING, emotion: SKIPS_NOTHING } };
const AS_SHIPPED = {
  cacheSensitivity: human.config.cacheSensitivity,
  face: { detector: skippingOf(human.config.face.detector), emotion: skippingOf(human.config.face.emotion) },
};

function pixelsOf(file) {
  const pixels = fs.readFileSync(file); // blue, green, red; the package wants red first
  for (let at = 0; at < pixels.length; at += 3) [pixels[at], pixels[at + 2]] = [pixels[at + 2], pixels[at]];
  return pixels;
}

async function look(pixels, skipping) {
  const picture = human.tf.tensor(pixels, SHAPE, "int32");
  const result = await human.detect(picture, skipping);
  human.tf.dispose(picture);
  return result.face.length > 0 && result.face[0].emotion.length > 0;
}

const sleepUntil = (due) => new Promise((resolve) => setTimeout(resolve, due - performance.now()));

async function lookAtAll(name, skipping, periodMilliseconds = 0) {
  const folder = path.join(frames, name);
  const files = fs.readdirSync(folder).filter((file) => file.endsWith(".bgr")).sort();
  const found = { cpu: 0, wall: 0, seen: 0, answered_at: 0 };
  const began = performance.now();
  for (const [index, file] of [...files.slice(-WARM_UP), ...files].entries()) {
    const pixels = pixelsOf(path.join(folder, file));
    if (periodMilliseconds) await sleepUntil(began + index * periodMilliseconds);
    const cpuBefore = process.cpuUsage(), wallBefore = performance.now();
    const seen = await look(pixels, skipping);
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
  const moving = await lookAtAll("moving", ALL_OF_IT);
  const nobody = await lookAtAll("nobody", ALL_OF_IT);
  const megabytes = process.memoryUsage.rss() / 1e6;
  const paced = await lookAtAll("moving", AS_SHIPPED, FRAME_MILLISECONDS);
  const still = await lookAtAll("still", AS_SHIPPED, FRAME_MILLISECONDS);
  console.log(JSON.stringify({
    ...moving,
    cpu_nobody: nobody.cpu,
    cpu_paced: paced.cpu,
    cpu_still: still.cpu,
    seen: Math.min(moving.seen, paced.seen, still.seen),
    seen_nobody: nobody.seen,
    megabytes,
  }));
}

main();
