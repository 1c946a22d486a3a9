// What can be pressed, picked or filled in.
//
// A surface (a message, a modal, Home) offers: `names` (id → name), `people` ({key, text}),
// `conversations` ({key, text, kind, shared, bot}) and `current`, the key of the one that is looked
// at, `recall(block, element)` and `remember(block, element, value)` for what was filled in,
// `agreed(confirm)`, `act(block, element, change)` for block actions, and
// `suggest(block, element, typed)` for choices that the app looks up.

import { choicesOf, chosenFirst, named, toChoices, toWire } from "./choices.js";
import { h, icon, link, picture, sourceOf, unknown } from "./dom.js";
import { drawField, isField } from "./fields.js";
import { drawText } from "./mrkdwn.js";
import { openMenu } from "./popup.js";
import { makeSelect } from "./select.js";
import { acts } from "./surface.js";
import { nameOf, say, sayRich } from "./words.js";

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
  if (type === "image") return picture(sourceOf(element), element.alt_text, "section-image");
  if (type === "checkboxes" || type === "radio_buttons") return drawBoxes(block, element, surface);
  if (isField(type)) return drawField(block, element, surface, id);
  if (/_select$/.test(type)) return drawSelect(block, element, surface);
  if (type === "rich_text_input") {
    const words = sayRich(element.initial_value ?? {});
    return drawField(block, { ...element, multiline: true, initial_value: words }, surface, id);
  }
  return unknown("element", type);
}

function drawButton(block, element, surface) {
  const style = element.style ? ` button-${element.style}` : "";
  const press = async () => {
    if (drawn.ariaBusy === "true" || !(await surface.agreed(element.confirm))) return;
    drawn.ariaBusy = "true";
    try {
      await surface.act(block, element, { value: element.value });
    } finally {
      drawn.ariaBusy = null;
    }
  };
  const words = h("span", {}, say(element.text));
  const linked = element.url ? link(element.url, words) : null;
  const drawn =
    linked instanceof HTMLElement
      ? linked
      : h("button", { type: "button" }, words);
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
          if (await surface.agreed(element.confirm)) {
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
  const drawn = h("button", attributes, icon("more"));
  return drawn;
}

/** Take a change in; false when the person thought better of it. */
async function changed(block, element, surface, value) {
  if (!(await surface.agreed(element.confirm))) return false;
  surface.remember(block, element, value);
  if (acts(block)) await surface.act(block, element, { selected: toWire(element, value) });
  return true;
}

let count = 0;

function drawBoxes(block, element, surface) {
  const many = element.type === "checkboxes";
  let chosen = surface.recall(block, element) ?? chosenFirst(element, []);
  count += 1;
  const name = `boxes-${count}`;
  const choices = toChoices(element);
  const rows = element.options.map((option, index) => {
    const choice = choices[index];
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
  const label = nameOf(block, element, surface, "Options");
  const drawn = h("fieldset", { class: "boxes", "aria-label": label }, rows);
  return drawn;
}

function drawSelect(block, element, surface) {
  const many = element.type.startsWith("multi_");
  const own = choicesOf(element, surface);
  const kept = surface.recall(block, element);
  return makeSelect({
    label: nameOf(block, element, surface, "Select"),
    placeholder: say(element.placeholder) || (many ? "Select options" : "Select an option"),
    choices: own,
    load: element.type.endsWith("external_select") ? (typed) => surface.suggest(block, element, typed) : null,
    least: element.min_query_length ?? 3,
    many,
    clears: block.optional === true,
    most: element.max_selected_items,
    chosen: kept ? named(kept, own) : chosenFirst(element, own, surface.current),
    onchange: (chosen) => changed(block, element, surface, chosen),
  });
}
