// The guided start: a few things to try, each a click away. What was tried is ticked.

import { h, icon } from "./dom.js";

const KEPT = "guide";

/** Show the guide in `box`; `start(step)` does the first thing of a step. */
export function makeGuide(box, steps, start) {
  const done = new Set(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"));
  const next = h("p", { class: "guide-next", role: "status", hidden: true });
  const keep = () => sessionStorage.setItem(KEPT, JSON.stringify([...done]));

  function draw() {
    box.hidden = !steps.length || done.has("dismissed");
    const rows = steps.map((step, index) => h("li", {}, drawStep(step, index)));
    const cross = h("button", { class: "guide-cross", type: "button", "aria-label": "Dismiss the guide",
      onclick: () => { done.add("dismissed"); keep(); draw(); } }, icon("cross"));
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

  async function choose(step) {
    done.add(step.name);
    keep();
    next.textContent = step.next ?? "";
    next.hidden = !step.next;
    draw();
    await start(step);
  }

  draw();
}
