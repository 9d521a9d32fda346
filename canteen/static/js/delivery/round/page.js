/**
 * The volunteer's round on a phone: it opens and works without a network, and tells what happened
 * when there is one again.
 */

import { noteClock, serverNow } from "../../settlement/clock.js";
import { postJson } from "../../settlement/post.js";
import { newId } from "../../shared/ids.js";
import { canLock } from "../../shared/safe.js";
import { embedded, fill } from "../../shared/words.js";
import { atDoor, makeBegun } from "./begun.js";
import { makeReader, whose } from "./card.js";
import { shrunk } from "./photo.js";
import { dropTold, makeQueue } from "./queue.js";
import { currentRound, openStops, stillShown, withEvents } from "./state.js";
import { believeTime, eventsOf, forgetDay, keepDay, keptDay, latestSeen, putEvent } from "./store.js";
import { makeView, where } from "./view.js";

const TICK_MS = 15_000;
const DOUBLE_TAP_MS = 1000;
const SOON_MS = 2500;
const SOON_TRIES = 4;
const TIMEOUT_MS = 8000;

const facts = embedded("round-facts");
const { urls, words, outcomes } = facts;
const root = document.querySelector("[data-round]");

let day = null; // as the server said it last
let tag = null;
let held = []; // what waits, or was told since
let asked = false; // whether the server was ever asked
let online = true;
let signedOut = false;
let chosen = null; // the stop somebody tapped
let roster = null; // the round somebody tapped
let last = null;
let recordedAt = -Infinity;
const begun = makeBegun(facts.owner);
const notices = [];

const reader = makeReader({ panel: root.querySelector("[data-slot=reader]"), url: urls.frames, words });
const queue = makeQueue({
  urls,
  owner: () => day?.volunteer ?? null,
  onAnswer({ event, answer }) {
    const stop = stopOf(event.stop);
    const why = answer.text || answer.reason;
    const place = { where: stop ? where(stop) : "", why };
    if (event.kind === "offered") notices.push(fill(words.not_handed, place));
    else if (event.kind === "outcome" || answer.outcome === "refused") {
      notices.push(fill(words.kept_only, place));
    }
  },
  onSignedOut() {
    signedOut = true;
  },
});

const view = makeView({
  root,
  facts,
  acts: { record, tell, choose, photo, scan, accept, seen, choosing, call, begin: begun.put },
});

const stopOf = (id) => day?.rounds.flatMap((one) => one.stops).find((one) => one.id === id) ?? null;

/** What is on the screen now. */
async function draw() {
  held = day ? await eventsOf(day.volunteer) : [];
  const shown = day && withEvents(day, held);
  if (shown) begun.keepOnly(shown.rounds);
  const round = shown && (shown.rounds.find((one) => one.roster === roster) ?? currentRound(shown));
  const open = round ? openStops(round) : [];
  if (chosen !== null && !round?.stops.some((stop) => stop.id === chosen)) chosen = null;
  view.draw({
    day: shown,
    round,
    stop: round?.stops.find((stop) => stop.id === chosen) ?? null,
    next: open[0] ?? null,
    begun: begun.at,
    last,
    notices,
    asked,
    waiting: held.filter((one) => !one.stuck && (!one.told || one.photo)).length,
    stuck: held.filter((one) => one.stuck),
    online,
    signedOut,
    plain: !window.isSecureContext,
  });
  root.removeAttribute("aria-busy");
}

/** Keep one event on disk, show it, and tell it as soon as there is a way. `part`: where begun. */
async function tell(event, part = "") {
  const whole = { id: newId(), at: new Date().toISOString(), ...event };
  await begun.spend(part, (photo) => putEvent(whole, day.volunteer, { photo, part }));
  await draw();
  sync();
}

async function record(round, stop, outcome, note) {
  if (performance.now() - recordedAt < DOUBLE_TAP_MS) return; // a glove's second tap is no next door
  recordedAt = performance.now();
  const { token } = begun.at(atDoor(stop));
  chosen = null;
  last = { stop: stop.id, text: fill(words.recorded, { where: where(stop), said: outcomes[outcome] }) };
  const event = { kind: "outcome", roster: round.roster, stop: stop.id, outcome };
  if (note) event.note = note;
  if (token) event.token = token;
  if (stop.outcome) event.follows = stop.outcome.id;
  await tell(event, atDoor(stop));
}

function choose(id) {
  chosen = id;
  last = null;
  draw();
}

function choosing(id) {
  roster = id;
  chosen = null;
  draw();
}

async function photo(stop, file) {
  const picture = await shrunk(file);
  if (!picture) notices.push(words.photo_bad);
  else begun.put(atDoor(stop), { photo: picture });
  await draw();
}

