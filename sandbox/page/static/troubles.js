// Making trouble: a site that fails, a Telegram that refuses, and its limits.

import { byId, el } from "./dom.js";
import { toast } from "./notices.js";
import { ask } from "./server.js";

const SITE = {
  well: "works",
  unavailable: "is down (503)",
  too_many_requests: "asks for patience (429)",
  forbidden: "refuses (403)",
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
const LIMITS = {
  L: "L: buckets that refill",
  S: "S: strict windows",
  P: "P: strict, and overflow is punished",
  none: "no limits",
};
const TIMES = 3;

export function setUpTroubles() {
  const site = choice("site-trouble", SITE, (value) => ask("trouble", { site: value }));
  const limits = choice("limits", LIMITS, (value) => ask("trouble", { limits: value }));
  const refusals = Object.entries(TELEGRAM).map(([kind, label]) =>
    el("button", { type: "button", className: "chip", onclick: () => refuse(kind) }, label),
  );
  const spare = el("button", { type: "button", className: "chip", id: "spare", onclick: () => ask("trouble", { spare_telegram: true }) }, "Let them through");
  byId("trouble-list").append(
    el("label", {}, "The petition site ", site),
    el("label", {}, "Telegram’s limits ", limits),
    el("p", {}, `The bot’s next ${TIMES} messages meet:`),
    el("div", { className: "happenings" }, ...refusals, spare),
  );
}

export function drawTroubles(troubles) {
  byId("site-trouble").value = troubles.site;
  byId("limits").value = troubles.limits;
  byId("spare").hidden = !troubles.telegram;
  byId("trouble-mark").hidden = troubles.site === "well" && !troubles.telegram;
}

async function refuse(kind) {
  const answer = await ask("trouble", { telegram: kind, times: TIMES });
  if (answer) toast(`${TELEGRAM[kind]}: the next ${TIMES} messages of the bot.`);
}

function choice(id, labels, onChoose) {
  const options = Object.entries(labels).map(([value, label]) => el("option", { value }, label));
  return el("select", { id, onchange: (event) => onChoose(event.target.value) }, ...options);
}
