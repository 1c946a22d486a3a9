// The guided start: a few things to try, each a click away. What was done is ticked, however it was done.

import { h, icon } from "./dom.js";

const KEPT = "guide";

/**
 * Show the guide in `box`; `start(step)` does the first thing of a step. The answer's `did(kind, id)`
 * hears what was done: a verb that was typed, a shortcut or an action that was used.
 */
export function makeGuide(box, steps, start) {
  const done = new Set(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"));
  const next = h("p", { class: "guide-next", role: "status", hidden: true });

  function draw() {
    box.hidden = !steps.length || done.has("dismissed");
    const rows = steps.map((step, index) => h("li", {}, drawStep(step, index)));
    const cross = h("button", { class: "guide-cross", type: "button", "aria-label": "Dismiss the guide",
      onclick: () => tick("dismissed") }, icon("cross"));
    box.replaceChildren(h("header", { class: "guide-head" }, h("h2", { class: "guide-title" }, "Try these"), cross),
      h("ol", { class: "guide-list" }, rows), next);
  }

  function drawStep(step, index) {
    const tried = done.has(step.name);
    return h("button", { class: "guide-one", type: "button", onclick: () => choose(step) },
      h("span", { class: `guide-number${tried ? " guide-done" : ""}`, "aria-hidden": "true" }, tried ? "✓" : index + 1),
      h("span", {}, step.name),
      tried ? h("span", { class: "unseen" }, "tried") : null);
  }

  function tick(name) {
    done.add(name);
    sessionStorage.setItem(KEPT, JSON.stringify([...done]));
    draw();
  }

  function advise(step) {
    next.textContent = step.next ?? "";
    next.hidden = !step.next;
  }

  async function choose(step) {
    advise(step);
    await start(step);
  }

  function did(kind, id) {
    for (const step of steps.filter((one) => one[kind]?.includes(id) && !done.has(one.name))) {
      advise(step);
      tick(step.name);
    }
  }

  draw();
  return { did };
}
