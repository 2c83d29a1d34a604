// The way to the player: what it tells, what is asked of it, and the token where one is needed.

import { element, setText, showProblem } from "./common.js";

const RETRY_MS = 1000;

let tell = () => {};
let events = null;
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
    sayProblem(error.message);
    return false;
  }
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("mien does not answer: see whether it still runs.");
  }
  if (response.ok) return response;
  if (response.status === 401 && !element("login").open) element("login").showModal();
  const answer = await response.json().catch(() => ({}));
  throw new Error(answer.error ?? `mien answered with the code ${response.status}.`);
}

/** Have every snapshot told, from now on; a stream that breaks is opened again. */
export function follow(callback) {
  tell = callback;
  element("problem-close").addEventListener("click", () => sayProblem(null));
  element("login").addEventListener("cancel", (event) => event.preventDefault()); // nothing works without
  element("login-form").addEventListener("submit", logIn);
  connect();
}

/** Ask once, which tells whether a token is needed and what the player's clock says; then listen. */
async function connect() {
  try {
    const response = await ask("api/state");
    const moment = Date.parse(response.headers.get("date"));
    clockAhead = Number.isNaN(moment) ? 0 : moment + 500 - Date.now(); // it is told in whole seconds
    tell(await response.json());
    listen();
  } catch {
    showLost();
  }
}

function listen() {
  events?.close();
  events = new EventSource("api/events");
  events.addEventListener("message", (event) => {
    element("lost").hidden = true;
    tell(JSON.parse(event.data));
  });
  events.addEventListener("error", () => {
    events.close();
    showLost();
  });
}

function showLost() {
  if (element("login").open) return; // goes on once the token is given
  element("lost").hidden = false;
  setTimeout(connect, RETRY_MS);
}

async function logIn(event) {
  event.preventDefault();
  try {
    await post("api/login", { token: element("token").value });
    element("login").close();
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
