// In step with the sandbox: everything is fetched again after a change, one fetching after the other.

import { Unreachable, follow } from "./wire.js";

/** Call `fetchAll()` after each change, `onlost()` when nobody answers. */
export function keepInStep(fetchAll, onlost) {
  let running = false;
  let again = false;
  let who = "";
  let stop = null;

  /** Fetch; while that goes on, once more afterwards. What goes wrong in one fetching does not end the next. */
  async function refresh() {
    again = true;
    if (running) return;
    running = true;
    let wrong = null;
    try {
      while (again) {
        again = false;
        wrong = await fetchAll().then(() => null, (error) => error);
      }
    } finally {
      running = false;
    }
    if (wrong instanceof Unreachable) onlost();
    else if (wrong) throw wrong;
  }

  // A browser holds six connections to one address; a page that nobody looks at gives its own away.
  function listen() {
    stop?.();
    stop = who && !document.hidden ? follow(who, { onchange: refresh, onlost }) : null;
  }

  document.addEventListener("visibilitychange", listen);

  return {
    refresh,
    /** Let the next round begin at once after this one. */
    repeat: () => { again = true; },
    /** Follow the changes that somebody sees. */
    follow(next) {
      who = next;
      listen();
    },
  };
}
