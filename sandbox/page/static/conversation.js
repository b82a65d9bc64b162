// The conversation in the middle: its head, its messages, and what can happen to the bot in it.

import { bubble } from "./bubbles.js";
import { fillAvatar } from "./chatlist.js";
import { byId, el, say } from "./dom.js";
import { toast } from "./notices.js";
import { ask } from "./server.js";
import { keyOf } from "./state.js";
import { dayOf } from "./words.js";

const PRESENT = ["member", "administrator", "creator", "restricted"];
const REAL_SITE = /^https?:\/\/petition\.parliament\.uk(?=[/?#]|$)/i;
const NEAR_THE_END = 120;

export class Conversation {
  /** `act` has `say(text)`, `start(payload)`, `choose(key)`, `replyTo(message)`, `insert(text)`; `speaker()` is who presses buttons. */
  constructor(state, act) {
    this.state = state;
    this.act = act;
    this.log = byId("messages");
    this.spinning = new Map();
    this.atEnd = true;
    this.log.addEventListener("scroll", () => this.#markEnd());
    byId("to-bottom").addEventListener("click", () => this.toEnd());
    // A keyboard that comes up or a turned phone must not push the newest message out of sight.
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this.log);
  }

  /** Draw everything anew. */
  draw() {
    const place = this.state.place(this.state.current);
    this.drawHead();
    this.lastDay = null;
    const nodes = this.state.messages(this.state.current).flatMap((news) => this.#nodes(news, place));
    this.log.replaceChildren(...this.#welcome(place, nodes.length), ...nodes);
    this.toEnd();
  }

  drawHead() {
    const place = this.state.place(this.state.current);
    fillAvatar(byId("chat-avatar"), place);
    say(byId("chat-title"), place.topic ? `${place.chat.title} › ${place.title}` : place.title);
    say(byId("chat-about"), about(place));
    this.#drawMenu(place);
  }

  add(news) {
    const place = this.state.place(this.state.current);
    if (!this.state.shows(this.state.current, news)) return;
    const near = this.#isNearEnd();
    this.log.append(...this.#nodes(news, place));
    this.drawHead();
    if (near || !news.by_bot) this.toEnd();
    else byId("to-bottom").hidden = false;
  }

  change(news) {
    const old = this.log.querySelector(`[data-id="${news.message_id}"]`);
    if (!old) return;
    const near = this.#isNearEnd();
    const known = this.state.conversations.get(this.state.current).get(news.message_id);
    old.replaceWith(this.#bubble(known, this.state.place(this.state.current)));
    if (near) this.toEnd();
  }

  remove(news) {
    this.log.querySelector(`[data-id="${news.message_id}"]`)?.remove();
  }

  /** The bot answered a button: let it be pressed again. */
  answerCallback(news) {
    const element = this.spinning.get(news.message_id);
    element?.removeAttribute("aria-busy");
    this.spinning.delete(news.message_id);
  }

  toEnd() {
    this.atEnd = true;
    this.log.scrollTop = this.log.scrollHeight;
    byId("to-bottom").hidden = true;
  }

  #isNearEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_THE_END;
  }

  #markEnd() {
    this.atEnd = this.#isNearEnd();
    if (this.atEnd) byId("to-bottom").hidden = true;
  }

  #nodes(news, place) {
    const nodes = [];
    const day = dayOf(news.message.date * 1000);
    if (day !== this.lastDay) nodes.push(el("p", { className: "day" }, day));
    this.lastDay = day;
    nodes.push(this.#bubble(news, place));
    return nodes;
  }

  #bubble(news, place) {
    return bubble(news, {
      place,
      you: this.state.everything.you,
      onCommand: (text) => this.act.say(text),
      // The real site knows nothing of these petitions; the invented one does.
      addressOf: (link) => link.replace(REAL_SITE, this.state.everything.site_url),
      inside: (link) => this.#inside(link),
      onButton: (pressed, button, element) => this.#press(pressed, button, element),
      onReply: (answered) => this.act.replyTo(answered.message),
      onPick: () => {
        const channel = [...this.state.chats.values()].find((chat) => chat.type === "channel");
        ask("chat", { chat: channel.id, action: "share" });
      },
    });
  }

  /** What links to the bot and to channels do here; the real Telegram knows neither. */
  #inside(link) {
    const channel = keyOf(`-100${/^https:\/\/t\.me\/c\/(\d+)\//.exec(link)?.[1]}`, 0);
    if (this.state.exists(channel)) return () => this.act.choose(channel);
    const { username } = this.state.everything.bot;
    const [, what, payload] = new RegExp(`^https://t\\.me/${username}\\?(start|startgroup)=([\\w-]{1,64})$`).exec(link) ?? [];
    if (what === "start") return () => this.act.start(payload);
    if (what === "startgroup") return () => toast("Telegram would ask you for a group. Here the bot is in all of them already.");
    return undefined;
  }

  async #press(news, button, element) {
    if (button.callback_data === undefined || element.hasAttribute("aria-busy")) return;
    element.setAttribute("aria-busy", "true");
    this.spinning.set(news.message_id, element);
    const pressed = { chat: news.chat_id, message: news.message_id, data: button.callback_data, user: this.act.speaker() };
    if ((await ask("press", pressed)) === null) this.answerCallback({ message_id: news.message_id });
  }

  #welcome(place, messages) {
    if (place.chat.type !== "private") return [];
    const { bot, starts } = this.state.everything;
    const card = el("section", { className: "welcome" }, el("h2", {}, "What can this bot do?"), el("p", {}, bot.description));
    if (starts > 1 && messages === 0) {
      card.append(el("p", {}, "Welcome back. Time goes on where it stopped, and what you follow is still followed: try /list."));
    }
    card.append(el("p", { className: "try" }));
    this.#invite(card.querySelector(".try"), this.state.everything.petitions.invitation);
    const start = el("button", { type: "button", className: "primary", onclick: () => this.act.say("/start") }, "Start");
    start.hidden = place.chat.started;
    card.append(start);
    return [card];
  }

  /** Offer to start the bot to somebody who has never written to it. */
  offerStart() {
    const start = this.log.querySelector(".welcome .primary");
    if (start) start.hidden = this.state.place(this.state.current).chat.started;
  }

  /** Until somebody has written, keep inviting to a petition to which something is about to happen. */
  invite(invitation) {
    const line = this.log.querySelector(".try");
    if (line && this.state.messages(this.state.current).length === 0) this.#invite(line, invitation);
  }

  #invite(line, invitation) {
    if (invitation === null) return line.replaceChildren("Follow a petition from the list of the petition site.");
    const command = `/follow ${invitation.petition}`;
    if (line.querySelector("button")?.textContent === command) return undefined;
    const button = el("button", { type: "button", className: "try-command", onclick: () => this.act.insert(command) }, command);
    const soon = invitation.what ? ` That one ${invitation.what} soon.` : "";
    return line.replaceChildren("Type ", button, ` or paste a petition’s link.${soon}`);
  }

  #drawMenu(place) {
    const actions = actionsFor(place);
    const shape = actions.map((action) => action.label).join();
    const list = byId("chat-actions");
    if (list.dataset.shape === `${place.key}:${shape}`) return;
    list.dataset.shape = `${place.key}:${shape}`;
    list.replaceChildren(...actions.map((action) => this.#action(place, action)));
    byId("chat-menu").hidden = actions.length === 0;
  }

  #action(place, { action, label, about: reason }) {
    const button = el("button", { type: "button", className: "menu-item" }, label, el("small", {}, reason));
    button.addEventListener("click", () => {
      byId("chat-menu").open = false;
      ask("chat", { chat: place.chat.id, action });
    });
    return button;
  }
}

