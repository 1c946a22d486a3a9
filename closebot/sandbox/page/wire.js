// The control API of the Slack sandbox: what the page asks, and what it is told.

/** Nobody answers. */
export class Unreachable extends Error {}

/** What is said then. */
export const GONE = "The demo has stopped, or cannot be reached.";

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(`sim/${path}`, options);
  } catch (error) {
    throw new Unreachable(error.message);
  }
  try {
    const body = await answer.json();
    return answer.ok || body?.ok === false ? body : refusal(answer);
  } catch (error) {
    if (error instanceof SyntaxError) return refusal(answer);
    throw new Unreachable(error.message);
  }
}

function refusal(answer) {
  return { ok: false, error: `The sandbox answered with ${answer.status}, and not as it should.` };
}

/** Ask for one part of what somebody sees; `{ok: false, error}` where it is refused. Throws `Unreachable`. */
export function look(part, query = {}) {
  return ask(`${part}?${new URLSearchParams(query)}`, { cache: "no-store" });
}

let filling = Promise.resolve();

/** Tell what was filled in, one after the other. */
export function fill(body) {
  filling = filling.then(() => post("fill", body)).catch(() => ({ ok: false }));
}

/** Do something as somebody, after what was filled in arrived; returns `{ok, notice?, error?, …}`, and never throws. */
export async function act(verb, body) {
  await filling;
  try {
    return await post(verb, body);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return { ok: false, error: GONE };
  }
}

function post(verb, body) {
  return ask(verb, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Follow changes; returns a function that stops it. The browser connects again by itself. */
export function follow(who, { onchange, onlost }) {
  const source = new EventSource(`sim/events?${new URLSearchParams({ as: who })}`);
  source.addEventListener("changed", (event) => onchange(event.data));
  source.addEventListener("open", () => onchange(""));
  source.addEventListener("error", () => onlost());
  return () => source.close();
}
