/**
 * What the device keeps: the queue of meals, the roster under lock, and a count.
 *
 * A meal is written to disk, not only to memory, before anybody is told that it is done.
 */

import { makeKeeping } from "../../shared/keeping.js";

export const keeping = makeKeeping("canteen-counter", 1, { queue: { keyPath: "id" }, kept: {} });
export const { keep, kept, forget } = keeping;
const { within } = keeping;

export const putMeal = (meal) => within("queue", "readwrite", (store) => store.put(meal));
/** Change one meal by what is kept of it now: change(meal) is the next, or null to leave it. */
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
  const meals = await within("queue", "readonly", (store) => store.getAll());
  return meals.sort((one, other) => one.sequence - other.sequence);
}
