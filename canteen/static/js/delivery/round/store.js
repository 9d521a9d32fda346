/**
 * What the phone keeps: today's doors, what was begun at them, and what waits to be told, all
 * under lock.
 *
 * Where nothing can be locked (plain http) the doors and what was begun live as long as the page
 * does; what waits is kept all the same, because it names nobody and must not be lost.
 */

import { makeKeeping } from "../../shared/keeping.js";
import { canLock, makeSafe } from "../../shared/safe.js";

const DAY = "day";
const SEQUENCE = "sequence";
const LATEST = "latest";
const BEGUN = "begun";
const LEAVINGS = "leavings"; // how often somebody signed out on this phone

const keeping = makeKeeping("canteen-round", 1, { queue: { keyPath: "id" }, kept: {} });
const safe = makeSafe(keeping);
const { within, keep, kept, forget } = keeping;

const packed = (value) => new TextEncoder().encode(JSON.stringify(value));
const unpacked = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

const locked = async (bytes) => (canLock() ? safe.seal(bytes) : { open: bytes });
const unlocked = async (held) => held.open ?? safe.unseal(held);

let left = false; // somebody is signing out
let leavings = null; // as many as there were when this page began to read
let turn = Promise.resolve();

/** One after the other: no key is forgotten between sealing with it and writing what it sealed. */
function inTurn(work) {
  const done = turn.then(work);
  turn = done.catch(() => {});
  return done;
}

/** Keep today's doors with the mark the server gave them. */
export function keepDay(day, tag) {
  return keepSealed(DAY, packed(day), { tag });
}

/** A page that stayed open while another one signed out keeps nothing on disk any more. */
function keepSealed(key, bytes, beside) {
  return inTurn(async () => {
    if (!canLock() || left || (await leftSince())) return;
    const sealed = await safe.seal(bytes);
    await within("kept", "readwrite", (store) => {
      const asked = store.get(LEAVINGS);
      asked.onsuccess = () => {
        if (!left && (asked.result ?? 0) === leavings) store.put({ ...sealed, ...beside }, key);
      };
    });
  });
}

/** Whether somebody signed out, in whichever tab, since this page began to read. */
async function leftSince() {
  const now = (await kept(LEAVINGS)) ?? 0;
  leavings ??= now;
  return now !== leavings;
}

/** {day, tag} as it was kept; null where there is none. */
export async function keptDay() {
  await leftSince();
  const held = canLock() && (await kept(DAY));
  const bytes = held && (await safe.unseal(held));
  return bytes ? { day: unpacked(bytes), tag: held.tag } : null;
}

/** Signing out: today's doors go, and an answer still under way does not put them back. */
export async function leaveDay() {
  left = true;
  await clear(countLeaving);
}

/** Today's doors go with what was begun and told of them, and with nothing waiting also the key. */
export function forgetDay() {
  return clear();
}

function clear(also = () => {}) {
  return inTurn(async () => {
    await within("kept", "readwrite", (store) => {
      store.delete(DAY);
      store.delete(begunAt());
      also(store);
    });
    await within("queue", "readwrite", dropArrived);
    const waiting = await within("queue", "readonly", (store) => store.count());
    if (!waiting) await safe.forgetKey();
  });
}

/** In the moment in which the doors go, so that no other tab writes between. */
function countLeaving(store) {
  const asked = store.get(LEAVINGS);
  asked.onsuccess = () => store.put((asked.result ?? 0) + 1, LEAVINGS);
}

/** Where what was begun lies: of a part of the round, or of all. */
const begunAt = (...part) => IDBKeyRange.bound([BEGUN, ...part], [BEGUN, ...part, []]);

/** Keep what was begun at a part of the round: `piece` of it, its bytes. */
export function keepBegun(owner, part, piece, bytes) {
  return keepSealed([BEGUN, part, piece], bytes, { owner, part, piece });
}

export function forgetBegun(part) {
  return inTurn(() => forget(begunAt(part)));
}

/** All that a volunteer had begun: {part, piece, bytes}. */
export async function keptBegun(owner) {
  if (!canLock()) return [];
  const all = await within("kept", "readonly", (store) => store.getAll(begunAt()));
  const mine = all.filter((held) => held.owner === owner);
  const opened = mine.map(async (held) => ({ ...held, bytes: await safe.unseal(held) }));
  return (await Promise.all(opened)).filter((held) => held.bytes);
}

function dropArrived(store) {
  const asked = store.openCursor();
  asked.onsuccess = () => {
    const cursor = asked.result;
    if (!cursor) return;
    if (cursor.value.told && !cursor.value.photo) cursor.delete();
    cursor.continue();
  };
}

/** The latest instant this phone has seen: a clock that was set back does not bring doors back. */
export async function latestSeen(now) {
  const latest = Math.max((await kept(LATEST)) ?? 0, now);
  await keep(LATEST, latest);
  return latest;
}

/** The server said what time it is: a clock that once ran ahead hides nothing any more. */
export const believeTime = (now) => keep(LATEST, now);

/**
 * Keep an event, and the photo that belongs to it, before anybody is told that it is done. What
 * was begun at its `part` of the round goes in the same moment: never both, never neither.
 */
export function putEvent(event, owner, { photo = null, part = "" } = {}) {
  return inTurn(async () => {
    const sequence = ((await kept(SEQUENCE)) ?? 0) + 1;
    await keep(SEQUENCE, sequence);
    const held = { id: event.id, sequence, owner, told: false, stuck: "", ...(await body(event)) };
    if (photo) held.photo = await locked(new Uint8Array(await photo.arrayBuffer()));
    await within(["queue", "kept"], "readwrite", (waiting, begun) => {
      waiting.put(held);
      begun.delete(begunAt(part));
    });
  });
}

const body = async (event) => ({ event: await locked(packed(event)) });

/** All that waits of one volunteer, in the order in which it happened: {id, event, told, …}. */
export async function eventsOf(owner) {
  const all = await within("queue", "readonly", (store) => store.getAll());
  const mine = all.filter((held) => held.owner === owner);
  mine.sort((one, other) => one.sequence - other.sequence);
  const opened = await Promise.all(mine.map(opening));
  return opened.filter((held) => held !== null);
}

async function opening(held) {
  const bytes = await unlocked(held.event);
  return bytes && { ...held, event: unpacked(bytes), photo: Boolean(held.photo) };
}

/** The photo of an event, as a picture. */
export async function photoOf(id) {
  const held = await within("queue", "readonly", (store) => store.get(id));
  const bytes = held?.photo && (await unlocked(held.photo));
  return bytes ? new Blob([bytes], { type: "image/jpeg" }) : null;
}

/** Change what is known of an event by what is kept of it now; null takes it away. */
export function changeEvent(id, change) {
  return within("queue", "readwrite", (store) => {
    const asked = store.get(id);
    asked.onsuccess = () => {
      const next = asked.result ? change(asked.result) : undefined;
      if (next) store.put(next);
      else if (next === null) store.delete(id);
    };
  });
}
