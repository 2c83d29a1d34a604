// The way to the player: what it tells, what is asked of it, and the token where one is needed.

import { element, setText, showProblem } from "./common.js";

const RETRY_MS = 1000;
const SILENCE_MS = 35_000; // the player says a word every 15 s: one may be late
const ANSWER_MS = 10_000;
const PHOTO_MS = 90_000; // it may have a slow way to go
const UNANSWERED = "mien does not answer: see whether it still runs.";

let tell = () => {};
let lose = () => {};
let events = null;
let timer = null; // until the next try, or until silence counts as loss
let isLost = false;
let clockAhead = 0; // milliseconds by which the player's clock is ahead of this browser's

/** Seconds from now until a moment of the player's clock, in Unix seconds. */
export const secondsUntil = (moment) => moment - (Date.now() + clockAhead) / 1000;

/** Post to the API; throws an Error whose message is a sentence to show. */
export async function post(path, content) {
  const isJson = content !== undefined && !(content instanceof Blob);
  const type = isJson ? "application/json" : content?.type || "image/unknown";
  const sent = content === undefined ? {} : { body: isJson ? JSON.stringify(content) : content, headers: { "content-type": type } };
  const response = await ask(path, { method: "POST", ...sent });
  return response.status === 204 ? null : response.json().catch(() => null);
}

/** Post to the API and show what went wrong, if anything; resolves to whether nothing did. */
export async function act(path, content) {
  try {
    await post(path, content);
    sayProblem(null);
    return true;
  } catch (error) {
    if (!isLost) sayProblem(error.message); // else it is said already
    return false;
  }
}

async function ask(path, options) {
  let response;
  try {
    const patience = options?.body instanceof Blob ? PHOTO_MS : ANSWER_MS;
    response = await fetch(path, { ...options, signal: AbortSignal.timeout(patience) });
  } catch {
    throw new Error(UNANSWERED);
  }
  if (response.ok) return response;
  if (response.status === 401) askForToken();
  const answer = await response.json().catch(() => ({}));
  throw new Error(answer.error ?? `mien answered with the code ${response.status}.`);
}

/** Have every snapshot told to `show`, and to `showLost` whether the player is lost; lost, it is looked for again. */
export function follow(show, showLost) {
  [tell, lose] = [show, showLost];
  element("problem-close").addEventListener("click", () => sayProblem(null));
  element("login").addEventListener("cancel", (event) => event.preventDefault()); // nothing works without
  element("login").addEventListener("close", (event) => {
    if (!event.target.returnValue) askForToken(); // browsers let a second Escape through
  });
  element("login-form").addEventListener("submit", logIn);
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : connect()));
  connect();
}

/** Ask once, which tells whether a token is needed and what the player's clock says; then listen. */
async function connect() {
  if (document.hidden) return; // a browser has six connections: they are for the pages that are looked at
  leave();
  try {
    const response = await ask("api/state");
    const moment = Date.parse(response.headers.get("date"));
    clockAhead = Number.isNaN(moment) ? 0 : moment + 500 - Date.now(); // it is told in whole seconds
    hear(await response.json());
    listen();
  } catch {
    mourn();
  }
}

function listen() {
  leave();
  if (document.hidden) return;
  events = new EventSource("api/events");
  events.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  events.addEventListener("alive", () => hear(null));
  events.addEventListener("error", mourn);
  wait(SILENCE_MS, mourn);
}

function leave() {
  clearTimeout(timer);
  events?.close();
}

function wait(milliseconds, step) {
  clearTimeout(timer);
  timer = setTimeout(step, milliseconds);
}

/** The player lives: show what it says, if anything. */
function hear(snapshot) {
  wait(SILENCE_MS, mourn); // a connection that hangs never fails
  forgetUnanswered();
  setLost(false);
  if (snapshot) tell(snapshot);
}

function mourn() {
  leave();
  if (element("login").open) return; // goes on once the token is given
  forgetUnanswered();
  setLost(true);
  wait(RETRY_MS, connect);
}

function setLost(now) {
  if (now === isLost) return;
  isLost = now;
  element("lost").hidden = !now;
  lose(now);
}

function askForToken() {
  const dialog = element("login");
  if (dialog.open) return;
  dialog.returnValue = "";
  dialog.showModal();
}

async function logIn(event) {
  event.preventDefault();
  try {
    await post("api/login", { token: element("token").value });
    element("login").close("given");
    element("token").value = "";
    showProblem(element("login-problem"), null);
    sayProblem(null);
    connect();
  } catch (error) {
    showProblem(element("login-problem"), error.message);
  }
}

function sayProblem(sentence) {
  setText(element("problem-sentence"), sentence ?? "");
  element("problem").hidden = !sentence;
}

/** Take back that the player does not answer: it does, or it is said for the whole page. */
function forgetUnanswered() {
  if (element("problem-sentence").textContent === UNANSWERED) sayProblem(null);
}
