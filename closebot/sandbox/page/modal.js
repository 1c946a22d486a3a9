// The modal: one dialog that shows the view on top, with what was typed into it.

import { h, icon } from "./dom.js";
import { drawBlocks } from "./blocks.js";
import { say, toWire } from "./elements.js";
import { closePopup } from "./popup.js";

/** Keep one dialog in step with what is open. `onsubmit(values)` and `onclose(all)` are awaited. */
export function makeModal({ onsubmit, onclose }) {
  const title = h("h2", { class: "modal-title", id: "modal-title" });
  const body = h("div", { class: "modal-body" });
  const foot = h("div", { class: "modal-foot" });
  const form = h("form", { class: "modal-form", novalidate: true, onsubmit: submit },
    h("header", { class: "modal-head" }, title,
      h("button", { class: "button-plain", type: "button", "aria-label": "Close",
        onclick: () => leave(true) },
        icon("cross"))),
    body,
    foot);
  const beside = h("aside", { class: "modal-beside", "aria-label": "From the demo" });
  const dialog = h("dialog", { class: "modal", "aria-labelledby": "modal-title" }, form, beside);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave(false);
  });
  document.body.append(dialog);
  let current = null;
  let seen = "";
  let wrong = {};
  let left = "";
  let busy = false;

  /** Show what the sandbox says is open, or nothing; `drawBeside(box)` fills what stands below. */
  function show(opened, surface, drawBeside) {
    if (!opened || opened.view.id === left) {
      hide();
      return;
    }
    const { view, submitting } = opened;
    const errors = opened.errors ?? {};
    const shape = JSON.stringify([view.id, view.title, view.submit, view.close, view.blocks]);
    const fresh = view.id !== current?.id;
    current = view;
    if (shape === seen && isPartOf(errors, wrong)) dropErrors(errors);
    else draw({ view, errors }, surface, fresh);
    if (fresh && asksForKey(view)) drawBeside(beside);
    beside.hidden = !asksForKey(view);
    seen = shape;
    wrong = errors;
    setBusy(Boolean(submitting) || busy);
  }

  function hide() {
    current = null;
    seen = "";
    if (dialog.open) dialog.close();
  }

  // While somebody types, an error goes away; the field that they type into stays as it is.
  function dropErrors(left) {
    for (const field of body.querySelectorAll(".input-wrong")) {
      if (field.dataset.block in left) continue;
      field.classList.remove("input-wrong");
      field.querySelector(".input-error").remove();
      field.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
    }
  }

  function draw({ view, errors }, surface, fresh) {
    const at = fresh ? null : whereFocusIs(body);
    const top = body.scrollTop;
    closePopup();
    title.textContent = say(view.title);
    body.replaceChildren(...drawBlocks(view.blocks, { ...surface, errors }));
    const shut = h("button", { class: "button", type: "button", onclick: () => leave(false) },
      say(view.close) || (view.submit ? "Cancel" : "Close"));
    const send = view.submit
      ? h("button", { class: "button button-primary", type: "submit" },
          h("span", {}, say(view.submit)))
      : null;
    foot.replaceChildren(...[shut, send].filter(Boolean));
    if (!dialog.open) dialog.showModal();
    body.scrollTop = fresh ? 0 : top;
    settleFocus(at, shut, fresh);
  }

  function settleFocus(at, shut, fresh) {
    const wrong = body.querySelector(".input-wrong :is(input, textarea)");
    if (wrong) wrong.focus();
    else if (at) restoreFocus(body, at);
    else if (fresh || !dialog.contains(document.activeElement)) {
      const first = body.querySelector("[autofocus]") ?? body.querySelector("input, textarea");
      (first ?? foot.querySelector(".button-primary") ?? shut).focus();
    }
  }

  function setBusy(on) {
    const send = foot.querySelector(".button-primary");
    if (!send) return;
    send.disabled = on;
    send.setAttribute("aria-busy", String(on));
  }

  async function submit(event) {
    event.preventDefault();
    if (!current?.submit || busy) return;
    busy = true;
    setBusy(true);
    try {
      await onsubmit(current);
    } finally {
      busy = false;
      setBusy(false);
    }
  }

  // The last view goes at once; below another one stands, which the sandbox has to tell.
  async function leave(all) {
    if (current && (all || !current.previous_view_id)) {
      left = current.id;
      hide();
    }
    await onclose(all);
  }

  return { show };
}

// The side bar is out of reach while a modal is open, and with it the key that is asked for.
function asksForKey(view) {
  return view.blocks.some((block) => block.type === "input" && /\bkey\b/i.test(block.label.text));
}

function isPartOf(errors, others) {
  return Object.entries(errors).every(([name, said]) => others[name] === said);
}

function whereFocusIs(body) {
  const field = document.activeElement;
  if (!body.contains(field)) return null;
  const holder = field.closest("[data-action]");
  if (!holder) return null;
  const { block, action } = holder.dataset;
  return { block, action, at: field.selectionStart };
}

function restoreFocus(body, { block, action, at }) {
  const holder = [...body.querySelectorAll("[data-action]")].find(
    (one) => one.dataset.block === block && one.dataset.action === action,
  );
  const field = holder?.matches("input, textarea, button, a")
    ? holder
    : holder?.querySelector("input, textarea, button");
  field?.focus();
  if (field?.setSelectionRange && field.type === "text" && at !== null) {
    field.setSelectionRange(at, at);
  }
}

/** Gather what stands in a view's inputs, as the control API takes it. */
export function gather(view, recall) {
  const values = {};
  for (const block of view.blocks) {
    const elements = block.element ? [block.element] : [];
    for (const element of elements) {
      const value = recall(block, element);
      if (value !== undefined) {
        values[block.block_id] = { [element.action_id]: toWire(element, value) };
      }
    }
  }
  return values;
}
