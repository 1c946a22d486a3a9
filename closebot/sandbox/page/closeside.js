// The Close side: the leads that were changed lately, and one of them with all that belongs to it.

import { h, link } from "./dom.js";
import { sayDay, sayTime } from "./dates.js";
import { look } from "./wire.js";

/** Make the Close side; `show(me, id)` opens a lead, or that of a contact or an opportunity; `update(me)` brings it up to date. */
export function makeCloseSide() {
  let opened = "";
  let seen = "";
  const node = h("div", { class: "close-side" });

  async function update(me) {
    let drawn;
    let now;
    try {
      const list = await look("close", { as: me });
      const lead = opened ? await look("close", { as: me, lead: opened }) : null;
      now = JSON.stringify([me, list, lead]);
      if (now === seen) return;
      drawn = lead?.ok === false ? [drawBack(me), drawNone(lead.error)]
        : lead ? [drawBack(me), ...drawLead(lead)]
        : list.ok === false ? [drawNone(list.error)] : [drawList(me, list)];
    } catch (error) {
      drawn = [drawNone(error.message)];
    }
    seen = now;
    node.replaceChildren(...drawn);
  }

  async function show(me, id) {
    opened = id;
    await update(me);
    node.parentElement?.scrollTo(0, 0);
  }

  function drawBack(me) {
    return h("button", { class: "close-back", type: "button", onclick: () => show(me, "") }, "‹ All leads");
  }

  function drawList(me, list) {
    const rows = list.map((lead) =>
      h("li", {}, h("button", { class: "close-row", type: "button", onclick: () => show(me, lead.id) },
        h("span", { class: "close-name" }, lead.name), h("span", { class: "close-soft" }, sayWhen(lead.changed)))));
    return h("section", {}, h("h3", { class: "close-part" }, "Changed lately"), h("ul", { class: "close-list" }, rows));
  }

  return { node, show, update };
}

function drawNone(words) {
  return h("p", { class: "pane-empty" }, words);
}

function sayWhen(text) {
  const moment = new Date(text.length === 10 ? `${text}T12:00` : text);
  return text.length === 10 ? sayDay(moment) : `${sayDay(moment)}, ${sayTime(moment)}`;
}

function drawLead(lead) {
  const site = lead.website ? h("p", {}, link(lead.website)) : null;
  const custom = Object.entries(lead.custom).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]);
  return [
    h("h3", { class: "close-lead" }, lead.name),
    h("p", {}, h("span", { class: "close-status" }, lead.status ?? "")),
    lead.description ? h("p", {}, lead.description) : "",
    site ?? "",
    custom.length ? h("dl", { class: "close-custom" }, custom) : "",
    drawPart("Opportunities", lead.opportunities.map((one) => [
      h("strong", {}, one.value), " · ", h("span", {}, one.status), ` · ${one.confidence}%`,
      soft([one.owner, one.close && sayWhen(one.close)]), one.note ? h("div", {}, one.note) : null])),
    drawPart("Tasks", lead.tasks.map((one) => [
      h(one.done ? "s" : "span", {}, one.text), soft([one.done && "done", one.due && sayWhen(one.due), one.owner])])),
    drawPart("Contacts", lead.contacts.map((one) => [
      h("strong", {}, one.name), soft([one.title, ...one.reached])])),
    drawPart("Activity", lead.activities.map((one) => [
      h("strong", {}, sayType(one.type)), soft([one.who, sayWhen(one.at)]),
      one.words ? h("div", { class: "close-words" }, one.words) : null])),
    lead.more ? h("p", { class: "close-soft" }, `and ${lead.more} more`) : "",
  ].filter(Boolean);
}

function sayType(type) {
  return type.replace(/([a-z])([A-Z])/g, (_, one, other) => `${one} ${other.toLowerCase()}`);
}

function soft(parts) {
  const drawn = parts.filter(Boolean).flatMap((words) => [" · ", h("span", {}, words)]);
  return h("span", { class: "close-soft" }, drawn.slice(1));
}

function drawPart(words, rows) {
  const drawn = rows.length ? rows.map((row) => h("li", {}, row)) : [h("li", { class: "close-soft" }, "None")];
  return h("section", {}, h("h4", { class: "close-part" }, words), h("ul", { class: "close-list" }, drawn));
}
