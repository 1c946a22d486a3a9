// The app's own place: the tabs above it, and its Home.

import { h } from "./dom.js";
import { drawBlocks } from "./blocks.js";
import { restoreFocus, whereFocusIs } from "./focus.js";

const PARTS = { home: "Home", messages: "Messages" };

/** Keep tabs and Home in step. `choose(key)` opens `home` or `messages`. */
export function makeHome({ tabs, home, log, foot }, choose) {
  let seen = "";
  const buttons = Object.entries(PARTS).map(([key, words]) =>
    h("button", { class: "tab", type: "button", role: "tab", "data-tab": key, onclick: () => choose(key) }, words));
  tabs.replaceChildren(...buttons);
  tabs.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined || at < 0) return;
    event.preventDefault();
    const button = buttons.at(next % buttons.length);
    button.focus();
    choose(button.dataset.tab);
  });

  /** Show the tabs where one talks with the app, and the part that is open. */
  function showTabs(direct, tab) {
    tabs.hidden = !direct;
    for (const button of buttons) {
      const open = button.dataset.tab === tab;
      button.setAttribute("aria-selected", String(open));
      button.tabIndex = open ? 0 : -1;
    }
    home.hidden = tab !== "home";
    log.hidden = tab === "home";
    foot.hidden = tab === "home";
  }

  /** Draw what the app published; `words` where that is nothing. What was typed stays as long as the blocks do. */
  function show(published, surfaceOf, words) {
    const view = published?.view ?? null;
    const now = JSON.stringify(view && [view.id, view.blocks]);
    if (now === seen) return;
    seen = now;
    const held = home.contains(document.activeElement);
    const at = whereFocusIs(home);
    const drawn = view ? drawBlocks(view.blocks, surfaceOf(view)) : [h("p", { class: "empty" }, words)];
    home.replaceChildren(h("div", { class: "home-body" }, drawn));
    if (at) restoreFocus(home, at);
    if (held && !home.contains(document.activeElement)) home.focus({ preventScroll: true });
  }

  return { showTabs, show, forget: () => { seen = ""; } };
}
