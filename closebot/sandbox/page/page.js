// The page: who one is, which conversation is open, and everything in step with the sandbox.

import { h, icon } from "./dom.js";
import { drawBlocks } from "./blocks.js";
import { makeComposer } from "./composer.js";
import { gather, makeModal } from "./modal.js";
import { makeMessages } from "./messages.js";
import { openMenu } from "./popup.js";
import { drawKey, drawLists, drawPeople } from "./side.js";
import { makeSurface } from "./surface.js";
import { act, follow, look } from "./wire.js";

const byId = (id) => document.getElementById(id);
const DIRECT = "dm";

const messages = makeMessages(byId("log"));
const modal = makeModal({ onsubmit: submitModal, onclose: closeModal });
const composer = makeComposer(
  { form: byId("composer"), field: byId("text"), button: byId("send"), examples: byId("try"),
    hint: byId("hint") },
  send,
);
let me = "";
let place = "sales";
let tab = "messages";
let state = null;
let keys = {};
let commands = [];
let onMessages = [];
let typed = new Map();
let read = new Map();
let stopFollowing = () => {};
let running = false;
let again = false;

// --- where one is: kept in the address, so that a reload changes nothing ---------------------

function readAddress() {
  const [, who, where] = /^#(\w+)\/([\w-]+)$/.exec(location.hash) ?? [];
  return { who: who ?? "ana", where: where ?? "sales" };
}

function go(who, where) {
  location.hash = `${who}/${where}`;
}

async function arrive() {
  const { who, where } = readAddress();
  if (who !== me) {
    me = who;
    state = null;
    typed = new Map();
    read = new Map();
    stopFollowing();
    stopFollowing = follow(me, { onchange: refresh, onlost: lose });
  }
  place = where;
  tab = "messages";
  messages.clear();
  hideNotice();
  await refresh();
  composer.focus();
}

function lose() {
  byId("connection").textContent = "The demo has stopped, or cannot be reached.";
}

// --- in step ---------------------------------------------------------------------------------

async function refresh() {
  if (running) {
    again = true;
    return;
  }
  running = true;
  try {
    do {
      again = false;
      await fetchAll();
    } while (again);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch says so when nobody answers
    lose();
  } finally {
    running = false;
  }
}

async function fetchAll() {
  const [who, where, onHome] = [me, place, tab === "home"];
  const [seen, listed, opened, home] = await Promise.all([
    look("state", { as: who }),
    look("messages", { as: who, channel: where }),
    look("modal", { as: who }),
    onHome ? look("home", { as: who }) : null,
  ]);
  if (who !== me || where !== place) {
    again = true;
    return;
  }
  const mine = seen.channels.filter((one) => one.is_member).map((one) => one.key);
  if (where !== DIRECT && !mine.includes(where)) {
    go(who, mine[0] ?? DIRECT);
    return;
  }
  state = seen;
  drawFrame();
  messages.show(listed, surfaceOfMessage, emptyWords());
  showModal(opened);
  if (onHome) drawHome(home);
}

function drawFrame() {
  byId("team").textContent = state.team?.name ?? state.team ?? "";
  byId("connection").textContent = state.bot.connected
    ? `${state.bot.name} is connected`
    : `${state.bot.name} is not connected`;
  const unread = readUpTo(state.latest);
  const drawn = JSON.stringify([me, place, state.people, state.channels, keys[me], unread]);
  if (drawn === drawFrame.seen) return;
  drawFrame.seen = drawn;
  drawLists(byId("lists"), state, { place, unread }, (key) => go(me, key));
  drawPeople(byId("person"), state);
  drawKey(byId("key"), keys[me]);
  const channel = state.channels.find((one) => one.key === place);
  const direct = place === DIRECT;
  const name = direct ? state.bot.name : `#${channel?.name ?? place}`;
  byId("place").textContent = direct ? name : `${channel?.private ? "🔒" : "#"} ${channel?.name ?? place}`;
  byId("topic").textContent = direct ? "App" : describe(channel);
  document.title = `${name} · closebot demo`;
  composer.name(name);
  drawTabs(direct);
}

// Whatever was there when one came has been read, and so has what stands open.
function readUpTo(latest) {
  const first = !read.size;
  for (const key of ["", place, ...(first ? Object.keys(latest) : [])]) read.set(key, latest[key] ?? "");
  return Object.keys(latest).filter((key) => latest[key] > (read.get(key) ?? ""));
}

function describe(channel) {
  if (!channel) return "";
  const bot = channel.bot_is_member ? "" : `${state.bot.name} is not a member`;
  return [channel.topic, channel.shared && "Shared with another company", bot]
    .filter(Boolean)
    .join("  ·  ");
}

