// One message: who wrote it, what it says, what hangs below it, and what can be done with it.

import { avatar, h, icon, link } from "./dom.js";
import { drawBlocks, drawWords } from "./blocks.js";
import { EMOJI } from "./emoji.js";
import { sayMoment, sayTime } from "./dates.js";
import { openMenu } from "./popup.js";

/** Return the moment at which a message was sent. */
export function momentOf(message) {
  return new Date(Number(message.ts) * 1000);
}

/** Say whether a message answers another one. */
export function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}

/** Draw a message. One that cannot be drawn says so in its place, and stops no other. */
export function drawMessage(message, compact, surface, replies) {
  try {
    return drawWhole(message, compact, surface, replies);
  } catch (error) {
    console.warn(error);
    return h("article", { class: "message", "data-ts": message.ts, "aria-label": message.user.name },
      h("div", { class: "message-side" }), h("div", { class: "message-body" }, drawBroken("message")));
  }
}

function drawBroken(what) {
  return h("span", { class: "block unknown" }, icon("alert"), `This demo cannot draw this ${what}.`);
}

function drawWhole(message, compact, surface, replies) {
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
    ? h("div", { class: "message-only" }, icon("eye"), h("span", {}, "Only visible to you"))
    : null;
  const blocks = message.blocks?.length
    ? drawBlocks(message.blocks, surface)
    : [drawWords(message.text ?? "", surface)];
  const adder = message.user.bot ? "" : surface.bot;
  for (const one of message.attachments ?? []) blocks.push(tryAttachment(one, surface, adder));
  if (message.edited) blocks.at(-1).append(" ", h("span", { class: "message-edited" }, "(edited)"));
  const sent = message.broadcast && surface.openThread
    ? h("button", { class: "message-sent", type: "button", onclick: surface.openThread }, "replied to a thread")
    : null;
  const tools = message.ephemeral ? null : drawTools(surface);
  const thread = replies
    ? h("button", { class: "thread-open", type: "button", onclick: surface.openThread },
        replies === 1 ? "1 reply" : `${replies} replies`)
    : null;
  const classes = ["message", compact && "message-compact", isReply(message) && !message.broadcast && "message-reply",
    message.ephemeral && "message-ephemeral"].filter(Boolean).join(" ");
  return h("article", { class: classes, "data-ts": message.ts, "aria-label": message.user.name },
    only,
    h("div", { class: "message-side" },
      compact ? time : avatar(message.user.name, { bot: message.user.bot })),
    h("div", { class: "message-body" }, head, sent, blocks, drawReactions(message.reactions ?? []), thread),
    tools);
}

function drawReactions(reactions) {
  if (!reactions.length) return null;
  return h("ul", { class: "reactions", "aria-label": "Reactions" }, reactions.map(({ name, names }) =>
    h("li", { class: "reaction", title: `${names.join(", ")} reacted with :${name}:` },
      EMOJI.get(name) ?? `:${name}:`, h("span", { class: "reaction-count" }, names.length))));
}

const COLOURS = new Map([["good", "#2eb67d"], ["warning", "#ecb22e"], ["danger", "#e01e5a"]]);

function tryAttachment(attachment, surface, adder) {
  try {
    return drawAttachment(attachment, surface, adder);
  } catch (error) {
    console.warn(error);
    return drawBroken("attachment");
  }
}

// What hangs below a message: a preview of a link, as a rule, which the app adds to what a person wrote.
function drawAttachment(attachment, surface, adder) {
  const text = attachment.text ?? attachment.fallback ?? "";
  const title = attachment.title
    ? h("div", { class: "attachment-title" },
        attachment.title_link ? link(attachment.title_link, attachment.title) : attachment.title)
    : null;
  const fields = (attachment.fields ?? []).map((one) => ({ type: "mrkdwn", text: `*${one.title}*\n${one.value}` }));
  const inside = attachment.blocks?.length
    ? drawBlocks(attachment.blocks, surface)
    : [attachment.pretext ? drawWords(attachment.pretext, surface) : null, title, text ? drawWords(text, surface) : null,
        fields.length ? drawBlocks([{ type: "section", fields }], surface) : null];
  const foot = adder ? `Added by ${adder}` : attachment.footer;
  const drawn = h("div", { class: "block attachment" }, inside,
    foot ? h("div", { class: "attachment-foot" }, foot) : null);
  const colour = COLOURS.get(attachment.color) ?? /^#?([0-9a-f]{6})$/i.exec(attachment.color ?? "")?.[1];
  if (colour) drawn.style.setProperty("--bar", colour.startsWith("#") ? colour : `#${colour}`);
  return drawn;
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
