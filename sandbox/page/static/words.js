// Numbers, times and names as people read them.

const ZONE = "Europe/London";
const number = new Intl.NumberFormat("en-GB");
const clockTime = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: ZONE });
const shortDay = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone: ZONE });
const longDay = new Intl.DateTimeFormat("en-GB", {
  weekday: "short", day: "numeric", month: "long", year: "numeric", timeZone: ZONE,
});

export const count = (value) => number.format(value);
export const timeOf = (milliseconds) => clockTime.format(milliseconds);
export const dayOf = (milliseconds) => shortDay.format(milliseconds);
export const dateOf = (milliseconds) => longDay.format(milliseconds);

/** A span of time in one unit: "42 s", "6 min", "3 h", "2 days". */
export function span(seconds) {
  if (seconds < 100) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${count(Math.round(seconds / 86400))} days`;
}

/** One or two letters for a round picture. */
export function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return words.slice(0, 2).map((word) => [...word][0]).join("").toUpperCase();
}

/** The hue of a round picture, always the same for the same name. */
export function hue(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 360;
  return sum;
}