function emptyWords() {
  const examples = keys[me] ? "Type /close connect, paste the key on the left, then /close lead Acme." : "";
  return place === DIRECT
    ? `This is your conversation with ${state.bot.name}. ${examples}`
    : `Nothing has been said here yet. ${examples}`;
}

// --- tabs and Home ---------------------------------------------------------------------------

function drawTabs(direct) {
  const tabs = byId("tabs");
  tabs.hidden = !direct;
  const make = (key, text) =>
    h("button", { class: "tab", type: "button", role: "tab", "aria-selected": String(tab === key),
      onclick: () => chooseTab(key) }, text);
  tabs.replaceChildren(make("home", "Home"), make("messages", "Messages"));
  byId("home").hidden = tab !== "home";
  byId("log").hidden = tab === "home";
  byId("foot").hidden = tab === "home";
}

async function chooseTab(key) {
  tab = key;
  drawTabs(true);
  if (key === "home") {
    drawHome.seen = "";
    say(await act("home_open", { as: me }));
  }
  await refresh();
}

function drawHome(home) {
  const view = home?.view ?? (home?.blocks ? home : null);
  const now = JSON.stringify(view);
  if (now === drawHome.seen) return;
  drawHome.seen = now;
  const words = `${state.bot.name} shows nothing here.`;
  const drawn = view
    ? drawBlocks(view.blocks, surfaceOfView(view))
    : [h("p", { class: "empty" }, words)];
  byId("home").replaceChildren(h("div", { class: "home-body" }, drawn));
}

// --- what can be done ------------------------------------------------------------------------

function surfaceOfMessage(message) {
  const where = { channel: place, ts: message.ts };
  const surface = makeSurface({ state, as: me, where, typed, scope: `${place}/${message.ts}`, say });
  return { ...surface, shortcuts: shortcutsOf(message) };
}

function surfaceOfView(view) {
  const where = { view_id: view.id };
  const held = view.state?.values;
  return makeSurface({ state, as: me, where, typed, scope: view.id, held, say });
}

function showModal(opened) {
  modal.show(opened, opened ? surfaceOfView(opened.view) : null, (box) => drawKey(box, keys[me]));
}

async function submitModal(view) {
  const values = gather(view, surfaceOfView(view).recall);
  say(await act("submit", { as: me, values }));
  await refresh();
}

async function closeModal(all) {
  say(await act("close", { as: me, all }));
  await refresh();
}

async function send(text) {
  hideNotice();
  const verb = text.startsWith("/") ? "command" : "say";
  const command = text.split(/\s/, 1)[0];
  if (verb === "command" && commands.length && !commands.includes(command)) {
    say({ notice: `${command} is not a command here. Type ${commands.join(" or ")}.` });
    return;
  }
  say(await act(verb, { as: me, channel: place, text }));
  await refresh();
}

/** Offer what the app's manifest declares: commands while one types, shortcuts in menus. */
function offerFeatures({ slash_commands: declared = [], shortcuts = [] }) {
  commands = declared.map((one) => one.command);
  composer.offer(declared);
  onMessages = shortcuts.filter((one) => one.type === "message");
  const anywhere = shortcuts.filter((one) => one.type === "global");
  const button = byId("shortcuts");
  button.replaceChildren(icon("bolt"));
  button.hidden = !anywhere.length;
  button.addEventListener("click", () =>
    openMenu(button, anywhere.map((one) => ({
      text: one.name,
      choose: async () => say(await act("shortcut", { as: me, callback_id: one.callback_id })),
    }))));
}

function shortcutsOf(message) {
  if (message.ephemeral) return [];
  return onMessages.map((one) => ({
    text: one.name,
    choose: async () =>
      say(await act("message_shortcut",
        { as: me, channel: place, ts: message.ts, callback_id: one.callback_id })),
  }));
}

/** Show what Slack itself would say when something went wrong. */
function say(answer) {
  const words = answer.notice ?? (answer.ok ? "" : (answer.error ?? "That did not work."));
  if (!words) return;
  const notice = byId("notice");
  const drop = h("button", { class: "button-plain", type: "button", onclick: hideNotice }, "Dismiss");
  notice.replaceChildren(h("span", {}, words), drop);
  notice.hidden = false;
}

function hideNotice() {
  byId("notice").hidden = true;
}

// --- start -----------------------------------------------------------------------------------

byId("person").addEventListener("change", (event) => go(event.target.value, place));
window.addEventListener("hashchange", arrive);
const told = await look("page-data");
keys = told.keys ?? {};
offerFeatures(told.features ?? {});
await arrive();