function scan(stop) {
  reader.open(async (token) => {
    const proof = await whose(token, stop, day.salt);
    begun.put(atDoor(stop), { token, proof });
    await draw();
  });
}

/** The number is in no page: it goes from under the lock straight into the call. */
function call(stop) {
  window.location.href = `tel:${stop.phone.replace(/[^\d+]/g, "")}`;
}

/** Taking over is decided by the server at once: it is not kept for later. */
async function accept(offer) {
  const event = { id: newId(), kind: "accepted", roster: offer.roster, offer: offer.id };
  event.at = new Date().toISOString();
  const told = { sent_at: event.at, events: [event] };
  const answer = await postJson(urls.events, told, { patience: 0 });
  const taken = answer.status === 200 ? answer.data.answers[0] : null;
  const got = taken && ["taken", "duplicate"].includes(taken.outcome) && !taken.reason;
  notices.push(got ? words.accepted : words.accept_failed);
  await refresh();
  await draw();
}

function seen(index) {
  notices.splice(index, 1);
  draw();
}

/** Ask for today's doors. What was told before is part of the answer. */
async function refresh() {
  const headers = { Accept: "application/json", ...(tag ? { "If-None-Match": tag } : {}) };
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  try {
    const way = { headers, redirect: "manual", cache: "no-store", signal: stop.signal };
    const answer = await fetch(urls.data, way);
    online = true;
    noteClock(answer);
    await believeTime(serverNow());
    signedOut = answer.type === "opaqueredirect" || answer.status === 401;
    if (signedOut || answer.status >= 500) return false;
    asked = true;
    renewToken(answer);
    if (answer.status === 304) return true;
    if (answer.ok) return await take(await answer.json(), answer.headers.get("ETag"));
    await forget(); // no volunteer any more, or not allowed
    if (answer.status === 404 && (await answer.json()).code === "agreement") {
      window.location.assign(urls.list);
    }
    return false;
  } catch {
    online = false;
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function renewToken(answer) {
  const token = answer.headers.get("X-CSRF-Token");
  if (token) document.querySelector("meta[name=csrf-token]").content = token;
}

async function take(document, mark) {
  day = document;
  tag = mark;
  if (day.rounds.length) await keepDay(day, tag);
  else await forgetDay();
  return true;
}

async function forget() {
  day = null;
  tag = null;
  await forgetDay();
}

let syncing = null;
let again = false;

/** One at a time; asked meanwhile, once more. */
function sync() {
  again = true;
  syncing ??= (async () => {
    while (again) {
      again = false;
      await syncOnce();
    }
  })().finally(() => {
    syncing = null;
  });
  return syncing;
}

let timer = 0;
let tries = 0;

/** An answer broke off, or the server was busy: not a quarter of a minute until the next try. */
function soon() {
  tries += 1;
  clearTimeout(timer);
  timer = setTimeout(sync, SOON_MS);
}

/** Tell what waits, then ask what stands: nothing told is shown twice or not at all. */
async function syncOnce() {
  if (!day) await refresh();
  if (day) {
    const told = await queue.flush();
    if (await refresh()) await dropTold(day.volunteer);
    if (told) tries = 0;
    else if (online && !signedOut && tries < SOON_TRIES) soon();
  }
  await draw();
}

/** Doors of a round that was over an hour ago, or of another day, leave the phone. */
async function expire() {
  if (!day) return;
  const now = await latestSeen(serverNow());
  const left = stillShown(day, await eventsOf(day.volunteer), now);
  if (left && left.rounds.length === day.rounds.length) return;
  if (left) {
    day = left;
    tag = null;
    await keepDay(day, tag);
  } else {
    day = { ...day, rounds: [], offers: [] };
    tag = null;
    await forgetDay();
  }
}

async function tick() {
  await expire();
  await sync();
}

async function start() {
  const known = await keptDay().catch(() => null);
  if (known?.day.volunteer === facts.owner) ({ day, tag } = known);
  else if (known) await forgetDay(); // somebody else has signed in on this phone
  await begun.restore().catch(() => {});
  await expire();
  if (day) await draw(); // otherwise only an answer, or none, tells whether there are doors
  await sync();
  setInterval(tick, TICK_MS);
  window.addEventListener("online", tick);
  window.addEventListener("offline", () => {
    online = false;
    draw();
  });
  document.addEventListener("visibilitychange", () => document.hidden || tick());
  await keepPage();
}

async function keepPage() {
  if (!("serviceWorker" in navigator) || !canLock()) return;
  try {
    await navigator.serviceWorker.register(urls.worker, { scope: urls.scope });
    await navigator.storage?.persist?.();
  } catch {
    // a certificate that nobody trusts: the page works, but must stay open
  }
}

start();
