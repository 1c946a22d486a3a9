// The question that some buttons ask before they act.

import { h } from "./dom.js";
import { drawText } from "./mrkdwn.js";

/** Ask what a `confirm` object says; resolves to what was answered. */
export function ask(confirm, names) {
  return new Promise((resolve) => {
    const style = confirm.style === "danger" ? "danger" : "primary";
    const title = h("h2", { class: "ask-title", id: "ask-title" }, drawText(confirm.title, names));
    const text = h("p", { class: "ask-text", id: "ask-text" }, drawText(confirm.text, names));
    const deny = h(
      "button",
      { class: "button", type: "button", onclick: () => dialog.close("no") },
      h("span", {}, drawText(confirm.deny, names)),
    );
    const yes = h(
      "button",
      { class: `button button-${style}`, type: "button", onclick: () => dialog.close("yes") },
      h("span", {}, drawText(confirm.confirm, names)),
    );
    const dialog = h(
      "dialog",
      { class: "ask", "aria-labelledby": "ask-title", "aria-describedby": "ask-text" },
      title,
      text,
      h("div", { class: "ask-foot" }, deny, yes),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
    yes.focus();
  });
}
