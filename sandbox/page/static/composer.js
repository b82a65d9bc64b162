// Where people write: the message, the bot's commands, and who is speaking.

import { byId, el, say } from "./dom.js";
import { ask, commandsOf } from "./server.js";

const PRESENT = ["member", "administrator", "creator", "restricted"];

export class Composer {
  /** `onSpeaker` is called when somebody else speaks, and looks, from now on. */
  constructor(state, onSpeaker) {
    this.state = state;
    state.viewerOf = (key) => this.#speakingIn(key)?.user ?? state.everything.you;
    this.text = byId("text");
    this.list = byId("commands");
    this.menu = [];
    this.chosen = 0;
    this.speakers = new Map();
    this.answered = null;
    this.refreshes = 0;
    byId("replying").addEventListener("click", () => this.replyTo(null));
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    byId("slash").addEventListener("click", () => this.#toggleMenu());
    byId("speaker").addEventListener("change", (event) => {
      this.speakers.set(this.state.current, Number(event.target.value));
      onSpeaker();
    });
    this.text.addEventListener("input", () => this.#suggest());
    this.text.addEventListener("keydown", (event) => this.#key(event));
    this.text.addEventListener("blur", () => setTimeout(() => this.#hide(), 150));
  }

  /** Fit to the conversation that is looked at now. */
  draw() {
    const { chat, topic } = this.state.place(this.state.current);
    const closed = closedBecause(chat, topic);
    this.replyTo(null);
    byId("composer-row").hidden = closed !== null;
    byId("closed").hidden = closed === null;
    say(byId("closed"), closed ?? "");
    byId("speaker-label").hidden = chat.speakers.length < 2;
    const options = chat.speakers.map((speaker, index) =>
      el("option", { value: String(index) }, speaker.role ? `${speaker.name} (${speaker.role})` : speaker.name),
    );
    byId("speaker").replaceChildren(...options);
    byId("speaker").value = String(this.#speakerIndex(this.state.current));
    this.menu = []; // that of another chat offers what may not be had here
    this.refreshCommands();
  }

  /** Ask for the commands of this chat. Whoever has begun to type one meanwhile is shown the new ones. */
  async refreshCommands() {
    const refresh = ++this.refreshes;
    const found = await commandsOf(this.state.place(this.state.current).chat.id);
    if (refresh !== this.refreshes) return;
    const changed = JSON.stringify(found) !== JSON.stringify(this.menu);
    this.menu = found;
    byId("slash").disabled = this.menu.length === 0;
    if (changed) this.#suggest();
  }

  /** The person who speaks and presses buttons in this conversation. */
  speaker() {
    return this.state.viewerOf(this.state.current);
  }

  insert(text) {
    this.text.value = text;
    this.#grow();
    this.text.focus();
    this.text.setSelectionRange(text.length, text.length);
  }

  /** Let the next message answer this one; with null it answers none. */
  replyTo(message) {
    this.answered = message?.message_id ?? null;
    byId("replying").hidden = message === null;
    say(byId("replying"), message ? `Replying to “${(message.text ?? "").split("\n")[0]}” ✕` : "");
    if (message) this.text.focus();
  }

  async say(text) {
    const { chat, thread } = this.state.place(this.state.current);
    const [speaking, answered] = [this.#speaking(), this.answered];
    this.replyTo(null);
    return ask("say", {
      chat: chat.id, user: this.speaker(), text, thread, anonymous: speaking?.anonymous ?? false, reply_to: answered,
    });
  }

  async #send() {
    const text = this.text.value.trim();
    if (!text) return;
    this.insert("");
    this.#hide();
    if ((await this.say(text)) === null && !this.text.value) this.insert(text);
  }

  #speaking() {
    return this.#speakingIn(this.state.current);
  }

  #speakingIn(key) {
    return this.state.place(key)?.chat.speakers[this.#speakerIndex(key)];
  }

  #speakerIndex(key) {
    const index = this.speakers.get(key) ?? 0;
    return index < this.state.place(key).chat.speakers.length ? index : 0;
  }

  #key(event) {
    if (event.isComposing) return;
    const open = !this.list.hidden;
    if (open && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      this.#choose(this.chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (open && event.key === "Escape") {
      this.#hide();
    } else if (open && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      this.#take(this.list.children[this.chosen]?.dataset.command);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      const typed = this.text.value.trim();
      const chosen = open ? this.list.children[this.chosen]?.dataset.command : undefined;
      if (chosen && typed !== `/${chosen}`) this.#take(chosen);
      else this.#send();
    }
  }

  #suggest() {
    this.#grow();
    const typed = /^\/(\w*)$/.exec(this.text.value);
    if (!typed) return this.#hide();
    this.#show(this.menu.filter(({ command }) => command.startsWith(typed[1].toLowerCase())));
  }

  #toggleMenu() {
    this.text.focus();
    if (this.list.hidden) this.#show(this.menu);
    else this.#hide();
  }

  #show(commands) {
    const options = commands.map(({ command, description }, index) =>
      el(
        "li",
        {
          role: "option", id: `command-${index}`, "data-command": command,
          onmousedown: (event) => event.preventDefault(), onclick: () => this.#take(command),
        },
        el("strong", {}, `/${command}`),
        el("span", {}, description),
      ),
    );
    this.list.replaceChildren(...options);
    this.list.hidden = options.length === 0;
    byId("slash").setAttribute("aria-expanded", String(options.length > 0));
    this.#choose(0);
  }

  #hide() {
    this.list.hidden = true;
    this.text.removeAttribute("aria-activedescendant");
    byId("slash").setAttribute("aria-expanded", "false");
  }

  #choose(index) {
    const count = this.list.children.length;
    if (count === 0) return;
    this.chosen = (index + count) % count;
    [...this.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === this.chosen)));
    this.text.setAttribute("aria-activedescendant", `command-${this.chosen}`);
    this.list.children[this.chosen].scrollIntoView({ block: "nearest" });
  }

  #take(command) {
    if (!command) return;
    this.insert(`/${command} `);
    this.#hide();
  }

  #grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, 140)}px`;
  }
}

function closedBecause(chat, topic) {
  if (chat.migrated_to !== null) return "This group goes on as a supergroup.";
  if (chat.type === "private" && !PRESENT.includes(chat.bot)) return "You have blocked the bot. Unblock it in the menu above.";
  if (topic?.closed) return "This topic is closed.";
  return null;
}
