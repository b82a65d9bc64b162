// Faults to be switched on: a site that fails, a Telegram that refuses, and its flood control.

import { byId, el } from "./dom.js";
import { toast } from "./notices.js";
import { ask } from "./server.js";

const SITE = {
  none: "works",
  unavailable: "is down (503)",
  too_many_requests: "asks for patience (429)",
  forbidden: "refuses (403)",
  not_found: "finds nothing (404)",
  sent_home: "sends everybody to its home page (302)",
  slow: "is slow (3 s)",
  stale: "serves old copies (6 hours)",
  html: "sends HTML instead of JSON",
  truncated: "sends half of the JSON",
  wrong_type: "sends a wrong type",
  empty: "sends nothing",
  cut: "cuts the connection",
};
const TELEGRAM = {
  too_many: "Too many requests (429)",
  broken: "Server error (500)",
  not_connected: "Connection lost before",
  no_answer: "Connection lost after",
};
const FLOOD_CONTROL = {
  L: "L: buckets that refill",
  S: "S: strict windows",
  P: "P: strict, and overflow is punished",
  none: "no limits",
};
const TIMES = 3;

export function setUpFaults() {
  const site = choice("site-fault", SITE, (value) => ask("faults", { site: value }));
  const limits = choice("flood-control", FLOOD_CONTROL, (value) => ask("faults", { flood_control: value }));
  const refusals = Object.entries(TELEGRAM).map(([kind, label]) =>
    el("button", { type: "button", className: "chip", onclick: () => refuse(kind) }, label),
  );
  const clear = el("button", { type: "button", className: "chip", id: "clear-telegram", onclick: () => ask("faults", { clear_telegram: true }) }, "Let them through");
  byId("fault-list").append(
    el("label", {}, "The petition site ", site),
    el("label", {}, "Telegram’s limits ", limits),
    el("p", {}, `The bot’s next ${TIMES} messages meet:`),
    el("div", { className: "chips" }, ...refusals, clear),
  );
}

export function drawFaults(faults) {
  byId("site-fault").value = faults.site;
  byId("flood-control").value = faults.flood_control;
  byId("clear-telegram").hidden = !faults.telegram;
  byId("fault-mark").hidden = faults.site === "none" && !faults.telegram;
}

async function refuse(kind) {
  const answer = await ask("faults", { telegram: kind, times: TIMES });
  if (answer) toast(`${TELEGRAM[kind]}: the next ${TIMES} messages of the bot.`);
}

function choice(id, labels, onChoose) {
  const options = Object.entries(labels).map(([value, label]) => el("option", { value }, label));
  return el("select", { id, onchange: (event) => onChoose(event.target.value) }, ...options);
}
