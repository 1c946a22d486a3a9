// The demo's clock: it can be moved forward, so that what is planned happens.

import { h } from "./dom.js";
import { sayDay, sayTime, setAhead } from "./dates.js";
import { act, look } from "./wire.js";

const MOVES = [
  { words: "+1 h", label: "Move the clock an hour forward", body: { seconds: 3600 } },
  { words: "Tomorrow 9:00", label: "Move the clock to tomorrow 9:00", body: { to: "morning" } },
];

/** Show the clock in `box`, in the zone of whoever one is; `me()` is whose morning it is, `onmove()` is called after a move. */
export async function makeClock(box, me, onmove) {
  const face = h("time", { class: "clock-face" });
  const buttons = MOVES.map((move) =>
    h("button", { class: "top-button", type: "button", "aria-label": move.label, onclick: () => go(move.body) },
      move.words));

  let ahead = 0;

  function show() {
    setAhead(ahead);
    const moment = new Date(Date.now() + ahead * 1000);
    face.textContent = `${sayDay(moment)}, ${sayTime(moment)}`;
    face.dateTime = moment.toISOString();
  }

  async function go(body) {
    const told = await act("clock", { as: me(), ...body });
    if (told.ok) ahead = told.ahead;
    show();
    onmove(told);
  }

  ahead = (await look("clock")).ahead;
  show();
  setInterval(show, 10_000);
  box.replaceChildren(face, ...buttons);
  box.hidden = false;
  return { show };
}
