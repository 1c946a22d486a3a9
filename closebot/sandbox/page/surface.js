// What the elements of one message or view can do, told to the sandbox.

import { ask } from "./ask.js";
import { fromState, toChoices, toWire } from "./choices.js";
import { act, fill } from "./wire.js";

/**
 * Offer the actions of a message or a view. `where`: `{channel, ts}` or `{view_id}`; `typed`
 * keeps what was filled in, under `scope`; `held` is what the sandbox knows of it, from before a
 * reload; `say(answer)` shows what Slack says of a failure; `onact(id)` hears of each action.
 */
export function makeSurface({ state, as, where, typed, scope, held, say, onact }) {
  const names = namesOf(state);
  const keyOf = (block, element) => `${scope}/${block.block_id}/${element.action_id}`;
  const ids = (block, element) => ({
    as,
    ...where,
    block_id: block.block_id,
    action_id: element.action_id,
  });
  return {
    names,
    bot: state.bot.name,
    people: state.people.map((one) => ({ key: one.id, text: one.name, description: one.title ?? "" })),
    conversations: (state.conversations ?? []).map((one) => ({ ...one, key: one.id, text: isTalk(one) ? one.name : `# ${one.name}` })),
    current: idOf(state, where.channel),
    recall: (block, element) =>
      typed.get(keyOf(block, element)) ?? fromState(find(find(held, block.block_id), element.action_id), names),
    remember(block, element, value) {
      typed.set(keyOf(block, element), value);
      fill({ ...ids(block, element), value: toWire(element, value) });
    },
    agreed: async (confirm) => !confirm || ask(confirm, names),
    async act(block, element, change) {
      onact(element.action_id);
      say(await act("action", { ...ids(block, element), ...change }));
    },
    async suggest(block, element, text) {
      const answer = await act("suggest", { ...ids(block, element), typed: text });
      say(answer);
      return toChoices(answer);
    },
  };
}

/** Say whether what is done in a block reaches the app at once. */
export function acts(block) {
  return block.type !== "input" || block.dispatch_action === true;
}

// The app may name its blocks as it likes: `constructor` too.
function find(held, name) {
  return held && Object.hasOwn(held, name) ? held[name] : undefined;
}

function isTalk({ kind }) {
  return kind === "im" || kind === "mpim";
}

// The page knows a channel by its key, the app by its id, and `dm` is where one talks with the app.
function idOf(state, place) {
  const found = place === "dm"
    ? (state.conversations ?? []).find((one) => one.bot)
    : state.channels.find((one) => one.key === place);
  return found?.id ?? place;
}

function namesOf(state) {
  const people = state.people.map((person) => [person.id, person.name]);
  const places = [...state.channels, ...(state.conversations ?? [])].map((one) => [one.id, one.name]);
  return new Map([...people, ...places, [state.bot.id, state.bot.name]]);
}
