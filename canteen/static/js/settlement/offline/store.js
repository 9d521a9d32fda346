/**
 * What the device keeps: the queue of meals, the roster under lock, and a count.
 *
 * A meal is written to disk, not only to memory, before anybody is told that it is done. Whose it
 * is, and the code that pays, are encrypted with a key that no script can read out; it outlasts a
 * sign-out, as the queue does.
 */

import { makeKeeping } from "../../shared/keeping.js";
import { canLock, makeSafe } from "../../shared/safe.js";

export const keeping = makeKeeping("canteen-counter", 1, { queue: { keyPath: "id" }, kept: {} });
export const { keep, kept, forget } = keeping;
const { within } = keeping;

const PRIVATE = ["token", "number", "title", "set_name", "lines", "clerk"];
const safe = makeSafe(keeping, "queue-key");
const opened = new Map(); // what was read of a meal once: a long queue is read for every tray

export async function putMeal(meal) {
  const row = await underLock(meal);
  await within("queue", "readwrite", (store) => store.put(row));
}

/**
 * Change one meal by what is kept of it now: change(meal) is the next, or null to leave it. What is
 * under lock is not in its hands.
 */
export const changeMeal = (id, change) =>
  within("queue", "readwrite", (store) => {
    const asked = store.get(id);
    asked.onsuccess = () => {
      const next = asked.result && change(asked.result);
      if (next) store.put(next);
    };
  });
export const dropMeal = (id) => within("queue", "readwrite", (store) => store.delete(id));

/** Everything that waits, in the order in which it was served. */
export async function mealsKept() {
  const rows = await within("queue", "readonly", (store) => store.getAll());
  const meals = await Promise.all(rows.map(read));
  return meals.sort((one, other) => one.sequence - other.sequence);
}

/** Without a secure address nothing can be locked; then no card is taken alone either. */
async function underLock(meal) {
  if (!canLock()) return meal;
  const rest = { ...meal };
  const secret = {};
  for (const name of PRIVATE.filter((each) => each in meal)) {
    secret[name] = meal[name];
    delete rest[name];
  }
  const sealed = await safe.seal(new TextEncoder().encode(JSON.stringify(secret)));
  return { ...rest, sealed };
}

/** A meal as it was put; what was changed since holds. One of an older page is in plain. */
async function read({ sealed, ...rest }) {
  if (!sealed) return rest;
  if (!opened.has(rest.id)) opened.set(rest.id, await unlocked(sealed));
  return { ...opened.get(rest.id), ...rest };
}

async function unlocked(sealed) {
  const bytes = await safe.unseal(sealed);
  return bytes ? JSON.parse(new TextDecoder().decode(bytes)) : {};
}
