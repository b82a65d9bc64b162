// What the page knows, and how news changes it. Nothing here touches the screen.

/** A conversation is a chat, or one topic of it. */
export const keyOf = (chat, thread) => `${chat}/${thread}`;

export class State {
  constructor() {
    this.everything = null;
    this.chats = new Map();
    this.conversations = new Map();
    this.unread = new Map();
    this.current = null;
    /** Who looks at a conversation: ephemeral messages are seen by one person. */
    this.viewerOf = () => this.everything.you;
    this.clock = { now: 0, speed: 1, paused: true, at: 0 };
  }

  /** Take in everything at once, at the start and after a lost connection. */
  begin(everything, at) {
    this.everything = everything;
    this.chats = new Map(everything.chats.map((chat) => [chat.id, chat]));
    const read = this.conversations.size > 0;
    this.conversations = new Map();
    for (const message of everything.messages) this.#put(message);
    if (!read) this.#countUnread();
    this.setClock(everything.clock, at);
    if (!this.exists(this.current)) this.current = keyOf(everything.you, 0);
    this.unread.set(this.current, 0);
  }

  setClock(clock, at) {
    this.clock = { ...clock, at };
  }

  /** The site's time at a moment of this browser's own clock. */
  timeAt(at) {
    const { now, speed, paused, at: since } = this.clock;
    return paused ? now : now + (at - since) * speed;
  }

  exists(key) {
    return key !== null && this.places().some((place) => place.key === key);
  }

  /** All conversations in the order in which they are listed. */
  places() {
    const places = [];
    for (const chat of this.#chatsInOrder()) {
      places.push({ key: keyOf(chat.id, 0), chat, thread: 0, title: chat.title, topic: null });
      for (const topic of chat.topics) {
        places.push({ key: keyOf(chat.id, topic.id), chat, thread: topic.id, title: topic.title, topic });
      }
    }
    return places;
  }

  /** Chats in the order in which they came to be, an upgraded group where it was before. */
  #chatsInOrder() {
    const chats = [...this.chats.values()];
    const upgraded = new Set(chats.map((chat) => chat.migrated_to).filter((id) => id !== null));
    return chats
      .filter((chat) => !upgraded.has(chat.id))
      .flatMap((chat) => (this.chats.has(chat.migrated_to) ? [chat, this.chats.get(chat.migrated_to)] : [chat]));
  }

  place(key) {
    return this.places().find((place) => place.key === key);
  }

  messages(key) {
    return [...(this.conversations.get(key)?.values() ?? [])].filter((message) => this.shows(key, message));
  }

  shows(key, message) {
    return message.seen_by === null || message.seen_by === this.viewerOf(key);
  }

  last(key) {
    return this.messages(key).at(-1);
  }

  /** A new message; counts as unread unless its conversation is being looked at. */
  add(message) {
    const key = this.#put(message);
    if (key !== this.current && message.by_bot && this.shows(key, message)) this.unread.set(key, (this.unread.get(key) ?? 0) + 1);
    return key;
  }

  edit(news) {
    const key = keyOf(news.chat_id, news.thread);
    const known = this.conversations.get(key)?.get(news.message_id);
    this.#put({ ...known, ...news });
    return key;
  }

  remove(news) {
    const key = keyOf(news.chat_id, news.thread);
    this.conversations.get(key)?.delete(news.message_id);
    return key;
  }

  setChat(chat) {
    this.chats.set(chat.id, chat);
  }

  look(key) {
    this.current = key;
    this.unread.set(key, 0);
  }

  #countUnread() {
    for (const key of this.conversations.keys()) {
      this.unread.set(key, this.messages(key).filter((message) => message.by_bot).length);
    }
  }

  #put(message) {
    const opensTopic = message.message.forum_topic_created !== undefined;
    const key = keyOf(message.chat_id, opensTopic ? message.message.message_id : message.thread);
    if (!this.conversations.has(key)) this.conversations.set(key, new Map());
    this.conversations.get(key).set(message.message_id, message);
    return key;
  }
}
