// The side bar: channels, the conversation with the bot, and who one is.

import { avatar, h, icon } from "./dom.js";

/** Draw the channels that somebody can see, and the bot. `choose(key)` opens one. */
export function drawLists(lists, state, { place, unread }, choose) {
  const channels = state.channels.filter((channel) => channel.is_member && channel.key !== "dm");
  const rows = channels.map((channel) =>
    drawRow(channel.key, channel.private ? icon("lock") : h("span", {}, "#"), channel.name,
      channel.shared ? h("span", { class: "side-shared" }, "shared") : null),
  );
  const bot = drawRow("dm", avatar(state.bot.name, { bot: true, small: true }), state.bot.name,
    h("span", { class: "app-badge" }, "APP"));
  const talks = (state.talks ?? []).map((talk) =>
    drawRow(talk.key, avatar(talk.name, { small: true }), talk.name));
  lists.replaceChildren(
    drawGroup("Channels", rows),
    drawGroup("Apps", [bot]),
    ...(talks.length ? [drawGroup("Direct messages", talks)] : []),
  );

  function drawRow(key, sign, name, more) {
    const fresh = unread.includes(key);
    const attributes = {
      class: `side-row${fresh ? " side-unread" : ""}`,
      type: "button",
      "aria-current": key === place ? "page" : null,
      "data-channel": key,
      onclick: () => choose(key),
    };
    return h("li", {},
      h("button", attributes, h("span", { class: "side-sign" }, sign),
        h("span", { class: "side-name" }, name), more,
        fresh ? h("span", { class: "unseen" }, "unread") : null));
  }
}

function drawGroup(name, rows) {
  return h("section", { class: "side-group" }, h("h2", { class: "side-heading" }, name),
    h("ul", {}, rows));
}

/** Draw who can be chosen. */
export function drawPeople(select, title, state) {
  const options = state.people.map((person) =>
    h("option", { value: person.key }, person.name),
  );
  select.replaceChildren(...options);
  select.value = state.me.key;
  title.textContent = state.me.title;
}

/** Put the keyboard on the key that is drawn in `box`; false where there is none. */
export function pointAtKey(box) {
  const field = box?.querySelector(".you-code");
  if (!field) return false;
  field.focus();
  box.querySelector(".you-said").textContent = "Copy this one";
  return true;
}

/** Draw the Close key of whoever one is, with a way to copy it. */
export function drawKey(box, key) {
  if (!key) {
    box.replaceChildren(h("p", { class: "you-none" }, "No seat in Close: there is no key to paste."));
    return;
  }
  const said = h("span", { class: "you-said", role: "status" });
  const field = h("input", {
    class: "you-code",
    type: "text",
    readonly: true,
    value: key,
    "aria-label": "Your key",
    onfocus: () => field.select(),
  });
  const copy = h("button", {
    class: "you-copy",
    type: "button",
    "aria-label": "Copy your key",
    onclick: async () => {
      try {
        await navigator.clipboard.writeText(key);
        said.textContent = "Copied";
      } catch {
        field.select();
        said.textContent = "Press Ctrl+C to copy";
      }
    },
  }, icon("copy"), h("span", {}, "Copy"));
  box.replaceChildren(
    h("span", { class: "you-label" }, "Your key for Close", said),
    h("span", { class: "you-pair" }, field, copy),
  );
}
