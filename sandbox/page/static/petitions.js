// The petitions: how they stand, what comes next, and making things happen to them.

import { byId, el, say } from "./dom.js";
import { toast } from "./notices.js";
import { ask } from "./server.js";
import { count, dayOf, span, timeOf } from "./words.js";

const SUBJECTS = {
  Signatures: {
    sign_1000: "1,000 more signatures",
    reach_next_threshold: "Reach the next threshold",
    jump_two_milestones: "Jump over two milestones",
    drop_signatures: "Lose signatures",
  },
  Response: {
    respond: "Government responds",
    edit_response: "Response is edited",
    withdraw_response: "Response is withdrawn",
  },
  Debate: {
    schedule_debate: "Debate is scheduled",
    move_debate: "Debate is moved",
    cancel_debate: "Debate is cancelled",
    hold_debate: "Debate’s outcome is out",
    refuse_debate: "Debate is refused",
    complete_outcome: "Outcome gets links",
    flip_outcome: "Outcome is turned round",
  },
  Committee: {
    note: "Committee’s note is written",
    add_business: "Other business is added",
    edit_business: "Other business is edited",
    delete_business: "Other business is deleted",
  },
  Wording: {
    edit_words: "Background is edited",
    edit_topics: "Topics are edited",
    delete_topic: "A topic is abolished",
    touch: "Nothing but the update time",
  },
  Life: {
    publish: "Opens now",
    extend_deadline: "Deadline is a day later",
    close: "Closes now",
    stop: "Is stopped",
    reject: "Is rejected",
    hide: "Is hidden",
    remove: "Is taken down",
    restore: "Goes back to moderation",
    archive: "Goes to the archive",
  },
};
const STATES = {
  open: "open", closed: "closed", rejected: "rejected", hidden: "hidden", removed: "taken down", pending: "gathering support",
  validated: "gathering support", sponsored: "being checked", flagged: "being checked", dormant: "waiting", stopped: "stopped",
};
const ORDERS = {
  soon: (a, b) => rank(a) - rank(b) || nextAt(a) - nextAt(b) || b.count - a.count,
  most: (a, b) => b.count - a.count,
  number: (a, b) => a.id - b.id,
};
const REORDER_SECONDS = 8;

const nextAt = (line) => line.next?.at ?? Infinity;
function unfold(row) {
  row.happenings.hidden = !row.happenings.hidden;
  row.happen.setAttribute("aria-expanded", String(!row.happenings.hidden));
  row.item.scrollIntoView({ block: "nearest" });
}

/** Show what can happen about one subject, or about the first if that one has nothing any more. */
function choose(row, subject) {
  const chosen = row.groups.find((group) => group.subject === subject) ?? row.groups[0];
  row.subject = chosen?.subject;
  for (const group of row.groups) {
    group.chips.hidden = group !== chosen;
    group.tab.setAttribute("aria-pressed", String(group === chosen));
  }
}

const rank = (line) => (line.state === "open" && !line.archived ? 0 : line.next ? 1 : 2);

