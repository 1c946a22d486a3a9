// What the app's manifest declares: commands while one types, shortcuts in menus.

import { icon } from "./dom.js";
import { openMenu } from "./popup.js";

/** Offer it by `button` and `composer`; `run(id)` and `runOn(ts, id)` run a shortcut; `app()` is whose they are. */
export function makeOffered(button, composer, { run, runOn, app }) {
  let commands = [];
  let onMessages = [];

  /** Know what there is. */
  function learn({ slash_commands: declared = [], shortcuts = [] }) {
    commands = declared.map((one) => one.command);
    composer.offer(declared);
    onMessages = shortcuts.filter((one) => one.type === "message");
    const anywhere = shortcuts.filter((one) => one.type === "global");
    button.replaceChildren(icon("slash"));
    button.hidden = !anywhere.length;
    button.addEventListener("click", () =>
      openMenu(button, anywhere.map((one) => ({ text: one.name, more: app(), choose: () => run(one.callback_id) }))));
  }

  /** Say why a command is not sent; empty text where it is. */
  function refuse(text) {
    const command = text.split(/\s/, 1)[0];
    if (!commands.length || commands.includes(command)) return "";
    return `${command} is not a command here. Type ${commands.join(" or ")}.`;
  }

  /** Return the entries of a message's menu; Slack offers none on ephemeral ones. */
  function onMessage(message) {
    if (message.ephemeral) return [];
    return onMessages.map((one) => ({ text: one.name, more: app(), choose: () => runOn(message.ts, one.callback_id) }));
  }

  return { learn, refuse, onMessage, runOn };
}
