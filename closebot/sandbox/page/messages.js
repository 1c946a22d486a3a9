// The list of messages. A message that has not changed keeps its place and its state on the page.

import { avatar, h, icon, link } from "./dom.js";
import { drawBlocks, drawWords } from "./blocks.js";
import { sayDayHeading, sayMoment, sayTime } from "./dates.js";
import { openMenu } from "./popup.js";

const TOGETHER = 5 * 60;
const NEAR = 120;

/** Keep `log` in step with lists of messages. */
export function makeMessages(log) {
  let kept = new Map();

  /** Show `messages`; `surfaceOf(message)` offers what can be done in one. */
  function show(messages, surfaceOf, emptyWords) {
    const follow = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    const next = new Map();
    let before = null;
    for (const message of inThreads(messages)) {
      const day = sayDayHeading(momentOf(message));
      if (!before || day !== sayDayHeading(momentOf(before))) {
        put(next, `day ${day}`, "", () => drawDay(day));
        before = null;
      }
      const compact = goesOn(before, message);
      const seen = JSON.stringify([message, compact]);
      put(next, message.ts, seen, () => drawMessage(message, compact, surfaceOf(message)));
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

// Replies follow what they answer; Slack would put them into a pane of their own.
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

function drawMessage(message, compact, surface) {
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
  const tools = surface.shortcuts.length ? drawTools(surface.shortcuts) : null;
  const classes = ["message", compact && "message-compact", isReply(message) && "message-reply",
    message.ephemeral && "message-ephemeral"].filter(Boolean).join(" ");
  return h("article", { class: classes, "data-ts": message.ts, "aria-label": message.user.name },
    only,
    h("div", { class: "message-side" },
      compact ? time : avatar(message.user.name, { bot: message.user.bot })),
    h("div", { class: "message-body" }, head, blocks),
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

function drawTools(shortcuts) {
  const button = h("button", {
    class: "button-plain",
    type: "button",
    "aria-label": "Message shortcuts",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    onclick: () => openMenu(button, shortcuts),
  }, icon("dots"));
  return h("div", { class: "message-tools" }, button);
}
