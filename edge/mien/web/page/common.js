// What the parts of the page share. Texts from the player are only ever set as text, never as markup.

export const EMOTIONS = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"];

export const element = (id) => document.getElementById(id);

/** Set a text only when it differs, so that a screen reader does not say it again. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Show a sentence, or hide its place when there is none. */
export function showProblem(node, sentence) {
  setText(node, sentence ?? "");
  node.hidden = !sentence;
}

export const percent = (share) => `${Math.round(share * 100)} %`;

/** Post to the API; throws an Error whose message is a sentence to show. */
export async function post(path, body, type = "application/json") {
  let response;
  try {
    response = await fetch(path, body === undefined
      ? { method: "POST" }
      : { method: "POST", body, headers: { "content-type": type } });
  } catch {
    throw new Error("mien does not answer: see whether it still runs.");
  }
  if (response.ok) return response.status === 204 ? null : response.json();
  const answer = await response.json().catch(() => ({}));
  throw new Error(answer.error ?? `mien answered with the code ${response.status}.`);
}

/** Draw the seven bars of {emotion: probability}; null draws them empty. */
export function fillBars(list, probabilities) {
  while (list.children.length < EMOTIONS.length) list.append(element("bar").content.cloneNode(true));
  const highest = probabilities ? Math.max(...Object.values(probabilities)) : Infinity;
  EMOTIONS.forEach((emotion, index) => {
    const row = list.children[index];
    const share = probabilities?.[emotion] ?? 0;
    row.classList.toggle("top", share >= highest);
    row.querySelector(".done").style.setProperty("--share", share);
    setText(row.querySelector(".name"), emotion);
    setText(row.querySelector(".value"), probabilities ? percent(share) : "–");
  });
}

export function fillReasons(list, reasons) {
  if (JSON.stringify([...list.children].map((item) => item.textContent)) === JSON.stringify(reasons)) return;
  list.replaceChildren(...reasons.map((reason) => {
    const item = document.createElement("li");
    item.textContent = reason;
    return item;
  }));
}
