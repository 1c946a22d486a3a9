// The conversation that stands open: its address, its name above it, and the words where nothing was said yet.

import { avatar, h, icon } from "./dom.js";

/** The key of the conversation with the bot. */
export const DIRECT = "dm";
/** Who one is at first. */
export const FIRST = "ana";

/** Read who one is and where, from the page's address: so a reload changes nothing. */
export function readAddress() {
  const [, who, where] = /^#(\w+)\/([\w-]+)$/.exec(location.hash) ?? [];
  return { who: who ?? FIRST, where: where ?? "sales" };
}

/** Become somebody, or go elsewhere. */
export function go(who, where) {
  location.hash = `${who}/${where}`;
}

function find(state, place) {
  return {
    channel: state.channels.find((one) => one.key === place),
    talk: state.talks.find((one) => one.key === place),
  };
}

/** Say what a conversation is called. */
export function nameOf(state, place) {
  const { channel, talk } = find(state, place);
  return place === DIRECT ? state.bot.name : (talk?.name ?? `#${channel?.name ?? place}`);
}

/** Draw the name of a conversation and what is to be known of it. */
export function drawPlace(heading, topic, state, place) {
  const { channel, talk } = find(state, place);
  const name = nameOf(state, place);
  if (channel) heading.replaceChildren(channel.private ? icon("lock") : "#", h("span", {}, channel.name));
  else heading.replaceChildren(avatar(name, { bot: place === DIRECT, small: true }), h("span", {}, name));
  const badges = [
    place === DIRECT && "App",
    channel?.shared && "Shared channel",
    channel && !channel.bot_is_member && `${state.bot.name} is not a member`,
  ].filter(Boolean);
  topic.replaceChildren(
    ...(channel?.topic ? [h("span", {}, channel.topic)] : talk ? [h("span", {}, "Direct message")] : []),
    ...badges.map((words) => h("span", { class: "place-badge" }, words)),
  );
}

/** Say what stands where nothing was said; `hasKey` where there is a key to connect with. */
export function sayEmpty(state, place, hasKey) {
  const { channel, talk } = find(state, place);
  const start = hasKey ? " Type `/close connect`, paste the key on the left, then `/close lead Acme`." : "";
  if (talk) return { title: talk.name, words: "Nothing has been said between you yet." };
  if (!channel) {
    return { title: state.bot.name, words: `This is your conversation with ${state.bot.name}.${start}` };
  }
  return { title: `# ${channel.name}`, words: `This is the very beginning of #${channel.name}.${start}` };
}
