// The page: who one is, which conversation is open, and everything in step with the sandbox.

import { h } from "./dom.js";
import { makeClock } from "./clock.js";
import { leadOf, makeCloseSide } from "./closeside.js";
import { makeComposer } from "./composer.js";
import { setZone } from "./dates.js";
import { makeGuide } from "./guide.js";
import { makeHappened } from "./happened.js";
import { makeHome } from "./home.js";
import { gather, makeModal } from "./modal.js";
import { makeMessages } from "./messages.js";
import { makeOffered } from "./offered.js";
import { drawPaneButtons, makePane } from "./pane.js";
import { drawKey, drawLists, drawPeople } from "./side.js";
import { makeSurface } from "./surface.js";
import { makeThread } from "./thread.js";
import { act, follow, look } from "./wire.js";

const byId = (id) => document.getElementById(id);
const DIRECT = "dm";

const messages = makeMessages(byId("log"));
const modal = makeModal({ onsubmit: submitModal, onclose: closeModal });
const composer = makeComposer(
  { form: byId("composer"), field: byId("text"), button: byId("send"), hint: byId("hint") },
  (text) => send(text),
);
const home = makeHome(
  { tabs: byId("tabs"), home: byId("home"), log: byId("log"), foot: byId("foot") },
  chooseTab,
);
const pane = makePane(byId("pane"), showPane);
const thread = makeThread(send);
const offered = makeOffered(byId("shortcuts"), composer, {
  run: async (id) => say(await act("shortcut", { as: me, callback_id: id })),
  runOn: async (ts, id) =>
    say(await act("message_shortcut", { as: me, channel: place, ts, callback_id: id })),
});
const closeSide = makeCloseSide();
const PANES = {
  close: { words: "Close", part: closeSide },
  wire: { words: "What happened", part: makeHappened() },
};
let me = "";
let place = "sales";
let tab = "messages";
let state = null;
let clock = null;
let shown = [];
let keys = {};
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
  if (pane.mode === "thread") pane.close();
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
  const [seen, listed, opened, published] = await Promise.all([
    look("state", { as: who }),
    look("messages", { as: who, channel: where }),
    look("modal", { as: who }),
    onHome ? look("home", { as: who }) : null,
  ]);
  if (who !== me || where !== place) {
    again = true;
    return;
  }
  const mine = [...seen.channels.filter((one) => one.is_member), ...seen.talks].map((one) => one.key);
  if (where !== DIRECT && !mine.includes(where)) {
    go(who, mine[0] ?? DIRECT);
    return;
  }
  state = seen;
  drawFrame();
  clock?.show();
  shown = listed;
  messages.show(listed, surfaceOfMessage, emptyWords());
  if (pane.mode === "thread") thread.update(listed, surfaceOfMessage);
  showModal(opened);
  if (onHome) home.show(published, surfaceOfView, `${state.bot.name} shows nothing here.`);
  await updatePane();
}

function drawFrame() {
  setZone(state.me.zone);
  byId("team").textContent = state.team?.name ?? state.team ?? "";
  byId("connection").textContent = state.bot.connected
    ? `${state.bot.name} is connected`
    : `${state.bot.name} is not connected`;
  countViolations(state.violations.length);
  const unread = readUpTo(state.latest);
  const drawn = JSON.stringify([me, place, state.people, state.channels, state.talks, keys[me], unread]);
  if (drawn === drawFrame.seen) return;
  drawFrame.seen = drawn;
  drawLists(byId("lists"), state, { place, unread }, (key) => go(me, key));
  drawPeople(byId("person"), byId("title"), state);
  drawKey(byId("key"), keys[me]);
  const channel = state.channels.find((one) => one.key === place);
  const talk = state.talks.find((one) => one.key === place);
  const direct = place === DIRECT;
  const name = direct ? state.bot.name : (talk?.name ?? `#${channel?.name ?? place}`);
  const sign = channel?.private ? "🔒" : "#";
  byId("place").textContent = channel ? `${sign} ${channel.name}` : name;
  byId("topic").textContent = direct ? "App" : talk ? "Direct message" : describe(channel);
  document.title = `${name} · closebot demo`;
  composer.name(name);
  home.showTabs(direct, tab);
}

function countViolations(count) {
  const button = byId("panes").querySelector("[data-pane=wire]");
  if (!button || countViolations.last === count) return;
  countViolations.last = count;
  const badge = h("span", { class: "top-count" }, count, h("span", { class: "unseen" }, " not allowed"));
  button.replaceChildren(PANES.wire.words, ...(count ? [badge] : []));
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
  if (state.talks.some((one) => one.key === place)) return "Nothing has been said between you yet.";
  return place === DIRECT
    ? `This is your conversation with ${state.bot.name}. ${examples}`
    : `Nothing has been said here yet. ${examples}`;
}

// --- tabs, Home, and the pane at the right ---------------------------------------------------

async function chooseTab(key) {
  tab = key;
  home.showTabs(true, tab);
  if (key === "home") {
    home.forget();
    say(await act("home_open", { as: me }));
  }
  await refresh();
}

function showPane(mode) {
  for (const one of byId("panes").children) one.setAttribute("aria-pressed", String(one.dataset.pane === mode));
}

async function togglePane(mode) {
  if (pane.mode === mode) return pane.close();
  pane.open(mode, PANES[mode].words, PANES[mode].part.node);
  await updatePane();
}

async function updatePane() {
  if (pane.mode in PANES) await PANES[pane.mode].part.update(me);
}

function openThread(ts) {
  thread.open(ts);
  pane.open("thread", "Thread", thread.node);
  thread.update(shown, surfaceOfMessage);
  thread.focus();
}

async function openLead(id) {
  pane.open("close", PANES.close.words, closeSide.node);
  await closeSide.show(me, id);
}

// --- what can be done ------------------------------------------------------------------------

function surfaceOfMessage(message) {
  const where = { channel: place, ts: message.ts };
  const surface = makeSurface({ state, as: me, where, typed, scope: `${place}/${message.ts}`, say });
  return { ...surface, shortcuts: offered.onMessage(message),
    openThread: () => openThread(message.thread_ts ?? message.ts) };
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

async function send(text, threadTs = "") {
  hideNotice();
  const refusal = text.startsWith("/") && offered.refuse(text);
  if (refusal) return say({ notice: refusal });
  const within = threadTs ? { thread_ts: threadTs } : {};
  say(await act(text.startsWith("/") ? "command" : "say", { as: me, channel: place, text, ...within }));
  await refresh();
}

/** Do the first thing of a step of the guide: fill the command box, or use a shortcut. */
async function startStep(step) {
  if (tab === "home") await chooseTab("messages");
  if (step.text) return composer.fill(step.text);
  const last = shown.findLast((one) => !one.ephemeral && !one.user.bot);
  const ts = last?.ts ?? (await act("say", { as: me, channel: place, text: step.say })).ts;
  await offered.runOn(ts, step.shortcut);
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
offered.learn(told.features ?? {});
const panes = Object.keys(PANES).filter((mode) => told.demo || mode !== "close");
drawPaneButtons(byId("panes"), panes.map((mode) => [mode, PANES[mode].words]), togglePane);
makeGuide(byId("guide"), told.guide ?? [], startStep);
if (told.demo) {
  clock = await makeClock(byId("clock"), () => me, (answer) => { say(answer); refresh(); });
  document.addEventListener("click", (event) => {
    const lead = leadOf(event.target.closest?.("a")?.href ?? "");
    if (!lead || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    openLead(lead);
  });
}
await arrive();
