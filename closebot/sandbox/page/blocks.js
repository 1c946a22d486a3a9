// Block Kit's blocks. `surface` is where they stand; see elements.js for what it offers.

import { drawChart } from "./charts.js";
import { h, icon, picture, sourceOf, unknown } from "./dom.js";
import { drawElement } from "./elements.js";
import { drawMrkdwn, drawText } from "./mrkdwn.js";
import { drawRich } from "./rich.js";

const BLOCKS = {
  section: drawSection,
  header: (block, surface) =>
    h("h3", { class: "block-header" }, drawText(block.text, surface.names)),
  divider: () => h("hr", { class: "block-divider" }),
  context: drawContext,
  actions: (block, surface) =>
    h("div", { class: "block-actions" },
      block.elements.map((element) => drawElement(block, element, surface))),
  context_actions: (block, surface) =>
    h("div", { class: "block-actions" },
      block.elements.map((element) => drawElement(block, element, surface))),
  input: drawInput,
  image: drawImage,
  rich_text: (block, surface) => drawRich(block, surface.names),
  table: drawTable,
  data_visualization: drawChart,
  markdown: (block) => h("div", { class: "block-text" }, block.text),
};

/** Draw blocks, one below the other. What is odd about one of them hides none of the others. */
export function drawBlocks(blocks, surface) {
  return blocks.map((block) => {
    const drawn = drawBlock(block, surface);
    drawn.classList.add("block");
    return drawn;
  });
}

function drawBlock(block, surface) {
  try {
    if (Object.hasOwn(BLOCKS, block.type)) return BLOCKS[block.type](block, surface);
  } catch (error) {
    console.warn(error);
  }
  return unknown("block", block?.type);
}

function drawSection(block, surface) {
  const body = h("div", { class: "section-body" });
  if (block.text) body.append(h("div", { class: "block-text" }, drawText(block.text, surface.names)));
  if (block.fields) {
    const fields = block.fields.map((field) =>
      h("div", { class: "block-text" }, drawText(field, surface.names)),
    );
    body.append(h("div", { class: "section-fields" }, fields));
  }
  const side = block.accessory
    ? h("div", { class: "section-side" }, drawElement(block, block.accessory, surface))
    : null;
  return h("div", { class: "block-section" }, body, side);
}

function drawContext(block, surface) {
  const pieces = block.elements.map((element) =>
    element.type === "image"
      ? picture(sourceOf(element), element.alt_text, "context-image")
      : h("span", { class: "block-text" }, drawText(element, surface.names)),
  );
  return h("div", { class: "block-context" }, pieces);
}

function drawImage(block, surface) {
  const title = block.title ? h("figcaption", {}, drawText(block.title, surface.names)) : null;
  return h("figure", { class: "block-image" }, title, picture(sourceOf(block), block.alt_text));
}

let count = 0;

function drawInput(block, surface) {
  count += 1;
  const id = `input-${count}`;
  const element = drawElement(block, block.element, surface, id);
  const errors = surface.errors ?? {};
  const error = Object.hasOwn(errors, block.block_id) ? errors[block.block_id] : "";
  const words = drawText(block.label, surface.names);
  if (block.optional) words.push(h("span", { class: "input-optional" }, " (optional)"));
  const hint = block.hint
    ? h("p", { class: "input-hint", id: `${id}-hint` }, drawText(block.hint, surface.names))
    : null;
  const wrong = error
    ? h("p", { class: "input-error", id: `${id}-error`, role: "alert" }, icon("alert"), h("span", {}, error))
    : null;
  const field = element.matches("input, textarea") ? element : element.querySelector("input, textarea");
  const group = element.matches("fieldset");
  if (field) {
    field.id ||= id;
    const said = [hint?.id, wrong?.id].filter(Boolean).join(" ");
    if (said) (group ? element : field).setAttribute("aria-describedby", said);
    if (wrong) field.setAttribute("aria-invalid", "true");
  }
  const label = h(group ? "div" : "label", { class: "input-label", for: group ? null : field?.id }, words);
  const classes = `block-input${wrong ? " input-wrong" : ""}`;
  return h("div", { class: classes, "data-block": block.block_id }, label, element, hint, wrong);
}

function drawTable(block, surface) {
  const rows = block.rows.map((cells, index) =>
    h("tr", {}, cells.map((cell, column) => {
      const align = block.column_settings?.[column]?.align ?? "left";
      const tag = index === 0 ? "th" : "td";
      const scope = index === 0 ? "col" : null;
      return h(tag, { class: `align-${align}`, scope }, drawCell(cell, surface));
    })),
  );
  const head = h("thead", {}, rows.slice(0, 1));
  return h("div", { class: "block-table" }, h("table", {}, head, h("tbody", {}, rows.slice(1))));
}

function drawCell(cell, surface) {
  if (cell.type === "rich_text") return drawRich(cell, surface.names);
  return cell.text ?? String(cell.value ?? "");
}

/** Draw a message's words where it has no blocks. */
export function drawWords(text, surface) {
  return h("div", { class: "block block-text" }, drawMrkdwn(text, surface.names));
}
