// A message's words with Telegram's entities. Offsets are UTF-16 code units, as in JavaScript's strings.

import { el } from "./dom.js";

const WRAPPERS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
};

/**
 * The text as a fragment. `act.onCommand` is called with a command that is clicked; `act.addressOf` may lead a link
 * elsewhere.
 */
export function formatted(text, entities, act) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fragment.append(...range(text, 0, text.length, sorted, act));
  return fragment;
}

function range(text, start, end, entities, act) {
  const nodes = [];
  let at = start;
  let next = 0;
  while (next < entities.length) {
    const entity = entities[next];
    next += 1;
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    if (to <= from) continue;
    if (from > at) nodes.push(document.createTextNode(text.slice(at, from)));
    const inside = [];
    while (next < entities.length && entities[next].offset < to) inside.push(entities[next++]);
    nodes.push(wrapped(text, from, to, entity, inside, act));
    // A block ends its line by itself: the line break behind it would show as an empty line.
    at = isBlock(entity) && text[to] === "\n" ? to + 1 : to;
    entities = [...carriedOver(inside, to), ...entities.slice(next)];
    next = 0;
  }
  if (at < end) nodes.push(document.createTextNode(text.slice(at, end)));
  return nodes;
}

/** What reaches beyond the entity that it began in (Telegram never sends that, but nothing must get lost). */
function carriedOver(inside, to) {
  return inside
    .filter((entity) => entity.offset + entity.length > to)
    .map((entity) => ({ ...entity, offset: to, length: entity.offset + entity.length - to }));
}

const isBlock = (entity) => ["blockquote", "expandable_blockquote", "pre"].includes(entity.type);

function wrapped(text, from, to, entity, inside, act) {
  const children = range(text, from, to, inside, act);
  const plain = text.slice(from, to);
  switch (entity.type) {
    case "text_link":
      return link(act.addressOf(entity.url), children);
    case "url":
      return link(act.addressOf(/^[a-z]+:/i.test(plain) ? plain : `https://${plain}`), children);
    case "bot_command":
      return el("button", { type: "button", className: "inline-command", onclick: () => act.onCommand(plain) }, ...children);
    case "spoiler":
      return spoiler(children);
    case "blockquote":
      return el("blockquote", {}, ...children);
    case "expandable_blockquote":
      return expandable(children);
    default:
      return WRAPPERS[entity.type] ? el(WRAPPERS[entity.type], {}, ...children) : el("span", {}, ...children);
  }
}

function link(address, children) {
  if (!/^https?:\/\//i.test(address)) return el("span", { className: "mention", title: address }, ...children);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer", title: address }, ...children);
}

function spoiler(children) {
  const cover = el("span", { className: "spoiler", role: "button", tabIndex: 0, "aria-label": "Hidden text: show" }, ...children);
  const reveal = () => {
    cover.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) cover.removeAttribute(name);
  };
  cover.addEventListener("click", reveal);
  cover.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") reveal();
  });
  return cover;
}

function expandable(children) {
  const inner = el("div", { className: "clipped" }, ...children);
  const more = el("button", { type: "button", className: "more", "aria-expanded": "false" }, "Show more");
  more.addEventListener("click", () => {
    const open = inner.classList.toggle("clipped");
    more.setAttribute("aria-expanded", String(!open));
    more.textContent = open ? "Show more" : "Show less";
  });
  return el("blockquote", {}, inner, more);
}
