// The page: who one is, which conversation is open, and everything in step with the sandbox.

import { h } from "./dom.js";
import { makeClock } from "./clock.js";
import { catchCloseLinks } from "./closelinks.js";
import { makeCloseSide } from "./closeside.js";
import { makeComposer } from "./composer.js";
import { setZone } from "./dates.js";
import { makeGuide } from "./guide.js";
import { makeHappened } from "./happened.js";
import { makeHome } from "./home.js";
import { keepInStep } from "./instep.js";
import { gather, makeModal } from "./modal.js";
import { makeMessages } from "./messages.js";
import { makeNotice } from "./notice.js";
import { makeOffered } from "./offered.js";
import { drawPaneButtons, makePane } from "./pane.js";
import { DIRECT, FIRST, drawPlace, go, nameOf, readAddress, sayEmpty } from "./place.js";
import { drawKey, drawLists, drawPeople, pointAtKey } from "./side.js";
import { makeSurface } from "./surface.js";
import { makeThread } from "./thread.js";
import { GONE, act, look } from "./wire.js";

const byId = (id) => document.getElementById(id);

const notice = makeNotice(byId("notice"));
const { say } = notice;
const inStep = keepInStep(fetchAll, lose);
const { refresh } = inStep;
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
  app: () => state.bot.name,
  run: (id) => useShortcut(id, "shortcut", { as: me, channel: place, callback_id: id }),
  runOn: (ts, id) => useShortcut(id, "message_shortcut", { as: me, channel: place, ts, callback_id: id }),
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
let guide = null;
let shown = [];
let keys = {};
let typed = new Map();
let read = new Map();
let started = "";
let born = null; // the newest message when this page was loaded: what only one person saw is gone by then

// --- where one is, and in step --------------------------------------------------------------

async function arrive() {
  const { who, where } = readAddress();
  if (who !== me) {
    me = who;
    state = null;
    typed = new Map();
    read = new Map();
    inStep.follow(me);
  }
  place = where;
  tab = "messages";
  messages.clear();
  if (pane.mode === "thread") pane.close();
  notice.hide();
  home.showTabs(place === DIRECT, tab);
  composer.focus();
  await refresh();
}

function lose() {
  sayConnection(GONE, false);
}

function sayConnection(words, on) {
  byId("connection").textContent = words;
  byId("connection").dataset.state = on ? "on" : "off";
}

async function fetchAll() {
  const [who, where, onHome] = [me, place, tab === "home"];
  const [seen, listed, opened, published, time] = await Promise.all([
    look("state", { as: who }),
    look("messages", { as: who, channel: where }),
    look("modal", { as: who }),
    onHome ? look("home", { as: who }) : null,
    clock && look("clock"),
  ]);
  if (who !== me || where !== place) return inStep.repeat();
  if (seen.error === "as names nobody" && who !== FIRST) return go(FIRST, where);
  if (!seen.me) return say(seen);
  started ||= seen.started;
  if (seen.started !== started) return location.reload(); // it is another sandbox at the same address
  const mine = [...seen.channels.filter((one) => one.is_member), ...seen.talks].map((one) => one.key);
  if (where !== DIRECT && !mine.includes(where)) return go(who, mine[0] ?? DIRECT);
  const failed = [listed, opened, published, time].find((one) => one?.ok === false);
  if (failed) return say(failed);
  born ??= Number(seen.newest);
  state = seen;
  drawFrame();
  clock?.show(time.ahead);
  shown = listed.filter((one) => !one.ephemeral || Number(one.ts) > born);
  messages.show(shown, surfaceOfMessage, sayEmpty(state, place, Boolean(keys[me])));
  if (pane.mode === "thread") thread.update(shown, surfaceOfMessage);
  showModal(opened);
  if (onHome) home.show(published, surfaceOfView, `${state.bot.name} shows nothing here.`);
  await updatePane();
}

