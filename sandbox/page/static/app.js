// The page: news comes in, the state changes, and the parts that show it are drawn again.

import { drawChats } from "./chatlist.js";
import { drawClock, setUpClock } from "./clock.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { byId, say } from "./dom.js";
import { alertBox, toast } from "./notices.js";
import { setUpPanels } from "./panels.js";
import { Petitions } from "./petitions.js";
import { listen } from "./server.js";
import { keyOf, State } from "./state.js";
import { drawFaults, setUpFaults } from "./faults.js";

const state = new State();
const composer = new Composer(state, () => {
  conversation.draw();
  drawChats(state, choose);
});
const conversation = new Conversation(state, {
  say: (text) => composer.say(text),
  choose: (key) => choose(key),
  start: (payload) => {
    choose(keyOf(state.everything.you, 0));
    composer.say(`/start ${payload}`);
  },
  replyTo: (message) => composer.replyTo(message),
  insert: (text) => composer.insert(text),
  speaker: () => composer.speaker(),
});
const panels = setUpPanels();
const petitions = new Petitions(state, (id) => {
  panels.closeAll();
  composer.say(`/follow ${id}`);
});

function choose(key) {
  state.look(key);
  panels.closeAll();
  drawChats(state, choose);
  conversation.draw();
  composer.draw();
  if (matchMedia("(hover: hover)").matches) byId("text").focus();
}

function drawEverything() {
  byId("site-link").href = state.everything.site_url;
  drawChats(state, choose);
  conversation.draw();
  composer.draw();
  drawClock(state);
  petitions.draw(state.everything.petitions);
  drawFaults(state.everything.faults);
}

const onNews = {
  Everything(news) {
    state.begin(news, performance.now());
    drawEverything();
    document.documentElement.dataset.ready = "true";
  },
  MessageSent(news) {
    const key = state.add(news);
    if (key === state.current) conversation.add(news);
    drawChats(state, choose);
  },
  MessageEdited(news) {
    if (state.edit(news) === state.current) conversation.change(news);
    drawChats(state, choose);
  },
  MessageDeleted(news) {
    if (state.remove(news) === state.current) conversation.remove(news);
    drawChats(state, choose);
  },
  CallbackAnswered(news) {
    conversation.answerCallback(news);
    if (news.url && /^https?:\/\//i.test(news.url)) window.open(news.url, "_blank", "noopener");
    else if (news.text && news.is_alert) alertBox(news.text);
    else if (news.text) toast(news.text);
  },
  CommandsChanged() {
    composer.refreshCommands();
  },
  Bot(news) {
    state.everything.bot = news;
    if (state.messages(state.current).length === 0) conversation.draw();
  },
  Chat(news) {
    const before = state.chats.get(news.id);
    state.setChat(news);
    const looking = state.place(state.current).chat.id === news.id;
    if (looking && news.migrated_to !== null && before?.migrated_to === null) return choose(keyOf(news.migrated_to, 0));
    drawChats(state, choose);
    if (looking) {
      conversation.drawHead();
      conversation.offerStart();
      composer.draw();
    }
    return undefined;
  },
  Clock(news) {
    state.setClock(news, performance.now());
    drawClock(state);
  },
  Petitions(news) {
    state.everything.petitions = news;
    petitions.draw(news);
    conversation.invite(news.invitation);
  },
  Faults(news) {
    drawFaults(news);
  },
};

setUpClock(state);
setUpFaults();
listen(
  (news) => onNews[news.event]?.(news),
  () => {
    say(byId("chat-about"), "The sandbox does not answer. It goes on here as soon as it is back.");
  },
);
