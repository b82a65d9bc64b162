// One message as it looks: a bubble with words, files and buttons, or a line about what happened.

import { el } from "./dom.js";
import { formatted } from "./formatted.js";
import { hue, timeOf } from "./words.js";

/** What is done about messages: `onCommand(text)`, `onButton(message, button, element)`, `onPick()` for a button that picks a channel, `onReply(message)`, `addressOf(link)`, `inside(link)` for what a link does that leads nowhere else. */
export function bubble(news, { place, you, ...act }) {
  const message = news.message;
  const notice = noticeOf(message);
  if (notice) return el("p", { className: "notice", "data-id": news.message_id }, notice);
  const mine = !news.by_bot && (message.from?.id === you || message.sender_chat !== undefined);
  const alone = news.seen_by === null ? "" : " seen-by-one";
  const box = el("article", { className: `message ${mine ? "mine" : "theirs"}${alone}`, "data-id": news.message_id });
  const body = el("div", { className: "bubble" });
  if (place.chat.type !== "private") body.append(author(news));
  body.append(...files(message));
  if (news.seen_by !== null) body.append(el("p", { className: "ephemeral" }, "👁 Only you can see this"));
  const words = message.text ?? message.caption;
  if (words) {
    const content = formatted(words, message.entities ?? message.caption_entities, act);
    const text = el("div", { className: "words", dir: "auto" });
    text.append(content);
    body.append(text);
  }
  body.append(stamp(news, act));
  box.append(body);
  const keyboard = message.reply_markup?.inline_keyboard;
  if (keyboard) box.append(buttons(news, keyboard, act));
  if (news.screen?.keyboard) box.append(buttons(news, news.screen.keyboard, act));
  return box;
}

function author(news) {
  const name = news.message.sender_chat?.title ?? news.message.from?.first_name ?? "";
  const line = el("p", { className: "author" }, name);
  line.style.setProperty("--hue", hue(name));
  return line;
}

function stamp(news, act) {
  const time = timeOf(news.message.date * 1000);
  return el(
    "p",
    { className: "stamp" },
    news.silent ? el("span", { title: "Sent without a sound", "aria-label": "silent" }, "🔕") : null,
    news.pinned ? el("span", { title: "Pinned", "aria-label": "pinned" }, "📌") : null,
    news.by_bot && news.seen_by === null ? el("button", { type: "button", className: "reply", onclick: () => act.onReply(news) }, "Reply") : null,
    news.edited ? el("span", {}, "edited") : null,
    el("time", {}, time),
  );
}

function files(message) {
  const shown = [];
  const photo = message.photo?.at(-1);
  if (photo) {
    const address = fileAddress(photo.file_id);
    const picture = el("img", {
      className: "photo", src: address, width: photo.width, height: photo.height,
      alt: message.caption ? "Picture, described below" : "Picture",
    });
    shown.push(el("a", { href: address, target: "_blank", rel: "noopener" }, picture));
  }
  if (message.document) {
    const { file_id: id, file_name: name, file_size: size } = message.document;
    shown.push(
      el(
        "a",
        { className: "document", href: fileAddress(id), download: name },
        el("span", { className: "document-mark", "aria-hidden": "true" }, "⬇"),
        el("span", { className: "document-name" }, name, el("small", {}, `${Math.max(1, Math.round(size / 1024))} kB`)),
      ),
    );
  }
  return shown;
}

const fileAddress = (id) => `/sandbox/files/${encodeURIComponent(id)}`;

function buttons(news, keyboard, act) {
  const rows = keyboard.map((row) =>
    el("div", { className: "button-row" }, ...row.map((button) => inlineButton(news, button, act))),
  );
  return el("div", { className: "buttons" }, ...rows);
}

function inlineButton(news, button, act) {
  const opening = act.inside(button.url);
  if (opening) return el("button", { type: "button", className: "inline-button", onclick: opening }, button.text);
  if (button.url) {
    const safe = /^https?:\/\//i.test(button.url) ? act.addressOf(button.url) : undefined;
    return el(
      "a",
      { className: "inline-button", href: safe, target: "_blank", rel: "noopener noreferrer", title: button.url },
      button.text,
      el("span", { className: "corner", "aria-hidden": "true" }, "↗\uFE0E"),
    );
  }
  if (button.request_chat) {
    return el("button", { type: "button", className: "inline-button", onclick: () => act.onPick() }, button.text);
  }
  const pressed = el("button", { type: "button", className: "inline-button" }, button.text);
  pressed.addEventListener("click", () => act.onButton(news, button, pressed));
  return pressed;
}

/** The words of a service message; nothing for an ordinary one. */
function noticeOf(message) {
  const who = message.from?.first_name ?? message.sender_chat?.title ?? "Somebody";
  if (message.new_chat_members) return `${who} added ${names(message.new_chat_members)}`;
  if (message.left_chat_member) {
    const gone = message.left_chat_member;
    return gone.id === message.from?.id ? `${who} left` : `${who} removed ${gone.first_name}`;
  }
  if (message.forum_topic_created) return `${who} created the topic “${message.forum_topic_created.name}”`;
  if (message.forum_topic_closed) return `${who} closed the topic`;
  if (message.forum_topic_reopened) return `${who} reopened the topic`;
  if (message.chat_shared) return `${who} picked a channel`;
  if (message.migrate_to_chat_id) return "This group was upgraded to a supergroup";
  if (message.migrate_from_chat_id) return "The group goes on here as a supergroup";
  const known = ["text", "photo", "document"].some((kind) => message[kind] !== undefined);
  return known ? null : `${who} did something that this page cannot show`;
}

const names = (users) => users.map((user) => user.first_name).join(", ");

/** A line for the list of chats. */
export function previewOf(news) {
  const message = news.message;
  const notice = noticeOf(message);
  if (notice) return notice;
  const words = (message.text ?? message.caption ?? "").replace(/\s+/g, " ").slice(0, 80);
  if (words) return words;
  return message.document ? message.document.file_name : "Picture";
}
