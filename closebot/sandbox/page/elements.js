// What can be pressed, picked or filled in.
//
// A surface (a message, a modal, Home) offers: `names` (id → name), `people` and `channels`
// ({key, text}), `recall(block, element)` and `remember(block, element, value)` for what was
// filled in, `act(block, element, change)` for block actions, and
// `suggest(block, element, typed)` for choices that the app looks up.

import { h, icon, link } from "./dom.js";
import { ask } from "./ask.js";
import { drawEmoji } from "./emoji.js";
import { drawText, unescapeText } from "./mrkdwn.js";
import { openMenu } from "./popup.js";
import { makeSelect } from "./select.js";

const FIELDS = {
  plain_text_input: "text",
  email_text_input: "email",
  url_text_input: "url",
  number_input: "text",
  datepicker: "date",
  timepicker: "time",
  datetimepicker: "datetime-local",
};
const INITIAL = {
  datepicker: "initial_date",
  timepicker: "initial_time",
  datetimepicker: "initial_date_time",
};

/** Draw one element. `id`: what its label points at. */
export function drawElement(block, element, surface, id = null) {
  const drawn = drawByType(block, element, surface, id);
  drawn.dataset.block = block.block_id ?? "";
  drawn.dataset.action = element.action_id ?? "";
  return drawn;
}

function drawByType(block, element, surface, id) {
  const { type } = element;
  if (type === "button" || type === "workflow_button") return drawButton(block, element, surface);
  if (type === "overflow") return drawOverflow(block, element, surface);
  if (type === "image") return drawPicture(element);
  if (type === "checkboxes" || type === "radio_buttons") return drawBoxes(block, element, surface);
  if (type in FIELDS) return drawField(block, element, surface, id);
  if (/_select$/.test(type)) return drawSelect(block, element, surface);
  if (type === "rich_text_input") {
    const words = wordsOf(element.initial_value ?? {});
    return drawField(block, { ...element, multiline: true, initial_value: words }, surface, id);
  }
  return h("span", { class: "unknown" }, `(${type}, not drawn in the demo)`);
}

function drawPicture(element) {
  return h("img", { class: "section-image", src: element.image_url, alt: element.alt_text });
}

/** Say a plain text object in one string. */
export function say(object) {
  if (!object) return "";
  if (object.type === "mrkdwn") return drawEmoji(unescapeText(object.text));
  return object.emoji === false ? object.text : drawEmoji(object.text);
}

async function agreed(confirm, surface) {
  return !confirm || (await ask(confirm, surface.names));
}

function drawButton(block, element, surface) {
  const style = element.style ? ` button-${element.style}` : "";
  const press = async () => {
    if (!(await agreed(element.confirm, surface))) return;
    drawn.setAttribute("aria-busy", "true");
    await surface.act(block, element, { value: element.value });
    drawn.removeAttribute("aria-busy");
  };
  const linked = element.url ? link(element.url, say(element.text)) : null;
  const drawn =
    linked instanceof HTMLElement
      ? linked
      : h("button", { type: "button" }, h("span", {}, say(element.text)));
  drawn.className = `button${style}`;
  if (element.accessibility_label) drawn.setAttribute("aria-label", element.accessibility_label);
  drawn.addEventListener("click", press);
  return drawn;
}

function drawOverflow(block, element, surface) {
  const open = () =>
    openMenu(
      drawn,
      element.options.map((option) => ({
        text: say(option.text),
        address: option.url,
        choose: async () => {
          if (await agreed(element.confirm, surface)) {
            await surface.act(block, element, { selected: option.value });
          }
        },
      })),
    );
  const attributes = {
    class: "button button-icon",
    type: "button",
    "aria-label": "More actions",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    onclick: open,
  };
  const drawn = h("button", attributes, icon("dots"));
  return drawn;
}

function acts(block) {
  return block.type !== "input" || block.dispatch_action === true;
}

/** Take a change in; false when the person thought better of it. */
async function changed(block, element, surface, value) {
  if (!(await agreed(element.confirm, surface))) return false;
  surface.remember(block, element, value);
  if (acts(block)) await surface.act(block, element, { selected: toWire(element, value) });
  return true;
}

/** Turn what is filled in into what the control API takes. */
export function toWire(element, value) {
  if (value === undefined || value === null || value === "") return null;
  if (!Array.isArray(value)) return value;
  const keys = value.map((choice) => choice.key);
  const several = element.type.startsWith("multi_") || element.type === "checkboxes";
  return several ? keys : (keys[0] ?? null);
}

// Rich text is typed as plain words here: an editor is not what the demo shows.
function wordsOf({ text = "", elements = [] }) {
  return text + elements.map(wordsOf).join("");
}

