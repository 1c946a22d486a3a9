// The modal: one dialog that shows the view on top, with what was typed into it.

import { avatar, h, icon } from "./dom.js";
import { drawBlocks } from "./blocks.js";
import { toWire } from "./choices.js";
import { restoreFocus, whereFocusIs } from "./focus.js";
import { closePopup } from "./popup.js";
import { say } from "./words.js";

// The page knows rich text as plain words; told once more, what the app put there would lose its style.
const TOLD_ALREADY = "rich_text_input";

/** Keep one dialog in step with what is open. `onsubmit(values)` and `onclose(all)` are awaited. */
export function makeModal({ onsubmit, onclose }) {
  const title = h("h2", { class: "modal-title", id: "modal-title" });
  const body = h("div", { class: "modal-body" });
  const foot = h("div", { class: "modal-foot" });
  const form = h("form", { class: "modal-form", novalidate: true, onsubmit: submit },
    h("header", { class: "modal-head" }, title,
      h("button", { class: "button-plain", type: "button", "aria-label": "Close",
        onclick: once(() => leave(true)) },
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
  let leaving = "";
  const submitted = new Set();

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
    setBusy(submitting || submitted.has(view.id));
  }

  function hide() {
    current = null;
    seen = "";
    if (dialog.open) dialog.close();
  }

  // While somebody types, an error goes away; the field that they type into stays as it is.
  function dropErrors(left) {
    for (const field of body.querySelectorAll(".input-wrong")) {
      if (Object.hasOwn(left, field.dataset.block)) continue;
      field.classList.remove("input-wrong");
      field.querySelector(".input-error").remove();
      field.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
    }
  }

  function draw({ view, errors }, surface, fresh) {
    const at = fresh ? null : whereFocusIs(body);
    const top = body.scrollTop;
    closePopup();
    title.replaceChildren(avatar(surface.bot, { bot: true, small: true }), h("span", {}, say(view.title)));
    body.replaceChildren(...drawBlocks(view.blocks, { ...surface, errors }));
    const shut = h("button", { class: "button", type: "button", onclick: once(() => leave(false)) },
      h("span", {}, say(view.close) || (view.submit ? "Cancel" : "Close")));
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
    else if (at && restoreFocus(body, at)) return;
    else if (fresh || !dialog.contains(document.activeElement)) {
      const first = body.querySelector("[autofocus]") ?? body.querySelector("input, textarea");
      (first ?? foot.querySelector(".button-primary") ?? shut).focus();
    }
  }

  function setBusy(on) {
    const send = foot.querySelector(".button-primary");
    if (!send) return;
    send.disabled = Boolean(on);
    send.ariaBusy = String(Boolean(on));
  }

  async function submit(event) {
    event.preventDefault();
    const { id, submit: asked } = current ?? {};
    if (!asked || submitted.has(id)) return;
    submitted.add(id);
    setBusy(true);
    try {
      await onsubmit(current);
    } finally {
      submitted.delete(id);
      setBusy(submitted.has(current?.id));
    }
  }

  // The last view goes at once; below another one stands, which the sandbox has to tell.
  async function leave(all) {
    if (!current || leaving === current.id) return;
    const { id, previous_view_id: below } = current;
    leaving = id;
    if (all || !below) {
      left = id;
      hide();
    }
    try {
      await onclose(all);
    } finally {
      if (leaving === id) leaving = "";
    }
  }

  return { show };
}

// The second click of a double one is not meant for what stands below by then.
function once(act) {
  return (event) => event.detail > 1 || act();
}

// The side bar is out of reach while a modal is open, and with it the key that is asked for.
function asksForKey(view) {
  return view.blocks.some((block) => block.type === "input" && /\bkey\b/i.test(block.label.text));
}

function isPartOf(errors, others) {
  return Object.entries(errors).every(([name, said]) => others[name] === said);
}

/** Gather what stands in a view's inputs, as the control API takes it. */
export function gather(view, recall) {
  const inputs = view.blocks.filter((block) => block.element && TOLD_ALREADY !== block.element.type);
  const values = inputs.map((block) => {
    const value = recall(block, block.element);
    return value === undefined ? [] : [block.block_id, { [block.element.action_id]: toWire(block.element, value) }];
  });
  return Object.fromEntries(values.filter((one) => one.length));
}
