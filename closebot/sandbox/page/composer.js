// Where messages and commands are typed.

import { h, icon } from "./dom.js";

const TALLEST = 200;

/** Bring a composer to life. `onsend(text)` resolves to `{ok}`; what was not sent comes back. */
export function makeComposer({ form, field, button, hint }, onsend) {
  const sent = [];
  let at = 0;
  let commands = [];
  let lines = [];
  let completing = null;

  const fit = () => {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, TALLEST)}px`;
    button.disabled = !field.value.trim();
    const typed = field.value.split(" ", 1)[0];
    const meant = commands.find((one) => typed.startsWith("/") && one.command.startsWith(typed));
    if (hint) hint.hidden = !meant;
    if (!meant || !hint) return;
    const said = field.value.slice(meant.command.length).trimStart();
    const fitting = verbsOf(meant).filter((verb) => verb.startsWith(said));
    hint.replaceChildren(h("strong", {}, meant.command),
      h("span", { class: "hint-usage" }, ` ${said && fitting.length ? fitting.join(" | ") : (meant.usage_hint ?? "")}`),
      h("span", { class: "hint-what" }, meant.description));
  };

  // Tab goes through what begins with what was typed; it leaves the field where nothing does.
  const complete = (step) => {
    const stem = completing?.stem ?? field.value;
    if (!stem.startsWith("/")) return false;
    const fitting = lines.filter((line) => line.startsWith(stem) && line !== stem);
    if (!fitting.length) return false;
    const next = completing ? (completing.at + step + fitting.length) % fitting.length : 0;
    fill(`${fitting[next]} `);
    completing = { stem, at: next };
    return true;
  };

  const put = (text) => {
    field.value = text;
    completing = null;
    fit();
  };

  const fill = (text) => {
    put(text);
    field.focus();
    field.setSelectionRange(text.length, text.length);
  };

  const recall = (step) => {
    const next = at + step;
    if (next < 0 || next > sent.length) return;
    at = next;
    fill(sent[at] ?? "");
  };

  field.addEventListener("input", () => {
    completing = null;
    fit();
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const untouched = !field.value || field.value === sent[at];
    if (event.key === "Enter" && !event.shiftKey) form.requestSubmit();
    else if (event.key === "Tab" && (!event.shiftKey || completing) && complete(event.shiftKey ? -1 : 1)) ;
    else if (event.key === "ArrowUp" && untouched) recall(-1);
    else if (event.key === "ArrowDown" && untouched && at < sent.length) recall(1);
    else return;
    event.preventDefault();
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = field.value.trim();
    if (!words) return;
    const text = /^\s+\//.test(field.value) ? ` ${words}` : words; // no command, as in Slack
    if (sent.at(-1) !== text) sent.push(text);
    at = sent.length;
    fill("");
    const { ok } = await onsend(text);
    if (ok || field.value) return;
    put(text);
    if (hint) hint.hidden = true; // it would hide what was said of it
    at = sent.lastIndexOf(text);
  });

  button.replaceChildren(icon("send"));
  fit();

  return {
    /** Name the conversation that is written to. */
    name(place, words = `Message ${place}`) {
      field.placeholder = words;
      field.setAttribute("aria-label", words);
    },
    fill,
    /** Know the slash commands that there are. */
    offer(declared) {
      commands = declared;
      lines = declared.flatMap((one) =>
        [one.command, ...verbsOf(one).map((verb) => `${one.command} ${verb}`)]);
    },
    /** Return the verb of a command: empty text where its words begin with none, null where it has no words. */
    verbOf(text) {
      const command = text.split(/\s/, 1)[0];
      const words = text.slice(command.length).trim().replace(/\s+/g, " ");
      if (!words) return null;
      const verbs = commands.filter((one) => one.command === command).flatMap(verbsOf);
      const fitting = verbs.filter((verb) => `${words} `.toLowerCase().startsWith(`${verb} `));
      return fitting.reduce((best, verb) => (verb.length > best.length ? verb : best), "");
    },
    focus: () => field.focus(),
  };
}

function verbsOf(declared) {
  return (declared.usage_hint ?? "").split("|").map((verb) => verb.trim()).filter(Boolean);
}
