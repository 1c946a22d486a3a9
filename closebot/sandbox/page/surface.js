// What the elements of one message or view can do, told to the sandbox.

import { fromState, toChoices, toWire } from "./elements.js";
import { act, fill } from "./wire.js";

/**
 * Offer the actions of a message or a view. `where`: `{channel, ts}` or `{view_id}`; `typed`
 * keeps what was filled in, under `scope`; `held` is what the sandbox knows of it, from before a
 * reload; `say(answer)` shows what Slack says of a failure.
 */
export function makeSurface({ state, as, where, typed, scope, held, say }) {
  const names = namesOf(state);
  const keyOf = (block, element) => `${scope}/${block.block_id}/${element.action_id}`;
  const ids = (block, element) => ({
    as,
    ...where,
    block_id: block.block_id,
    action_id: element.action_id,
  });
  const named = (list, sign) =>
    list.map((one) => ({ key: one.id, text: sign + one.name, description: one.title ?? "" }));
  return {
    names,
    people: named(state.people, ""),
    channels: named(state.channels, "# "),
    recall: (block, element) =>
      typed.get(keyOf(block, element)) ?? fromState(held?.[block.block_id]?.[element.action_id], names),
    remember(block, element, value) {
      typed.set(keyOf(block, element), value);
      fill({ ...ids(block, element), value: toWire(element, value) });
    },
    async act(block, element, change) {
      say(await act("action", { ...ids(block, element), ...change }));
    },
    async suggest(block, element, text) {
      const answer = await act("suggest", { ...ids(block, element), typed: text });
      say(answer);
      return toChoices(answer);
    },
  };
}

function namesOf(state) {
  const people = state.people.map((person) => [person.id, person.name]);
  const channels = state.channels.map((channel) => [channel.id, channel.name]);
  return new Map([...people, ...channels, [state.bot.id, state.bot.name]]);
}
