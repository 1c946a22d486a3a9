// What opens at the right: a thread, the Close side, or what happened. One at a time.

import { h, icon } from "./dom.js";

/** Bring the pane to life. `onchange(mode)` hears which one is open; empty text for none. */
export function makePane(box, onchange) {
  let mode = "";
  let opener = null;
  const title = h("h2", { class: "pane-title", id: "pane-title", tabindex: "-1" });
  const cross = h("button", { class: "button-plain", type: "button", "aria-label": "Close this pane",
    onclick: () => close() }, icon("cross"));
  const body = h("div", { class: "pane-body" });
  box.append(h("header", { class: "pane-head" }, title, cross), body);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  });

  function open(next, words, content) {
    if (!mode) opener = document.activeElement;
    mode = next;
    title.textContent = words;
    body.replaceChildren(content);
    box.hidden = false;
    title.focus();
    onchange(mode);
  }

  function close() {
    mode = "";
    box.hidden = true;
    body.replaceChildren();
    onchange("");
    if (opener?.isConnected) opener.focus();
  }

  return { open, close, get mode() { return mode; } };
}

/** Draw a button for each pane; `modes` are pairs of mode and words. */
export function drawPaneButtons(box, modes, toggle) {
  box.replaceChildren(...modes.map(([mode, words]) =>
    h("button", { class: "top-button", type: "button", "aria-pressed": "false", "data-pane": mode,
      onclick: () => toggle(mode) }, words)));
}
