// The site's time: what it is, how fast it flows, and jumping ahead.

import { byId, el, say } from "./dom.js";
import { ask } from "./server.js";
import { dateOf, timeOf } from "./words.js";

const SPEEDS = [
  { label: "Pause", paused: true, about: "Time stands still; the bot then sees nothing new" },
  { label: "1×", speed: 1, about: "As slow as life: the bot looks once a minute" },
  { label: "Slow", speed: 60, about: "A minute each second" },
  { label: "Normal", speed: 600, about: "An hour in six seconds" },
  { label: "Fast", speed: 3600, about: "An hour each second" },
];

export function setUpClock(state) {
  for (const { label, speed, paused, about } of SPEEDS) {
    const wanted = paused ? { paused: true } : { paused: false, speed };
    const button = el("button", { type: "button", title: about, "aria-pressed": "false", onclick: () => ask("clock", wanted) }, label);
    byId("speeds").append(button);
  }
  for (const button of document.querySelectorAll("[data-jump]")) {
    button.addEventListener("click", () => ask("clock", { jump_seconds: Number(button.dataset.jump) }));
  }
  setInterval(() => drawTime(state), 250);
}

export function drawClock(state) {
  const { speed, paused } = state.clock;
  [...byId("speeds").children].forEach((button, index) => {
    const chosen = SPEEDS[index].paused ? paused : !paused && Math.abs(speed - SPEEDS[index].speed) < 0.5;
    button.setAttribute("aria-pressed", String(chosen));
  });
  say(byId("flow"), paused ? "Time stands still." : flow(speed));
  drawTime(state);
}

function drawTime(state) {
  if (!state.everything) return;
  const now = state.timeAt(performance.now());
  say(byId("clock-day"), dateOf(now));
  say(byId("clock-time"), timeOf(now));
  say(byId("time"), timeOf(now));
}

function flow(speed) {
  if (speed < 2) return "Time flows as in life.";
  const seconds = 3600 / speed;
  return `An hour takes ${Number(seconds.toPrecision(2))} s.`;
}
