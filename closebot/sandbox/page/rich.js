// Rich text: every piece is drawn as it says, and nothing in it is interpreted.

import { h, link } from "./dom.js";
import { EMOJI } from "./emoji.js";
import { sayDate } from "./dates.js";

const LAST_CHARACTER = 0x10ffff;
const STYLES = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code" };

/** Draw a `rich_text` block. */
export function drawRich(block, names) {
  return h("div", { class: "rich" }, block.elements.map((part) => drawPart(part, names)));
}

function drawPart(part, names) {
  const inside = () => part.elements.map((piece) => drawPiece(piece, names));
  switch (part.type) {
    case "rich_text_section":
      return h("div", { class: "rich-line" }, inside());
    case "rich_text_preformatted":
      return h("pre", {}, inside());
    case "rich_text_quote":
      return h("blockquote", {}, inside());
    case "rich_text_list":
      return drawList(part, names);
    default:
      return h("div", { class: "unknown" }, `(${part.type})`);
  }
}

function drawList(part, names) {
  const ordered = part.style === "ordered";
  const attributes = {
    class: `rich-list indent-${Math.min(part.indent ?? 0, 8)}${part.border ? " bordered" : ""}`,
    start: ordered && part.offset ? part.offset + 1 : null,
  };
  const lines = part.elements.map((line) => h("li", {}, drawPart(line, names)));
  return h(ordered ? "ol" : "ul", attributes, lines);
}

function drawPiece(piece, names) {
  let drawn = drawContent(piece, names);
  for (const [style, tag] of Object.entries(STYLES)) {
    if (piece.style?.[style]) drawn = h(tag, {}, drawn);
  }
  return drawn;
}

function drawContent(piece, names) {
  switch (piece.type) {
    case "text":
      return piece.text;
    case "link":
      return link(piece.url, piece.text);
    case "user":
      return mention("@", names.get(piece.user_id) ?? piece.user_id);
    case "channel":
      return mention("#", names.get(piece.channel_id) ?? piece.channel_id);
    case "usergroup":
      return mention("@", piece.usergroup_id);
    case "broadcast":
      return h("span", { class: "mention mention-all" }, `@${piece.range}`);
    case "emoji":
      return drawSymbol(piece);
    case "date":
      return drawDate(piece);
    case "color":
      return h("code", {}, piece.value);
    default:
      return `(${piece.type})`;
  }
}

function drawDate({ timestamp, format, fallback, url }) {
  const words = sayDate(timestamp, format, fallback);
  return url ? link(url, words) : words;
}

function drawSymbol({ name, unicode = "" }) {
  const codes = unicode.split("-").map((code) => Number.parseInt(code, 16));
  return codes.every((code) => code <= LAST_CHARACTER)
    ? String.fromCodePoint(...codes)
    : (EMOJI.get(name) ?? `:${name}:`);
}

function mention(sign, name) {
  return h("span", { class: "mention" }, sign + name);
}
