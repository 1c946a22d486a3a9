// The list of messages. A message that has not changed keeps its place and its state on the page.

import { avatar, h, icon, link } from "./dom.js";
import { drawBlocks, drawWords } from "./blocks.js";
import { sayDayHeading, sayMoment, sayTime } from "./dates.js";
import { openMenu } from "./popup.js";

const TOGETHER = 5 * 60;
const NEAR = 120;

/** Keep `log` in step with lists of messages; `inPane` shows one thread, not a channel. */
export function makeMessages(log, { inPane = false } = {}) {
  let kept = new Map();

  /** Show `messages`; `surfaceOf(message)` offers what can be done in one. */
  function show(messages, surfaceOf, emptyWords) {
    const follow = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    const next = new Map();
    let before = null;
    const replies = countReplies(messages);
    for (const message of inPane ? inThreads(messages) : withoutReplies(messages)) {
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
    if (!messages.length) put(next, "empty", emptyWords, () => drawEmpty(emptyWords));
    const grown = [...next.keys()].some((key) => !kept.has(key));
    kept = next;
    const focused = document.activeElement?.closest("article")?.dataset.ts;
    settle(log, [...next.values()].map((one) => one.node));
    if (focused && !log.contains(document.activeElement)) focus(next.get(focused)?.node);
    if (follow || grown) log.scrollTop = log.scrollHeight;
  }

  function put(next, key, seen, draw) {
    const old = kept.get(key);
    next.set(key, old && old.seen === seen ? old : { seen, node: draw() });
  }

  /** Forget everything, before another conversation is shown. */
  function clear() {
    kept = new Map();
    log.replaceChildren();
  }

  return { show, clear };
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

function momentOf(message) {
  return new Date(Number(message.ts) * 1000);
}

function countReplies(messages) {
  const counted = new Map();
  for (const one of messages.filter(isReply)) counted.set(one.thread_ts, (counted.get(one.thread_ts) ?? 0) + 1);
  return counted;
}

// A reply stands in its thread; one whose thread is gone stands where it would be lost otherwise.
function withoutReplies(messages) {
  const known = new Set(messages.map((one) => one.ts));
  return messages.filter((one) => !isReply(one) || !known.has(one.thread_ts));
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

function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
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

function drawEmpty(words) {
  return h("p", { class: "empty" }, words);
}

function drawMessage(message, compact, surface, replies) {
  const moment = momentOf(message);
  const time = h(
    "time",
    { class: "message-time", datetime: moment.toISOString(), title: sayMoment(moment) },
    compact ? sayTime(moment).replace(/ [AP]M$/, "") : sayTime(moment),
  );
  const head = compact
    ? null
    : h("div", { class: "message-head" },
        h("span", { class: "message-who" }, message.user.name),
        message.user.bot ? h("span", { class: "app-badge" }, "APP") : null,
        time);
  const only = message.ephemeral
    ? h("div", { class: "message-only" }, icon("eye"), "Only visible to you")
    : null;
  const blocks = message.blocks?.length
    ? drawBlocks(message.blocks, surface)
    : [drawWords(message.text ?? "", surface)];
  for (const one of message.attachments ?? []) blocks.push(drawAttachment(one, surface));
  if (message.edited) blocks.at(-1).append(" ", h("span", { class: "message-edited" }, "(edited)"));
  const tools = message.ephemeral ? null : drawTools(surface);
  const thread = replies
    ? h("button", { class: "thread-open", type: "button", onclick: surface.openThread },
        replies === 1 ? "1 reply" : `${replies} replies`)
    : null;
  const classes = ["message", compact && "message-compact", isReply(message) && "message-reply",
    message.ephemeral && "message-ephemeral"].filter(Boolean).join(" ");
  return h("article", { class: classes, "data-ts": message.ts, "aria-label": message.user.name },
    only,
    h("div", { class: "message-side" },
      compact ? time : avatar(message.user.name, { bot: message.user.bot })),
    h("div", { class: "message-body" }, head, blocks, thread),
    tools);
}

// What hangs below a message: a preview of a link, as a rule.
function drawAttachment(attachment, surface) {
  const text = attachment.text ?? attachment.fallback ?? "";
  const title = attachment.title
    ? h("div", { class: "attachment-title" },
        attachment.title_link ? link(attachment.title_link, attachment.title) : attachment.title)
    : null;
  const inside = attachment.blocks?.length
    ? drawBlocks(attachment.blocks, surface)
    : [title, text ? drawWords(text, surface) : null];
  return h("div", { class: "block attachment" }, inside);
}

function drawTools({ shortcuts, openThread }) {
  const reply = openThread
    ? h("button", { class: "button-plain", type: "button", "aria-label": "Reply in thread", onclick: openThread },
        icon("reply"))
    : null;
  return reply || shortcuts.length
    ? h("div", { class: "message-tools" }, reply, shortcuts.length ? drawShortcuts(shortcuts) : null)
    : null;
}

function drawShortcuts(shortcuts) {
  const button = h("button", {
    class: "button-plain",
    type: "button",
    "aria-label": "Message shortcuts",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    onclick: () => openMenu(button, shortcuts),
  }, icon("dots"));
  return button;
}