export class Petitions {
  /** `follow(id)` follows a petition in the conversation that is looked at. */
  constructor(state, follow) {
    this.state = state;
    this.follow = follow;
    this.rows = new Map();
    this.orderedAt = -Infinity;
    this.list = byId("petition-list");
    byId("filter").addEventListener("input", () => this.#filter());
    byId("order").addEventListener("change", () => this.#arrange());
    byId("dissolve").addEventListener("click", () => this.#make(null, "close", "stop"));
    byId("archive").addEventListener("click", () => this.#make(null, "archive"));
  }

  draw(petitions) {
    this.lines = new Map(petitions.lines.map((line) => [line.id, line]));
    say(byId("visits"), `The bot has looked ${count(petitions.visits)} times.`);
    let fresh = false;
    for (const line of petitions.lines) {
      if (!this.rows.has(line.id)) {
        this.rows.set(line.id, this.#row(line));
        fresh = true;
      }
      this.#fill(this.rows.get(line.id), line);
    }
    for (const [id, row] of this.rows) {
      if (!this.lines.has(id)) {
        row.item.remove();
        this.rows.delete(id);
      }
    }
    const due = performance.now() - this.orderedAt > REORDER_SECONDS * 1000;
    // Rows stay where they are while somebody is about to click one.
    if (fresh || (due && !this.list.matches(":hover, :focus-within"))) this.#arrange();
  }

  #arrange() {
    this.orderedAt = performance.now();
    const order = ORDERS[byId("order").value];
    const lines = [...this.lines.values()].sort(order);
    const before = [...this.list.children];
    const after = lines.map((line) => this.rows.get(line.id).item);
    if (after.some((item, index) => item !== before[index])) this.list.replaceChildren(...after);
    this.#filter();
  }

  #filter() {
    const wanted = byId("filter").value.trim().toLowerCase();
    let shown = 0;
    for (const [id, row] of this.rows) {
      const line = this.lines.get(id);
      const fits = !wanted || `${id} ${line.action.toLowerCase()}`.includes(wanted);
      row.item.hidden = !fits;
      if (fits) shown += 1;
    }
    byId("no-petitions").hidden = shown > 0;
  }

  #row(line) {
    const row = {
      title: el("a", { className: "petition-title", target: "_blank", rel: "noopener" }),
      count: el("strong"),
      unit: el("span", { className: "soft" }),
      state: el("span", { className: "state" }),
      bar: el("progress", { max: 1, value: 0 }),
      next: el("p", { className: "next" }),
      follow: el("button", { type: "button", className: "small", onclick: () => this.follow(line.id) }, "Follow"),
      happenings: el("div", { className: "happenings", id: `happenings-${line.id}`, hidden: true }),
      shape: null,
      subject: null,
    };
    row.happen = el(
      "button",
      {
        type: "button", className: "small happen", "aria-expanded": "false", "aria-controls": row.happenings.id,
        onclick: () => unfold(row),
      },
      "Make it happen",
    );
    row.item = el(
      "li",
      { className: "petition", "data-petition": String(line.id) },
      row.title,
      el("p", { className: "petition-count" }, row.count, " ", row.unit, row.state),
      row.bar,
      row.next,
      el("div", { className: "petition-buttons" }, row.follow, row.happen),
      row.happenings,
    );
    return row;
  }

  #fill(row, line) {
    say(row.title, line.action);
    row.title.href = `${this.state.everything.site_url}/${line.archived ? "archived/" : ""}petitions/${line.id}`;
    say(row.count, count(line.count));
    say(row.unit, ` no. ${line.id}`);
    say(row.state, line.archived ? "archived" : STATES[line.state]);
    row.state.dataset.state = line.archived ? "archived" : line.state;
    const goal = line.threshold;
    row.bar.hidden = line.state !== "open" || goal === null || line.archived;
    row.bar.value = goal ? Math.min(1, line.count / goal) : 1;
    row.bar.setAttribute("aria-label", goal ? `${count(line.count)} of ${count(goal)} signatures` : "");
    row.bar.title = goal ? `Next threshold: ${count(goal)}` : "";
    say(row.next, this.#coming(line));
    row.next.hidden = line.next === null;
    row.follow.hidden = !["open", "closed", "rejected"].includes(line.state);
    this.#fillHappenings(row, line);
  }

  #coming(line) {
    if (line.next === null) return "";
    const now = this.state.timeAt(performance.now());
    const away = Math.max(0, (line.next.at - now) / 1000);
    const { speed, paused } = this.state.clock;
    const wait = paused || speed < 2 ? "" : ` (in ${span(away / speed)})`;
    const when = away < 86400 ? timeOf(line.next.at) : dayOf(line.next.at);
    return `${when}${wait}: ${line.next.what}`;
  }

  #fillHappenings(row, line) {
    const shape = line.possible.join();
    if (row.shape === shape) return;
    row.shape = shape;
    row.happen.hidden = line.possible.length === 0;
    const groups = Object.entries(SUBJECTS).map(([subject, words]) => [subject, line.possible.filter((what) => what in words)]);
    row.groups = groups.filter(([, possible]) => possible.length > 0).map(([subject, possible]) => this.#group(row, line.id, subject, possible));
    row.happenings.replaceChildren(el("div", { className: "subjects" }, ...row.groups.map((group) => group.tab)), ...row.groups.map((group) => group.chips));
    choose(row, row.subject);
  }

  #group(row, id, subject, possible) {
    const chip = (what) => el("button", { type: "button", className: "chip", "data-what": what, onclick: () => this.#make(id, what) }, SUBJECTS[subject][what]);
    return {
      subject,
      tab: el("button", { type: "button", className: "small", onclick: () => choose(row, subject) }, subject),
      chips: el("div", { className: "chips", "data-subject": subject }, ...possible.map(chip)),
    };
  }

  async #make(id, ...happenings) {
    for (const what of happenings) if ((await ask("happen", { petition: id, what })) === null) return;
    const { speed, paused } = this.state.clock;
    if (paused) toast("Done. Time stands still, so the bot will notice once it flows again.");
    else if (speed < 30) toast("Done. At this speed the bot may take minutes to notice, as in life.");
    else toast("Done. The bot will notice in a moment.");
  }
}
