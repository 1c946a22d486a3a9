// A select of one or several entries that is typed into: static, external, people, channels.

import { h, icon } from "./dom.js";
import { openBeside } from "./popup.js";

const PAUSE = 150;
let count = 0;

/**
 * Make a select. `choices`: `{key, text, description?, group?}`; `chosen`: those picked already.
 * `load(typed)` resolves to choices instead, from `least` letters on. With `clears` a single
 * choice can be taken away again; no more than `most` of several can be chosen. `onchange(chosen)`
 * may resolve to false, which takes the change back.
 */
export function makeSelect(options) {
  const { label, placeholder, choices, load, least = 0, many = false, clears = false, most, onchange } =
    options;
  let chosen = options.chosen ?? [];
  let shown = [];
  let active = -1;
  let close = null;
  let timer = 0;
  let asked = 0;
  count += 1;
  const listId = `choices-${count}`;
  const list = h("div", { class: "choices", role: "listbox", id: listId, "aria-label": label });
  const input = h("input", {
    class: "select-text",
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": label,
    "aria-expanded": "false",
    "aria-controls": listId,
    "aria-autocomplete": "list",
    oninput: () => look(input.value),
    onclick: () => {
      if (close) return;
      look("");
      if (!many) input.select();
    },
    onkeydown: onkey,
    onblur: () => setTimeout(() => input.isConnected && !close && restore(), 0),
  });
  const chips = h("span", { class: "select-chips" });
  const clear = h("button", {
    class: "chip-drop",
    type: "button",
    "aria-label": `Clear ${label}`,
    hidden: true,
    onclick: () => {
      close?.();
      settle([]);
    },
  }, icon("cross"));
  const box = h(
    "div",
    { class: `select${many ? " select-many" : ""}`, onclick: () => input.focus() },
    chips,
    input,
    clear,
    icon("down"),
  );
  restore();
  return box;

  function restore() {
    input.value = many ? "" : (chosen[0]?.text ?? "");
    input.placeholder = many && chosen.length ? "" : placeholder;
    clear.hidden = many || !clears || !chosen.length;
    chips.replaceChildren(...(many ? chosen.map(drawChip) : []));
  }

  function drawChip(choice) {
    const drop = h(
      "button",
      { class: "chip-drop", type: "button", "aria-label": `Remove ${choice.text}` },
      icon("cross"),
    );
    drop.addEventListener("click", () => settle(chosen.filter((one) => one !== choice)));
    return h("span", { class: "chip" }, choice.text, drop);
  }

  async function settle(next) {
    const before = chosen;
    chosen = next;
    restore();
    if (close) look("");
    if ((await onchange(chosen)) === false) {
      chosen = before;
      restore();
    }
  }

  function look(typed) {
    clearTimeout(timer);
    if (!load) {
      const wanted = typed.trim().toLowerCase();
      show(choices.filter((choice) => choice.text.toLowerCase().includes(wanted)));
      return;
    }
    if (typed.trim().length < least) {
      const letters = least === 1 ? "a letter" : `${least} letters`;
      show([], `Type ${letters} to search`);
      return;
    }
    show([], "Searching…");
    asked += 1;
    const mine = asked;
    timer = setTimeout(async () => {
      const found = await load(typed.trim());
      if (mine === asked && close) show(found);
    }, PAUSE);
  }

  function show(found, words = "No results") {
    const picked = new Set(chosen.map((choice) => choice.key));
    shown = many ? found.filter((choice) => !picked.has(choice.key)) : found;
    active = shown.length && !isFull() ? Math.max(0, shown.findIndex((choice) => picked.has(choice.key))) : -1;
    let group = "";
    const rows = isFull() ? [h("div", { class: "choice-none", role: "presentation" }, `No more than ${most}`)] : [];
    shown.forEach((choice, index) => {
      if (choice.group && choice.group !== group) {
        rows.push(h("div", { class: "choice-group", role: "presentation" }, choice.group));
        group = choice.group;
      }
      rows.push(drawChoice(choice, index, picked.has(choice.key)));
    });
    list.replaceChildren(...(rows.length ? rows : [h("div", { class: "choice-none" }, words)]));
    open();
    mark();
  }

  function drawChoice(choice, index, picked) {
    const description = choice.description
      ? h("span", { class: "choice-more" }, choice.description)
      : null;
    const attributes = {
      class: "choice",
      role: "option",
      id: `${listId}-${index}`,
      "aria-selected": String(picked),
      "aria-disabled": isFull() ? "true" : null,
      onpointerdown: (event) => event.preventDefault(),
      onclick: () => pick(choice),
    };
    return h("div", attributes, h("span", {}, choice.text), description);
  }

  function isFull() {
    return many && chosen.length >= (most ?? Infinity);
  }

  function open() {
    if (close) return;
    close = openBeside(box, list, () => {
      close = null;
      asked += 1;
      input.setAttribute("aria-expanded", "false");
      restore();
    });
    input.setAttribute("aria-expanded", "true");
  }

  function mark() {
    const rows = [...list.querySelectorAll(".choice")];
    rows.forEach((row, index) => row.classList.toggle("choice-active", index === active));
    rows[active]?.scrollIntoView({ block: "nearest" });
    if (active >= 0) input.setAttribute("aria-activedescendant", `${listId}-${active}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function pick(choice) {
    if (isFull()) return;
    close?.();
    settle(many ? [...chosen, choice] : [choice]);
    input.focus();
  }

  function onkey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      if (!close) look(load ? input.value : "");
      else if (shown.length && !isFull()) active = (active + step + shown.length) % shown.length;
      mark();
    } else if (event.key === "Enter") {
      if (close && shown[active]) pick(shown[active]);
    } else if (event.key === "Escape" && close) {
      close();
      event.stopPropagation();
    } else if (event.key === "Backspace" && many && !input.value && chosen.length) {
      settle(chosen.slice(0, -1));
    } else {
      if (event.key === "Tab") close?.();
      return;
    }
    event.preventDefault();
  }
}
