// The list of messages. A message that has not changed keeps its place and its state on the page.

import { h } from "./dom.js";
import { sayDayHeading } from "./dates.js";
import { drawMessage, isReply, momentOf } from "./message.js";
import { drawMrkdwn } from "./mrkdwn.js";

const TOGETHER = 5 * 60;
const NEAR = 120;

/** Keep `log` in step with lists of messages; `inPane` shows one thread, not a channel. */
export function makeMessages(log, { inPane = false } = {}) {
  let kept = new Map();
  let newest = 0;
  let atEnd = true;
  const pill = h("button", { class: "newer", type: "button", hidden: true, onclick: () => { follow(); log.focus(); } },
    "New messages ↓");
  log.after(pill);
  log.addEventListener("scroll", () => {
    atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    if (atEnd) pill.hidden = true;
  });
  new ResizeObserver(() => atEnd && goToEnd()).observe(log);

  function goToEnd() {
    log.scrollTop = log.scrollHeight;
  }

  /** Go to the end and stay there, as whoever writes something wants to. */
  function follow() {
    atEnd = true;
    pill.hidden = true;
    goToEnd();
  }

  /** Show `messages`; `surfaceOf(message)` offers what can be done in one; `empty` is {title, words}. */
  function show(messages, surfaceOf, empty) {
    const next = new Map();
    let before = null;
    const replies = countReplies(messages);
    const listed = inPane ? inThreads(messages) : withoutReplies(messages);
    for (const message of listed) {
      const day = sayDayHeading(momentOf(message));
      if (!before || day !== sayDayHeading(momentOf(before))) {
        put(next, `day ${day}`, "", () => drawDay(day));
        before = null;
      }
      const compact = goesOn(before, message);
      const count = inPane ? 0 : (replies.get(message.ts) ?? 0);
      const seen = JSON.stringify([message, compact, count]);
      put(next, message.ts, seen, () => drawMessage(message, compact, surfaceOf(message), count));
      before = message;
    }
    if (!messages.length) put(next, "empty", JSON.stringify(empty), () => drawEmpty(empty));
    const stays = atEnd || !kept.size;
    kept = next;
    const focused = document.activeElement?.closest("article")?.dataset.ts;
    settle(log, [...next.values()].map((one) => one.node));
    if (focused && !log.contains(document.activeElement)) focus(next.get(focused)?.node);
    const last = Math.max(0, ...listed.map((one) => Number(one.ts)));
    if (stays) goToEnd();
    else if (last > newest) pill.hidden = false;
    newest = last;
  }

  function put(next, key, seen, draw) {
    const old = kept.get(key);
    next.set(key, old && old.seen === seen ? old : { seen, node: draw() });
  }

  /** Forget everything, before another conversation is shown. */
  function clear() {
    kept = new Map();
    atEnd = true;
    pill.hidden = true;
    log.replaceChildren();
  }

  return { show, clear, follow };
}

// Where a message was replaced under somebody's hands, the keyboard goes on from there.
function focus(node) {
  if (!node) return;
  node.tabIndex = -1;
  node.focus({ preventScroll: true });
}

function settle(log, nodes) {
  nodes.forEach((node, index) => {
    if (log.children[index] !== node) log.insertBefore(node, log.children[index] ?? null);
  });
  while (log.children.length > nodes.length) log.lastElementChild.remove();
}

// What only one person sees is no reply that others could read.
function countReplies(messages) {
  const counted = new Map();
  for (const one of messages.filter((one) => isReply(one) && !one.ephemeral)) {
    counted.set(one.thread_ts, (counted.get(one.thread_ts) ?? 0) + 1);
  }
  return counted;
}

// A reply stands in its thread, unless it was sent to the channel as well, or its thread is gone.
function withoutReplies(messages) {
  const known = new Set(messages.map((one) => one.ts));
  return messages.filter((one) => !isReply(one) || one.broadcast || !known.has(one.thread_ts));
}

// Replies follow what they answer.
function inThreads(messages) {
  const parents = messages.filter((one) => !one.thread_ts || one.thread_ts === one.ts);
  const known = new Set(parents.map((one) => one.ts));
  const replies = messages.filter((one) => one.thread_ts && one.thread_ts !== one.ts);
  const lost = replies.filter((one) => !known.has(one.thread_ts));
  return [...parents, ...lost]
    .sort((one, other) => Number(one.ts) - Number(other.ts))
    .flatMap((one) => [one, ...replies.filter((reply) => reply.thread_ts === one.ts && one !== reply)]);
}

function goesOn(before, message) {
  return Boolean(
    before &&
      before.user.id === message.user.id &&
      !before.ephemeral &&
      !message.ephemeral &&
      isReply(before) === isReply(message) &&
      Number(message.ts) - Number(before.ts) < TOGETHER,
  );
}

function drawDay(day) {
  return h("div", { class: "day", role: "separator" }, h("span", { class: "day-name" }, day));
}

function drawEmpty({ title, words }) {
  return h("div", { class: "empty" },
    title ? h("p", { class: "empty-title" }, title) : null,
    h("p", {}, drawMrkdwn(words, new Map())));
}
