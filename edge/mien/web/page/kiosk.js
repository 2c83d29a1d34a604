// The view without anything to press: with `?kiosk` for good, else while the screen is full.

import { element } from "./common.js";

export const isKiosk = () => document.body.classList.contains("kiosk");

export function startKiosk() {
  const always = new URLSearchParams(location.search).has("kiosk");
  const show = () => document.body.classList.toggle("kiosk", always || document.fullscreenElement !== null);
  element("full-screen").hidden = !document.fullscreenEnabled;
  element("full-screen").addEventListener("click", () => document.documentElement.requestFullscreen());
  document.addEventListener("fullscreenchange", show);
  show();
}
