// What went over the wire: each payload and each answer, with the time that it took.

import { h } from "./dom.js";
import { saySecond } from "./dates.js";
import { look } from "./wire.js";

const SLOW = 2000;
const KEPT = 400;
const SIGNS = { delivery: "→", call: "←", response: "←", violation: "!" };
const WORDS = { delivery: "Slack to the app", call: "the app calls Slack",
  response: "the app answers by response_url", violation: "not allowed" };

/** Make the list; `update(me)` fetches what is new. */
export function makeHappened() {
  let newest = 0;
  let running = null;
  const list = h("ol", { class: "wire", "aria-label": "What went over the wire" });
  const empty = h("p", { class: "pane-empty" },
    "Nothing yet. Each payload that Slack sends, each call of the app, and every answer are listed here.");
  const node = h("div", { class: "wire-box" },
    h("p", { class: "wire-key" }, "→ Slack to the app, with the time to its ack   ← the app to Slack"),
    list, empty);

  async function update(me) {
    running ??= fetchNew(me).finally(() => { running = null; });
    await running;
  }

  async function fetchNew(me) {
    const entries = await look("log", { as: me, after: newest });
    for (const entry of entries) {
      newest = entry.number;
      list.prepend(drawEntry(entry));
    }
    while (list.children.length > KEPT) list.lastElementChild.remove();
    empty.hidden = list.children.length > 0;
  }

  return { node, update };
}

function isBad(entry) {
  return entry.kind === "violation" || Boolean(entry.answer?.error) || entry.answer?.ok === false ||
    (entry.kind === "response" && entry.answer?.status !== 200);
}

function drawEntry(entry) {
  const bad = isBad(entry);
  const slow = entry.kind === "delivery" && entry.ms > SLOW;
  const classes = ["wire-one", `wire-${entry.kind}`, bad && "wire-bad", slow && "wire-slow"];
  const time = saySecond(new Date(entry.at));
  const took = entry.kind === "violation" ? "" : `${entry.kind === "delivery" ? "ack in " : ""}${sayMs(entry.ms)}`;
  const head = [
    h("span", { class: "wire-sign", role: "img", "aria-label": WORDS[entry.kind] }, SIGNS[entry.kind]),
    h("span", { class: "wire-name" }, entry.name),
    h("span", { class: "wire-took" }, took),
    h("time", { class: "wire-at", datetime: entry.at }, time),
  ];
  if (entry.kind === "violation") return h("li", { class: classes.filter(Boolean).join(" ") }, head);
  const details = h("details", {}, h("summary", {}, head));
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) {
      details.append(drawBody("Sent", entry.sent), drawBody("Answer", entry.answer));
    }
  });
  return h("li", { class: classes.filter(Boolean).join(" ") }, details);
}

function sayMs(ms) {
  return ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`;
}

function drawBody(words, value) {
  const text = value === null ? "(empty)" : typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return h("div", {}, h("h3", { class: "wire-part" }, words),
    h("pre", { class: "wire-body", tabindex: "0", "aria-label": words }, text));
}
