// What went over the wire: each payload and each answer, with the time that it took.

import { h } from "./dom.js";
import { saySecond } from "./dates.js";
import { look } from "./wire.js";

const SLOW = 2000;
const KEPT = 400;
const SIGNS = { delivery: "→", call: "←", response: "←", violation: "!" };
const WORDS = { delivery: "Slack to the app", call: "the app calls Slack",
  response: "the app answers by response_url", violation: "not allowed" };

/** Make the list; `update(me)` fetches what is new, and what has changed since. */
export function makeHappened() {
  let seen = 0; // the log's newest revision that was drawn
  let running = null;
  const rows = new Map();
  const list = h("ol", { class: "wire", "aria-label": "What went over the wire" });
  const empty = h("p", { class: "pane-empty" },
    "Nothing yet. Each payload that Slack sends, each call of the app, and every answer are listed here.");
  const node = h("div", { class: "wire-box" },
    h("ul", { class: "wire-key" },
      h("li", {}, "→ Slack to the app, with the time to its ack"), h("li", {}, "← the app to Slack")),
    list, empty);

  async function update(me) {
    running ??= fetchNew(me).finally(() => { running = null; });
    await running;
  }

  async function fetchNew(me) {
    const entries = await look("log", { as: me, after: seen });
    if (entries.ok === false) throw new Error(entries.error);
    for (const entry of entries) {
      seen = Math.max(seen, entry.revision);
      put(entry);
    }
    while (list.children.length > KEPT) drop(list.lastElementChild);
    empty.hidden = list.children.length > 0;
  }

  // What began last stands on top, whatever came of the rest since: a cause is below its effects.
  function put(entry) {
    const old = rows.get(entry.number);
    const drawn = drawEntry(entry);
    rows.set(entry.number, drawn);
    drawn.dataset.number = entry.number;
    if (old) replace(old, drawn);
    else list.insertBefore(drawn, [...list.children].find((one) => Number(one.dataset.number) < entry.number) ?? null);
  }

  function drop(row) {
    rows.delete(Number(row.dataset.number));
    row.remove();
  }

  return { node, update };
}

function replace(old, drawn) {
  const held = old.contains(document.activeElement);
  if (old.querySelector("details")?.open) drawn.querySelector("details").open = true;
  old.replaceWith(drawn);
  if (held) drawn.querySelector("summary").focus();
}

function isBad({ kind, outcome, answer, gap }) {
  if (gap) return false;
  return kind === "violation" || ["late", "missed", "failed"].includes(outcome) ||
    Boolean(answer?.error) || answer?.ok === false || (kind === "response" && answer && answer.status !== 200);
}

function drawEntry(entry) {
  const slow = entry.kind === "delivery" && entry.ms > SLOW;
  const classes = ["wire-one", `wire-${entry.kind}`, isBad(entry) && "wire-bad", slow && "wire-slow",
    entry.outcome === "pending" && "wire-waiting"].filter(Boolean).join(" ");
  const head = [
    h("span", { class: "wire-sign", role: "img", "aria-label": WORDS[entry.kind] }, SIGNS[entry.kind]),
    h("span", { class: "wire-name" }, [entry.label, sayError(entry)].filter(Boolean).join(": ")),
    h("span", { class: "wire-took" }, sayTook(entry)),
    h("time", { class: "wire-at", datetime: entry.at }, saySecond(new Date(entry.at))),
  ];
  if (entry.kind === "violation") return h("li", { class: classes }, head);
  const details = h("details", {}, h("summary", {}, head));
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) {
      details.append(drawBody("Sent", entry.sent), drawBody("Answer", entry.answer));
    }
  });
  return h("li", { class: classes }, details);
}

// The note of a delivery that nobody took, or took too late, says it already.
function sayError({ kind, note, answer }) {
  if (kind === "response") return answer && answer.status !== 200 ? answer.said : "";
  return kind === "delivery" && !note.startsWith("failed") ? "" : (answer?.error ?? "");
}

function sayTook({ kind, outcome, note, ms }) {
  if (outcome === "pending") return "waiting…";
  if (kind === "delivery") return note;
  return kind === "violation" || ms === null ? "" : sayMs(ms);
}

function sayMs(ms) {
  return ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`;
}

function drawBody(words, value) {
  const text = value === null ? "(empty)" : typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return h("div", {}, h("h3", { class: "wire-part" }, words),
    h("pre", { class: "wire-body", tabindex: "0", "aria-label": words }, text));
}