function textOf(element, kept) {
  const value = kept ?? element[INITIAL[element.type] ?? "initial_value"] ?? "";
  if (element.type !== "datetimepicker" || !value) return String(value);
  const moment = new Date(value * 1000);
  return new Date(moment - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function readField(element, text) {
  if (element.type !== "datetimepicker" || !text) return text;
  return Math.floor(new Date(text).getTime() / 1000);
}

function drawField(block, element, surface, id) {
  const kept = surface.recall(block, element);
  const many = element.multiline === true;
  const field = h(many ? "textarea" : "input", {
    class: many ? "field field-many" : "field",
    id,
    type: many ? null : FIELDS[element.type],
    inputmode: element.type === "number_input" ? "decimal" : null,
    rows: many ? 5 : null,
    autocomplete: "off",
    placeholder: say(element.placeholder) || null,
    minlength: element.min_length,
    maxlength: element.max_length,
    autofocus: element.focus_on_load === true,
    "aria-label": id ? null : say(element.placeholder) || element.action_id,
    value: textOf(element, kept),
  });
  const picker = element.type in INITIAL;
  const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const send = () =>
    surface.act(block, element, { value: field.value, selected: readField(element, field.value) });
  field.addEventListener("input", () => {
    surface.remember(block, element, readField(element, field.value));
    if (block.dispatch_action && !picker && on.includes("on_character_entered")) send();
  });
  if (picker) {
    let before = field.value;
    field.addEventListener("change", async () => {
      if (!acts(block)) return;
      if (await agreed(element.confirm, surface)) {
        before = field.value;
        await send();
      } else field.value = before;
    });
  } else if (block.dispatch_action && on.includes("on_enter_pressed") && !many) {
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      send();
    });
  }
  return field;
}

let count = 0;

function drawBoxes(block, element, surface) {
  const many = element.type === "checkboxes";
  const first = many ? element.initial_options : element.initial_option && [element.initial_option];
  const initial = (first ?? []).map(toChoice);
  let chosen = surface.recall(block, element) ?? initial;
  count += 1;
  const name = `boxes-${count}`;
  const rows = element.options.map((option) => {
    const choice = toChoice(option);
    const box = h("input", {
      type: many ? "checkbox" : "radio",
      name,
      checked: chosen.some((one) => one.key === choice.key),
      value: choice.key,
      onchange: async () => {
        const before = chosen;
        const others = many ? chosen.filter((one) => one.key !== choice.key) : [];
        chosen = box.checked ? [...others, choice] : others;
        if (await changed(block, element, surface, chosen)) return;
        chosen = before;
        for (const one of drawn.querySelectorAll("input")) {
          one.checked = before.some((kept) => kept.key === one.value);
        }
      },
    });
    const more = option.description
      ? h("span", { class: "box-more" }, drawText(option.description, surface.names))
      : null;
    return h("label", { class: "box" }, box,
      h("span", {}, drawText(option.text, surface.names), more));
  });
  const label = block.label ? say(block.label) : element.action_id;
  const drawn = h("fieldset", { class: "boxes", "aria-label": label }, rows);
  return drawn;
}

function toChoice(option) {
  return {
    key: option.value,
    text: say(option.text),
    description: option.description ? say(option.description) : "",
  };
}

/** Turn what the sandbox holds of an element into what `recall` gives; undefined for the rest. */
export function fromState(state, names) {
  if (!state || state.type === "rich_text_input" || state.type === "file_input") return undefined;
  const [value] = Object.entries(state).filter(([key]) => key !== "type").map(([, held]) => held);
  if (state.type in FIELDS) return value ?? "";
  const several = [value].flat().filter(Boolean);
  return several.map((one) => (one.value ? toChoice(one) : { key: one, text: names.get(one) ?? one }));
}

/** Turn options or groups of options into choices. */
export function toChoices({ options, option_groups: groups }) {
  if (!groups) return (options ?? []).map(toChoice);
  return groups.flatMap((group) =>
    group.options.map((option) => ({ ...toChoice(option), group: say(group.label) })),
  );
}

function drawSelect(block, element, surface) {
  const many = element.type.startsWith("multi_");
  const kind = element.type.replace(/^multi_/, "").replace(/_select$/, "");
  const own = kind === "users" ? surface.people : kind === "static" ? toChoices(element) : surface.channels;
  const label = block.label ? say(block.label) : say(element.placeholder) || "Select";
  return makeSelect({
    label,
    placeholder: say(element.placeholder) || (many ? "Select options" : "Select an option"),
    choices: own,
    load: kind === "external" ? (typed) => surface.suggest(block, element, typed) : null,
    least: element.min_query_length ?? 3,
    many,
    clears: block.optional === true,
    most: element.max_selected_items,
    chosen: surface.recall(block, element) ?? initialChoices(element, own),
    onchange: (chosen) => changed(block, element, surface, chosen),
  });
}

function initialChoices(element, own) {
  const option = element.initial_option ? [element.initial_option] : [];
  const picked = [...option, ...(element.initial_options ?? [])].map(toChoice);
  const ids = [
    element.initial_user, element.initial_channel, element.initial_conversation,
    ...(element.initial_users ?? []), ...(element.initial_channels ?? []),
    ...(element.initial_conversations ?? []),
  ].filter(Boolean);
  return [...picked, ...ids.map((id) => own.find((one) => one.key === id) ?? { key: id, text: id })];
}
