// The control API of the Slack sandbox: what the page asks, and what it is told.

async function read(answer) {
  const body = await answer.json();
  if (!answer.ok && body?.ok !== false) throw new Error(`${answer.status} ${answer.url}`);
  return body;
}

/** Ask for one part of what somebody sees. */
export async function look(part, query = {}) {
  return read(await fetch(`sim/${part}?${new URLSearchParams(query)}`, { cache: "no-store" }));
}

let filling = Promise.resolve();

/** Tell what was filled in, one after the other. */
export function fill(body) {
  filling = filling.then(() => post("fill", body)).catch(() => ({ ok: false }));
}

/** Do something as somebody, after what was filled in arrived; returns `{ok, notice?, …}`. */
export async function act(verb, body) {
  await filling;
  return post(verb, body);
}

async function post(verb, body) {
  const answer = await fetch(`sim/${verb}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return read(answer);
}

/** Follow changes; returns a function that stops it. The browser connects again by itself. */
export function follow(who, { onchange, onlost }) {
  const source = new EventSource(`sim/events?${new URLSearchParams({ as: who })}`);
  source.addEventListener("changed", (event) => onchange(event.data));
  source.addEventListener("open", () => onchange(""));
  source.addEventListener("error", () => onlost());
  return () => source.close();
}
