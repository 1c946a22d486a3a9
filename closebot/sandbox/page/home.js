// The app's own place: the tabs above it, and its Home.

import { h } from "./dom.js";
import { drawBlocks } from "./blocks.js";

/** Keep tabs and Home in step. `choose(key)` opens `home` or `messages`. */
export function makeHome({ tabs, home, log, foot }, choose) {
  let seen = "";

  /** Show the tabs where one talks with the app, and the part that is open. */
  function showTabs(direct, tab) {
    tabs.hidden = !direct;
    const make = (key, text) =>
      h("button", { class: "tab", type: "button", role: "tab", "aria-selected": String(tab === key),
        onclick: () => choose(key) }, text);
    tabs.replaceChildren(make("home", "Home"), make("messages", "Messages"));
    home.hidden = tab !== "home";
    log.hidden = tab === "home";
    foot.hidden = tab === "home";
  }

  /** Draw what the app published; `words` where that is nothing. */
  function show(published, surfaceOf, words) {
    const view = published?.view ?? (published?.blocks ? published : null);
    const now = JSON.stringify(view);
    if (now === seen) return;
    seen = now;
    const drawn = view ? drawBlocks(view.blocks, surfaceOf(view)) : [h("p", { class: "empty" }, words)];
    home.replaceChildren(h("div", { class: "home-body" }, drawn));
  }

  return { showTabs, show, forget: () => { seen = ""; } };
}
