// Where messages and commands are typed.

import { h, icon } from "./dom.js";

const TALLEST = 200;
const EXAMPLES = ["/close connect", "/close lead Acme", "/close help"];

/** Bring the composer to life. `onsend(text)` is awaited. */
export function makeComposer({ form, field, button, examples, hint }, onsend) {
  const sent = [];
  let at = 0;
  let commands = [];

  const fit = () => {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, TALLEST)}px`;
    button.disabled = !field.value.trim();
    const typed = field.value.split(" ", 1)[0];
    const meant = commands.find((one) => typed.startsWith("/") && one.command.startsWith(typed));
    hint.hidden = !meant;
    if (!meant) return;
    hint.replaceChildren(h("strong", {}, meant.command), ` ${meant.usage_hint ?? ""}`,
      h("span", { class: "hint-what" }, meant.description));
  };

  const fill = (text) => {
    field.value = text;
    fit();
    field.focus();
    field.setSelectionRange(text.length, text.length);
  };

  const recall = (step) => {
    const next = at + step;
    if (next < 0 || next > sent.length) return;
    at = next;
    fill(sent[at] ?? "");
  };

  field.addEventListener("input", fit);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const untouched = !field.value || field.value === sent[at];
    if (event.key === "Enter" && !event.shiftKey) form.requestSubmit();
    else if (event.key === "ArrowUp" && untouched) recall(-1);
    else if (event.key === "ArrowDown" && untouched && at < sent.length) recall(1);
    else return;
    event.preventDefault();
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    if (sent.at(-1) !== text) sent.push(text);
    at = sent.length;
    fill("");
    await onsend(text);
  });

  const chips = EXAMPLES.map((text) =>
    h("button", { class: "try-one", type: "button", onclick: () => fill(text) }, text),
  );
  button.replaceChildren(icon("send"));
  examples.replaceChildren(h("span", { class: "try-word" }, "Try"), ...chips);
  fit();

  return {
    /** Name the conversation that is written to. */
    name(place) {
      field.placeholder = `Message ${place}`;
      field.setAttribute("aria-label", `Message ${place}`);
    },
    /** Know the slash commands that there are. */
    offer(declared) {
      commands = declared;
    },
    focus: () => field.focus(),
  };
}
