// What is chosen in an element: as the page shows it, as it is told, as the sandbox holds it.

import { sayRich, say } from "./words.js";

function toChoice(option) {
  return {
    key: option.value,
    text: say(option.text),
    description: option.description ? say(option.description) : "",
  };
}

/** Turn options or groups of options into choices. */
export function toChoices({ options, option_groups: groups }) {
  if (!groups) return (options ?? []).map(toChoice);
  return groups.flatMap((group) =>
    group.options.map((option) => ({ ...toChoice(option), group: say(group.label) })),
  );
}

/** Return what a select offers of itself: its own options, people, or conversations. */
export function choicesOf(element, surface) {
  const kind = element.type.replace(/^multi_/, "").replace(/_select$/, "");
  if (kind === "users") return surface.people;
  if (kind === "static") return toChoices(element);
  return kind === "external" ? [] : surface.conversations.filter((one) => isOffered(one, kind, element.filter ?? {}));
}

function isOffered({ kind, shared, bot }, wanted, filter) {
  if (wanted === "channels") return kind === "public";
  return (filter.include ?? [kind]).includes(kind) && !(filter.exclude_external_shared_channels && shared) &&
    !(filter.exclude_bot_users && bot);
}

/** Return what is chosen at the start. `offered`: the choices that there are. */
export function chosenFirst(element, offered, current) {
  const options = [element.initial_option, ...(element.initial_options ?? [])].filter(Boolean).map(toChoice);
  const one = element.initial_user ?? element.initial_channel ?? element.initial_conversation;
  const several = element.initial_users ?? element.initial_channels ?? element.initial_conversations ?? [];
  // The conversation that one looks at yields to a single initial one, and goes before several.
  const here = element.default_to_current_conversation === true && offered.some(({ key }) => key === current);
  const ids = one ? [one] : here ? [current] : several;
  return [...options, ...named(ids.map((id) => ({ key: id, text: id })), offered)];
}

/** Give choices the words under which they are offered. */
export function named(chosen, offered) {
  return chosen.map((choice) => offered.find(({ key }) => key === choice.key) ?? choice);
}

/** Turn what is filled in into what the control API takes. */
export function toWire(element, value) {
  if (value === undefined || value === null || value === "") return null;
  if (!Array.isArray(value)) return value;
  const keys = value.map((choice) => choice.key);
  const several = element.type.startsWith("multi_") || element.type === "checkboxes";
  return several ? keys : (keys[0] ?? null);
}

/** Turn what the sandbox holds of an element into what `recall` gives; undefined for the rest. */
export function fromState(state, names) {
  if (!state || state.type === "file_input") return undefined;
  const [value] = Object.entries(state).filter(([key]) => key !== "type").map(([, held]) => held);
  if (state.type === "rich_text_input") return value ? sayRich(value) : "";
  if (!/_select$|^checkboxes$|^radio_buttons$/.test(state.type)) return value ?? "";
  const several = [value].flat().filter(Boolean);
  return several.map((one) => (one.value ? toChoice(one) : { key: one, text: names.get(one) ?? one }));
}
