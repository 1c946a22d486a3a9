// A thread: a message, its replies, and where one writes another.

import { h } from "./dom.js";
import { makeComposer } from "./composer.js";
import { makeMessages } from "./messages.js";
import { wordsOf } from "./notice.js";

const NO_COMMANDS = "Slash commands do not work in threads. Type them in the channel.";

/** Make the thread; `send(text, ts)` resolves to what came of it. */
export function makeThread(send) {
  let root = "";
  const log = h("div", { class: "log thread-log", role: "log", "aria-label": "Thread", tabindex: "0" });
  const field = h("textarea", { class: "composer-text", rows: "1", autocomplete: "off", spellcheck: "false" });
  const button = h("button", { class: "composer-send", type: "submit", "aria-label": "Send reply" });
  const form = h("form", { class: "composer" }, field, button);
  const said = h("p", { class: "pane-empty", role: "alert", hidden: true });
  const node = h("div", { class: "thread" }, log, said, form);
  const messages = makeMessages(log, { inPane: true });
  const composer = makeComposer({ form, field, button }, async (text) => {
    messages.follow();
    const answer = text.startsWith("/") ? { ok: false, notice: NO_COMMANDS } : await send(text, root);
    said.textContent = wordsOf(answer);
    said.hidden = !said.textContent;
    return answer;
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
      messages.show(mine, (one) => ({ ...surfaceOf(one), openThread: null }), { words: "This message is gone." });
    },
    focus: () => composer.focus(),
  };
}
