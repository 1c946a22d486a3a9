// Slack's mrkdwn into elements. Entities are un-escaped last, once, into text nodes.

import { h, link } from "./dom.js";
import { drawEmoji } from "./emoji.js";
import { sayDate } from "./dates.js";

const STYLES = new Map([["*", "strong"], ["_", "em"], ["~", "s"]]);
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const ANGLED = /<([^<>|\n]+)(?:\|([^<>\n]*))?>/y;
const BARE = /https?:\/\/[^\s<>|"]+[^\s<>|".,;:!?)\]'*_~]/y;
const WORD = /[\p{L}\p{N}]/u;

/** Un-escape the three entities that Slack knows. */
export function unescapeText(text) {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);
}

/** Draw a `mrkdwn` or `plain_text` object. `names`: id → what people call it. */
export function drawText(object, names) {
  if (object.type === "plain_text") {
    return [object.emoji === false ? object.text : drawEmoji(object.text)];
  }
  return drawMrkdwn(object.text, names, object.verbatim === true);
}

/** Draw mrkdwn: fences and quotes first, then what stands inside a line. */
export function drawMrkdwn(text, names, verbatim = false) {
  const drawn = [];
  String(text ?? "").split(/\n?```\n?([\s\S]*?)\n?```\n?/).forEach((part, index) => {
    if (index % 2) drawn.push(h("pre", {}, unescapeText(part)));
    else if (part) drawn.push(...drawQuotes(part, names, verbatim));
  });
  return drawn;
}

function drawQuotes(text, names, verbatim) {
  const drawn = [];
  let kept = [];
  let quoted = false;
  const close = () => {
    if (!kept.length) return;
    const inside = drawInline(kept.join("\n"), names, verbatim);
    drawn.push(...(quoted ? [h("blockquote", {}, inside)] : inside));
    kept = [];
  };
  for (const line of text.split("\n")) {
    const found = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (Boolean(found) !== quoted) {
      close();
      quoted = Boolean(found);
    }
    kept.push(found ? found[1] : line);
  }
  close();
  return drawn;
}

function drawInline(text, names, verbatim) {
  const drawn = [];
  const findEnd = makeFindEnd(text);
  let plain = "";
  const flush = () => {
    if (plain) drawn.push(drawEmoji(unescapeText(plain)));
    plain = "";
  };
  let at = 0;
  while (at < text.length) {
    const piece = readPiece(text, at, { names, verbatim, findEnd });
    if (piece) {
      flush();
      drawn.push(piece.drawn);
      at += piece.length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return drawn;
}

function readPiece(text, at, told) {
  const character = text[at];
  if (character === "<") {
    const found = match(ANGLED, text, at);
    return found && { drawn: drawAngled(found[1], found[2], told.names), length: found[0].length };
  }
  if (character === "`") {
    const end = text.indexOf("`", at + 1);
    if (end <= at + 1 || text.slice(at, end).includes("\n")) return null;
    return { drawn: h("code", {}, unescapeText(text.slice(at + 1, end))), length: end + 1 - at };
  }
  if (STYLES.has(character)) return readStyled(text, at, told);
  if (!told.verbatim && character === "h" && !WORD.test(text[at - 1] ?? " ")) {
    const found = match(BARE, text, at);
    return found && { drawn: link(unescapeText(found[0])), length: found[0].length };
  }
  return null;
}

function match(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

// A style holds from a mark that begins a word to the same mark where a word ends.
function readStyled(text, at, { names, verbatim, findEnd }) {
  const mark = text[at];
  const [before, after] = [text[at - 1] ?? " ", text[at + 1] ?? " "];
  if (WORD.test(before) || /\s/.test(after) || after === mark) return null;
  const end = findEnd(mark, at + 2);
  if (end < 0) return null;
  const inside = drawInline(text.slice(at + 1, end), names, verbatim);
  return { drawn: h(STYLES.get(mark), {}, inside), length: end + 1 - at };
}

// Each line is looked through once for each mark, however many of them stand in it.
function makeFindEnd(text) {
  const found = new Map();
  const isEnd = (at, mark) =>
    text[at] === mark && !/\s/.test(text[at - 1]) && !WORD.test(text[at + 1] ?? " ");
  return (mark, from) => {
    let at = found.get(mark) ?? -1;
    if (at < from) {
      at = from;
      while (at < text.length && text[at] !== "\n" && !isEnd(at, mark)) at += 1;
      found.set(mark, at);
    }
    return text[at] === mark ? at : -1;
  };
}

function drawAngled(target, label, names) {
  const text = label === undefined ? "" : unescapeText(label);
  if (target.startsWith("@") || target.startsWith("#")) {
    const name = names.get(target.slice(1)) ?? (text || target.slice(1));
    return h("span", { class: "mention" }, target[0] + name);
  }
  if (target.startsWith("!date^")) {
    const [, seconds, format, ...address] = unescapeText(target).split("^");
    const words = sayDate(Number(seconds), format, text);
    return address.length ? link(address.join("^"), words) : h("span", {}, words);
  }
  if (target.startsWith("!")) {
    const name = text || `@${target.slice(1).split("^")[0]}`;
    return h("span", { class: "mention mention-all" }, name);
  }
  return link(unescapeText(target), text || unescapeText(target).replace(/^(mailto|tel):/, ""));
}
