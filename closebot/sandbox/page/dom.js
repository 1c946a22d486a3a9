// Elements are made here and nowhere else: text goes in as text nodes, never as markup.

/** Make an element. Attributes that are null, undefined or false are left out. */
export function h(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "value") made.value = value;
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  eye: "M12 5C6.5 5 2.7 9.4 1.5 12c1.2 2.6 5 7 10.5 7s9.3-4.4 10.5-7C21.3 9.4 17.5 5 12 5zm0 11.5a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 9zm0-2.2a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z",
  lock: "M7 10V7.5a5 5 0 0 1 10 0V10h.5A1.5 1.5 0 0 1 19 11.5v8a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19.5v-8A1.5 1.5 0 0 1 6.5 10H7zm2 0h6V7.5a3 3 0 0 0-6 0V10z",
  send: "M3.4 20.4 21 12 3.4 3.6l-.1 6.5L15 12 3.3 13.9z",
  more: "M5 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4zm7 0a2 2 0 1 0 0-4 2 2 0 0 0 0 4zm7 0a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  dots: "M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zm0 6a2 2 0 1 0 0-4 2 2 0 0 0 0 4zm0 6a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  down: "M6.5 9 12 14.5 17.5 9l1.4 1.4-6.9 6.9-6.9-6.9z",
  cross: "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4L12 13.4 6.4 19 5 17.6 10.6 12 5 6.4z",
  copy: "M9 3h9a2 2 0 0 1 2 2v10h-2V5H9V3zM6 7h7a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V9c0-1.1.9-2 2-2zm0 2v10h7V9H6z",
  slash: "M5.5 3h13A2.5 2.5 0 0 1 21 5.5v13a2.5 2.5 0 0 1-2.5 2.5h-13A2.5 2.5 0 0 1 3 18.5v-13A2.5 2.5 0 0 1 5.5 3zm0 1.6a.9.9 0 0 0-.9.9v13c0 .5.4.9.9.9h13a.9.9 0 0 0 .9-.9v-13a.9.9 0 0 0-.9-.9h-13zM14 7h1.7l-5.7 10H8.3z",
  reply: "M4 4h16a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1h-8l-5 4v-4H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zm1 2v9h4v2l2.5-2H19V6H5z",
  alert: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm-1 4h2v7h-2V7zm0 8.5h2v2h-2v-2z",
};

/** Make a part of a drawing. */
export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children.flat(Infinity));
  return made;
}

/** Make a small drawing that says nothing to screen readers. */
export function icon(name) {
  const attributes = { viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true" };
  return svg("svg", attributes, svg("path", { d: ICONS[name], "fill-rule": "evenodd" }));
}

/** Show a picture; where it cannot be loaded, its words stand in its place. */
export function picture(source, words, name) {
  const gone = () => drawn.replaceWith(h("span", { class: "picture-gone" }, words || "A picture"));
  const drawn = h("img", { class: name, src: source, alt: words, onerror: gone });
  return drawn;
}

/** Return where a picture lies, as far as the app says. */
export function sourceOf({ image_url: address, slack_file: file }) {
  return address ?? file?.url ?? "";
}

/** Say that something is not drawn on this page. */
export function unknown(kind, type) {
  return h("span", { class: "unknown" }, icon("alert"), `This demo does not draw the ${kind} “${type}”.`);
}

const COLOURS = 8;

/** Draw the square that stands for somebody: initials on a colour that stays theirs. */
export function avatar(name, { bot = false, small = false } = {}) {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? words[0][0] + words.at(-1)[0] : name.slice(0, 1);
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)) % 9973;
  const colour = bot ? "bot" : sum % COLOURS;
  const classes = `avatar avatar-${colour}${small ? " avatar-small" : ""}`;
  return h("span", { class: classes, "aria-hidden": "true" }, letters.toUpperCase());
}

const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);

/** Return the attributes of a link to an address of a known kind; null for any other. */
export function linked(address) {
  if (!URL.canParse(address)) return null;
  const { protocol, href } = new URL(address);
  return SCHEMES.has(protocol) ? { href, target: "_blank", rel: "noopener noreferrer" } : null;
}

/** Link to an address of a known kind; anything else stays text. */
export function link(address, text) {
  const to = linked(address);
  return to ? h("a", to, text || address) : document.createTextNode(text || address);
}
