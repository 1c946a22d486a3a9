// What is typed into: text, numbers, days and times.

import { fromWall, toWall } from "./dates.js";
import { h } from "./dom.js";
import { acts } from "./surface.js";
import { nameOf, say } from "./words.js";

const PICKERS = new Map([
  ["datepicker", { type: "date", initial: "initial_date", name: "Date" }],
  ["timepicker", { type: "time", initial: "initial_time", name: "Time" }],
  ["datetimepicker", { type: "datetime-local", initial: "initial_date_time", name: "Date and time" }],
]);
// Addresses are typed as text: a browser does not tell where the cursor stands in its own fields for them.
const KEYBOARDS = new Map([
  ["plain_text_input", null],
  ["email_text_input", "email"],
  ["url_text_input", "url"],
  ["number_input", "decimal"],
]);
const PAUSE = 600; // as long as somebody types on, nothing is sent
const YEAR_HALF_TYPED = /^0\d{3}-/; // the browser takes it for the year 2, 20, 202

/** Say whether something of this kind is typed into. */
export function isField(type) {
  return PICKERS.has(type) || KEYBOARDS.has(type);
}

/** Draw a field. `id`: what its label points at, where it has one. */
export function drawField(block, element, surface, id) {
  const picker = PICKERS.get(element.type);
  const many = element.multiline === true;
  const kept = surface.recall(block, element) ?? element[picker?.initial ?? "initial_value"] ?? "";
  const field = h(many ? "textarea" : "input", {
    class: many ? "field field-many" : "field",
    id,
    type: many ? null : (picker?.type ?? "text"),
    inputmode: KEYBOARDS.get(element.type),
    rows: many ? 5 : null,
    autocomplete: "off",
    placeholder: say(element.placeholder) || (picker && `Select a ${picker.name.toLowerCase()}`),
    minlength: element.min_length,
    maxlength: element.max_length,
    autofocus: element.focus_on_load === true,
    "aria-label": id ? null : nameOf(block, element, surface, picker?.name ?? "Text"),
    value: write(element, kept),
  });
  const send = () =>
    surface.act(block, element, { value: field.value, selected: read(element, field.value) });
  const keep = () => surface.remember(block, element, read(element, field.value));
  if (picker) bringPickerToLife(field, { keep, send, acts: acts(block), agreed: () => surface.agreed(element.confirm) });
  else bringToLife(field, { keep, send, block, element });
  return field;
}

function write(element, value) {
  return element.type === "datetimepicker" && value ? toWall(value) : String(value);
}

function read(element, text) {
  return element.type === "datetimepicker" && text ? fromWall(text) : text;
}

function bringToLife(field, { keep, send, block, element }) {
  const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  field.addEventListener("input", () => {
    keep();
    if (block.dispatch_action && on.includes("on_character_entered")) send();
  });
  if (!block.dispatch_action || !on.includes("on_enter_pressed") || element.multiline) return;
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    send();
  });
}

// A browser tells of each key that leaves a whole day or time behind. One is sent when the field
// is left, with Enter, or when nothing is typed any more; what stays half typed goes back.
function bringPickerToLife(field, { keep, send, acts, agreed }) {
  let [told, kept] = [field.value, field.value];
  let asking = false;
  let timer = 0;
  const showEmpty = () => field.classList.toggle("field-empty", !field.value && !field.validity.badInput);
  const isWhole = () => !field.validity.badInput && !YEAR_HALF_TYPED.test(field.value);
  const put = (value) => {
    field.value = value;
    kept = value;
    showEmpty();
  };
  const settle = async () => {
    clearTimeout(timer);
    if (asking || !acts || !isWhole() || field.value === told) return;
    asking = true;
    const agrees = await agreed();
    asking = false;
    if (agrees) {
      told = field.value;
      await send();
    } else {
      put(told);
      keep();
    }
  };
  field.addEventListener("input", () => {
    showEmpty();
    clearTimeout(timer);
    if (!isWhole()) return;
    kept = field.value;
    keep();
    if (kept) timer = setTimeout(settle, PAUSE);
  });
  field.addEventListener("blur", () => {
    if (!isWhole()) put(kept);
    settle();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") settle();
  });
  showEmpty();
}
