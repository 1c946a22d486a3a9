// Days and times, in the zone of whoever one is.

const DAY = 86_400_000;

let ahead = 0;
let timeZone;

/** Know in which zone one is. */
export function setZone(zone) {
  timeZone = zone;
}

/** Know how far the demo's clock is ahead of this browser's, in seconds. */
export function setAhead(seconds) {
  ahead = seconds * 1000;
}

function now() {
  return new Date(Date.now() + ahead);
}

function format(moment, options) {
  return new Intl.DateTimeFormat("en-US", { timeZone, ...options }).format(moment);
}

/** Say a day; the year only where it is another one. */
export function sayDay(moment, month = "short") {
  const year = yearOf(moment) === yearOf(now()) ? undefined : "numeric";
  return format(moment, { month, day: "numeric", year });
}

function sayPretty(moment, otherwise) {
  const days = Math.round((startOfDay(moment) - startOfDay(now())) / DAY);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days] ?? otherwise;
}

function startOfDay(moment) {
  return Date.parse(isoDay(moment));
}

function isoDay(moment) {
  return new Date(moment).toLocaleDateString("sv-SE", { timeZone });
}

function yearOf(moment) {
  return isoDay(moment).slice(0, 4);
}

/** Say a moment as Slack does beside a message: 9:05 AM. */
export function sayTime(moment) {
  return format(moment, { hour: "numeric", minute: "2-digit" });
}

/** Say a moment as a clock does: Thu, Nov 26, 9:05 AM. */
export function sayClock(moment) {
  return `${format(moment, { weekday: "short" })}, ${sayDay(moment)}, ${sayTime(moment)}`;
}

/** Say a moment to the second, as logs do: 13:05:09. */
export function saySecond(moment) {
  return new Date(moment).toLocaleTimeString("sv-SE", { timeZone });
}

/** Say the day above the messages of that day. */
export function sayDayHeading(moment) {
  const long = format(moment, { weekday: "long", month: "long", day: "numeric" });
  const pretty = sayPretty(moment, long);
  return pretty[0].toUpperCase() + pretty.slice(1);
}

/** Name a message's day and time in full. */
export function sayMoment(moment) {
  return format(moment, { dateStyle: "full", timeStyle: "short" });
}

/** Say which the next nine o'clock of a working day is: today, tomorrow, Monday. The demo's clock goes there. */
export function sayNextMorning(moment) {
  const hour = Number(format(moment, { hour: "numeric", hourCycle: "h23" }));
  const day = new Date(startOfDay(moment)); // in UTC, where no day is longer than another
  if (hour >= 9) day.setUTCDate(day.getUTCDate() + 1);
  while ([0, 6].includes(day.getUTCDay())) day.setUTCDate(day.getUTCDate() + 1);
  const ahead = (day - startOfDay(moment)) / DAY;
  const name = new Intl.DateTimeFormat("en-US", { timeZone: "UTC", weekday: "long" }).format(day);
  return ["today", "tomorrow"][ahead] ?? name;
}

// What a clock on the wall shows at a moment, as if it hung in UTC.
function wallOf(moment) {
  return Date.parse(`${new Date(moment).toLocaleString("sv-SE", { timeZone }).replace(" ", "T")}Z`);
}

/** Turn seconds of Unix time into what a field for a day and a time holds: 2026-11-26T09:05. */
export function toWall(seconds) {
  return new Date(wallOf(seconds * 1000)).toISOString().slice(0, 16);
}

/** Turn what such a field holds into seconds: the first of two where the clock is set back. */
export function fromWall(text) {
  const wall = Date.parse(`${text}Z`);
  const [before, after] = [wall - DAY, wall + DAY].map((near) => wallOf(near) - near);
  const isRight = (offset) => wallOf(wall - offset) === wall;
  return (wall - (!isRight(before) && isRight(after) ? after : before)) / 1000;
}

const PARTS = {
  date_num: (moment) => isoDay(moment),
  date_slash: (moment) => format(moment, { year: "numeric", month: "2-digit", day: "2-digit" }),
  date: (moment) => sayDay(moment, "long"),
  date_short: (moment) => sayDay(moment, "short"),
  date_long: (moment) =>
    format(moment, { weekday: "long", month: "long", day: "numeric", year: "numeric" }),
  date_pretty: (moment) => sayPretty(moment, sayDay(moment, "long")),
  date_short_pretty: (moment) => sayPretty(moment, sayDay(moment, "short")),
  date_long_pretty: (moment) => sayPretty(moment, PARTS.date_long(moment)),
  day_divider_pretty: (moment) => sayDayHeading(moment),
  time: (moment) => sayTime(moment),
  time_secs: (moment) => format(moment, { timeStyle: "medium" }),
  ago: (moment) => sayAgo(moment),
};

function sayAgo(moment) {
  const minutes = Math.round((moment - now()) / 60_000);
  const relative = new Intl.RelativeTimeFormat("en-US", { numeric: "auto" });
  if (Math.abs(minutes) < 60) return relative.format(minutes, "minute");
  if (Math.abs(minutes) < 48 * 60) return relative.format(Math.round(minutes / 60), "hour");
  return relative.format(Math.round(minutes / 1440), "day");
}

/** Fill in Slack's date tokens; `otherwise` where the moment is none. */
export function sayDate(seconds, pattern, otherwise) {
  const moment = new Date(seconds * 1000);
  if (Number.isNaN(moment.getTime()) || !pattern) return otherwise ?? "";
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(PARTS, name) ? PARTS[name](moment) : whole));
}
