// What Slack itself says when something went wrong, where somebody looks: in the modal while one is open.

import { h } from "./dom.js";

/** Return the words of an answer that failed, or that has something to say; else an empty text. */
export function wordsOf(answer) {
  return answer.notice ?? (answer.ok ? "" : (answer.error ?? "That did not work."));
}

/** Make the notice; `box` is its element, and stands where it is shown while no modal is open. */
export function makeNotice(box) {
  const place = box.parentElement;

  function hide() {
    box.hidden = true;
  }

  /** Show what an answer says; returns the answer. */
  function say(answer) {
    const words = wordsOf(answer);
    if (!words) return answer;
    const foot = document.querySelector("dialog.modal[open] .modal-foot");
    if (foot) foot.before(box);
    else place.prepend(box);
    const drop = h("button", { class: "button-plain", type: "button", onclick: hide }, "Dismiss");
    box.replaceChildren(h("span", {}, words), drop);
    box.hidden = false;
    return answer;
  }

  return { say, hide, hideInModal: () => box.closest("dialog") && hide() };
}