function drawFrame() {
  setZone(state.me.zone);
  byId("team").textContent = state.team?.name ?? state.team ?? "";
  const { name: bot, connected } = state.bot;
  sayConnection(`${bot} is ${connected ? "" : "not "}connected`, connected);
  countViolations(state.violations.length);
  home.showTabs(place === DIRECT, tab);
  const unread = readUpTo(state.latest);
  const drawn = JSON.stringify([me, place, state.people, state.channels, state.talks, keys[me], unread]);
  if (drawn === drawFrame.seen) return;
  drawFrame.seen = drawn;
  drawLists(byId("lists"), state, { place, unread }, (key) => go(me, key));
  drawPeople(byId("person"), byId("title"), state);
  drawKey(byId("key"), keys[me]);
  drawPlace(byId("place"), byId("topic"), state, place);
  const name = nameOf(state, place);
  document.title = `${name} · closebot demo`;
  composer.name(name);
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

/** Show what a link into Close leads to: a lead, or the key of whoever one is. */
async function followCloseLink({ lead = "", keys: wantsKey }) {
  const form = document.querySelector("dialog[open] .modal-beside:not([hidden])");
  if (wantsKey) {
    if (!pointAtKey(form ?? byId("key"))) say({ notice: "No seat in Close: there is no key to paste." });
    return;
  }
  pane.open("close", PANES.close.words, closeSide.node);
  await closeSide.show(me, lead);
  if (!lead) say({ notice: "The demo's Close has no such page. It shows leads." });
  else if (document.querySelector("dialog[open]")) say({ notice: "The lead stands at the right, behind this form." });
}

// --- what can be done ------------------------------------------------------------------------

function surfaceOfMessage(message) {
  const where = { channel: place, ts: message.ts };
  const surface = makeSurface({ state, as: me, where, typed, scope: `${place}/${message.ts}`, say, onact });
  return { ...surface, shortcuts: offered.onMessage(message),
    openThread: () => openThread(message.thread_ts ?? message.ts) };
}

function surfaceOfView(view) {
  const where = { view_id: view.id };
  const held = view.state?.values;
  return makeSurface({ state, as: me, where, typed, scope: view.id, held, say, onact });
}

function onact(actionId) {
  guide.did("actions", actionId);
}

async function useShortcut(id, verb, body) {
  say(await act(verb, body));
  guide.did("shortcuts", id);
}

function showModal(opened) {
  if (showModal.last !== opened?.view.id) notice.hideInModal();
  showModal.last = opened?.view.id;
  modal.show(opened, opened ? surfaceOfView(opened.view) : null, (box) => drawKey(box, keys[me]));
}

async function submitModal(view) {
  const values = gather(view, surfaceOfView(view).recall);
  notice.hide();
  say(await act("submit", { as: me, values }));
  await refresh();
}

async function closeModal(all) {
  say(await act("close", { as: me, all }));
  await refresh();
}

/** Send what was typed; a reply's own composer says what went wrong. */
async function send(text, threadTs = "") {
  notice.hide();
  const isCommand = text.startsWith("/");
  const refusal = isCommand && offered.refuse(text);
  if (refusal) return say({ ok: false, notice: refusal });
  if (!threadTs) messages.follow();
  const within = threadTs ? { thread_ts: threadTs } : {};
  const answer = await act(isCommand ? "command" : "say", { as: me, channel: place, text, ...within });
  if (!threadTs) say(answer);
  if (isCommand && answer.ok) guide.did("verbs", composer.verbOf(text));
  refresh();
  return answer;
}

/** Do the first thing of a step of the guide: fill the command box, or use a shortcut. */
async function startStep(step) {
  if (tab === "home") await chooseTab("messages");
  if (step.text) return composer.fill(step.text);
  const last = shown.findLast((one) => !one.ephemeral && !one.user.bot);
  const ts = last?.ts ?? (await act("say", { as: me, channel: place, text: step.say })).ts;
  await offered.runOn(ts, step.shortcut);
}

// --- start -----------------------------------------------------------------------------------

byId("person").addEventListener("change", (event) => go(event.target.value, place));
window.addEventListener("hashchange", arrive);
const told = await look("page-data");
keys = told.keys ?? {};
offered.learn(told.features ?? {});
const panes = Object.keys(PANES).filter((mode) => told.demo || mode !== "close");
drawPaneButtons(byId("panes"), panes.map((mode) => [mode, PANES[mode].words]), togglePane);
guide = makeGuide(byId("guide"), told.guide ?? [], startStep);
byId("key").hidden = !told.demo;
if (told.demo) {
  clock = makeClock(byId("clock"), () => me, (answer) => { say(answer); refresh(); });
  catchCloseLinks(followCloseLink);
}
await arrive();
