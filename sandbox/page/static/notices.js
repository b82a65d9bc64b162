// What is said beside the chat: toasts that pass, alerts that wait for an OK.

import { byId, el } from "./dom.js";

const TOAST_SECONDS = 4;

export function toast(text) {
  const shown = el("p", { className: "toast" }, text);
  byId("toasts").append(shown);
  setTimeout(() => shown.remove(), TOAST_SECONDS * 1000);
}

export function alertBox(text) {
  byId("alert-text").textContent = text;
  const box = byId("alert");
  if (!box.open) box.showModal();
}