function about(place) {
  const { chat } = place;
  if (chat.migrated_to !== null) return "upgraded to a supergroup";
  if (chat.type === "private") return PRESENT.includes(chat.bot) ? "bot" : "blocked by you";
  const others = chat.people.map((person) => (person.name === "You" ? "you" : person.name)).join(", ");
  const bot = !PRESENT.includes(chat.bot) ? "the bot is not here" : chat.bot === "administrator" ? "the bot is an administrator" : "the bot is a member";
  return `${chat.forum ? "forum" : chat.type}: ${others}; ${bot}`;
}

function actionsFor(place) {
  const { chat } = place;
  if (chat.migrated_to !== null) return [];
  const present = PRESENT.includes(chat.bot);
  if (chat.type === "private") {
    return present
      ? [{ action: "block", label: "Block the bot", about: "It may not write to you any more." }]
      : [{ action: "unblock", label: "Unblock the bot", about: "What you followed comes back." }];
  }
  if (!present) return [{ action: "add", label: "Add the bot again", about: "What was followed here comes back." }];
  const actions = [];
  if (chat.type !== "channel") {
    actions.push(
      chat.bot === "administrator"
        ? { action: "demote", label: "Make the bot an ordinary member", about: "It sees commands only." }
        : { action: "promote", label: "Make the bot an administrator", about: "It sees all messages." },
    );
  }
  if (chat.type === "group") {
    actions.push({ action: "upgrade", label: "Upgrade to a supergroup", about: "The group gets another number." });
  }
  actions.push({ action: "kick", label: "Remove the bot", about: "What is followed here is kept." });
  return actions;
}
