// A thread: a message, its replies, and where one writes another.

import { h } from "./dom.js";
import { makeComposer } from "./composer.js";
import { makeMessages } from "./messages.js";

/** Make the thread; `send(text, ts)` is awaited. */
export function makeThread(send) {
  let root = "";
  const log = h("div", { class: "log thread-log", role: "log", "aria-label": "Thread", tabindex: "0" });
  const field = h("textarea", { class: "composer-text", rows: "1", autocomplete: "off", spellcheck: "false" });
  const button = h("button", { class: "composer-send", type: "submit", "aria-label": "Send reply" });
  const form = h("form", { class: "composer" }, field, button);
  const said = h("p", { class: "pane-empty", role: "alert", hidden: true },
    "Slash commands do not work in threads. Type them in the channel.");
  const node = h("div", { class: "thread" }, log, said, form);
  const messages = makeMessages(log, { inPane: true });
  const composer = makeComposer({ form, field, button }, async (text) => {
    said.hidden = !text.startsWith("/");
    if (said.hidden) await send(text, root);
  });
  composer.name("", "Reply…");

  return {
    node,
    /** Show the thread of a message. */
    open(ts) {
      root = ts;
      said.hidden = true;
      messages.clear();
    },
    /** Keep in step with the conversation's messages. */
    update(listed, surfaceOf) {
      const mine = listed.filter((one) => one.ts === root || one.thread_ts === root);
      messages.show(mine, (one) => ({ ...surfaceOf(one), openThread: null }), "This message is gone.");
    },
    focus: () => composer.focus(),
  };
}
