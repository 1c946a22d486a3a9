// The demo's clock: it can be moved forward, so that what is planned happens.

import { h } from "./dom.js";
import { sayClock, sayNextMorning, setAhead } from "./dates.js";
import { act } from "./wire.js";

/** Show the clock in `box`, in the zone of whoever one is; `me()` is whose morning it is, `onmove(answer)` is called after a move. */
export function makeClock(box, me, onmove) {
  const face = h("time", { class: "clock-face" });
  const hour = makeButton(() => go({ seconds: 3600 }));
  const morning = makeButton(() => go({ to: "morning" }));
  let ahead = 0;

  /** Show the time, `seconds` ahead of the real one: the clock may have been moved elsewhere. */
  function show(seconds) {
    ahead = seconds;
    setAhead(ahead);
    const moment = new Date(Date.now() + ahead * 1000);
    face.textContent = sayClock(moment);
    face.dateTime = moment.toISOString();
    const day = sayNextMorning(moment);
    name(morning, `${day[0].toUpperCase()}${day.slice(1)} 9:00`, `Move the clock to ${day} 9:00`);
  }

  async function go(body) {
    onmove(await act("clock", { as: me(), ...body }));
  }

  name(hour, "+1 h", "+1 h: move the clock an hour forward");
  setInterval(() => show(ahead), 10_000);
  box.replaceChildren(face, hour, morning);
  box.hidden = false;
  return { show };
}

function makeButton(onclick) {
  return h("button", { class: "top-button", type: "button", onclick });
}

function name(button, words, label) {
  button.textContent = words;
  button.setAttribute("aria-label", label);
}
