// The list of chats with their topics, what was said last, and how much is unread.

import { previewOf } from "./bubbles.js";
import { byId, el } from "./dom.js";
import { hue, initials, timeOf } from "./words.js";

const KINDS = { private: "Private chat", group: "Group", supergroup: "Group", channel: "Channel" };

export function drawChats(state, onChoose) {
  const list = byId("chat-list");
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  list.replaceChildren(...state.places().filter((place) => isListed(state, place)).map((place) => line(state, place, onChoose)));
  if (focused) list.querySelector(`[data-key="${focused}"]`)?.focus();
  const unread = state.places().reduce((sum, place) => sum + (state.unread.get(place.key) ?? 0), 0);
  const badge = byId("all-unread");
  badge.hidden = unread === 0;
  badge.textContent = String(unread);
  document.title = unread ? `(${unread}) Petition Alerts sandbox` : "Petition Alerts sandbox";
}

/** An upgraded group goes on elsewhere; the old one stays only while it is being looked at. */
function isListed(state, place) {
  return place.chat.migrated_to === null || place.key === state.current;
}

function line(state, place, onChoose) {
  const current = place.key === state.current;
  const last = state.last(place.key);
  const unread = state.unread.get(place.key) ?? 0;
  const button = el(
    "button",
    {
      type: "button", className: `chat-line${place.topic ? " topic" : ""}`, "data-key": place.key,
      "aria-current": current ? "true" : undefined, onclick: () => onChoose(place.key),
    },
    place.topic ? el("span", { className: "topic-mark", "aria-hidden": "true" }, "#") : avatar(place),
    el("span", { className: "chat-line-name" }, place.title, kind(place)),
    el("span", { className: "chat-line-time" }, last ? timeOf(last.message.date * 1000) : ""),
    el("span", { className: "chat-line-last" }, last ? previewOf(last) : "Nothing here yet"),
    unread ? el("span", { className: "badge", "aria-label": `${unread} unread` }, String(unread)) : null,
  );
  return el("li", {}, button);
}

function kind(place) {
  if (place.topic || place.chat.type === "private") return null;
  return el("small", { className: "kind" }, place.chat.forum ? "Forum" : KINDS[place.chat.type]);
}

export function avatar(place) {
  const round = el("span", { className: "avatar", "aria-hidden": "true" });
  fillAvatar(round, place);
  return round;
}

export function fillAvatar(round, place) {
  const isBot = place.chat.type === "private";
  round.textContent = place.topic ? "#" : isBot ? "" : initials(place.chat.title);
  round.classList.toggle("bot", isBot);
  round.style.setProperty("--hue", hue(place.chat.title));
  round.title = KINDS[place.chat.type];
}
