// What elements say and are called, in plain words.

import { h } from "./dom.js";
import { drawEmoji } from "./emoji.js";
import { drawText, unescapeText } from "./mrkdwn.js";

/** Say a text object in one string. */
export function say(object) {
  if (!object) return "";
  if (object.type === "mrkdwn") return drawEmoji(unescapeText(object.text));
  return object.emoji === false ? object.text : drawEmoji(object.text);
}

/** Say rich text in plain words: an editor is not what the demo shows. */
export function sayRich({ type, text, name, elements = [] }) {
  const between = type === "rich_text" || type === "rich_text_list" ? "\n" : "";
  return (text ?? (name ? `:${name}:` : "")) + elements.map(sayRich).join(between);
}

/** Name a control: by its label, its placeholder, the words that it stands beside, or its kind. */
export function nameOf(block, element, surface, kind) {
  const beside = block.text ? h("span", {}, drawText(block.text, surface.names)).textContent.trim() : "";
  return say(block.label) || say(element.placeholder) || beside || kind;
}
