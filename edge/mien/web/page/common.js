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

/** Return an element with this text. */
export function made(tag, text) {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
}

/** Return an SVG element with these attributes. */
export function drawn(tag, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

/** Show one child for each text; nothing is touched while they stay the same. */
export function fillTexts(node, tag, texts) {
  if (JSON.stringify([...node.children].map((child) => child.textContent)) === JSON.stringify(texts)) return;
  node.replaceChildren(...texts.map((text) => made(tag, text)));
}

/** Fill a place with radio buttons, one for each [value, text], the one of `chosen` checked. */
export function fillChoices(node, name, pairs, chosen) {
  node.replaceChildren(...pairs.map(([value, text]) => {
    const label = element("choice").content.firstElementChild.cloneNode(true);
    const radio = label.querySelector("input");
    Object.assign(radio, { name, value, checked: value === chosen });
    setText(label.querySelector("span"), text);
    return label;
  }));
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
