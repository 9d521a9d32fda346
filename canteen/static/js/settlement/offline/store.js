/**
 * What the device keeps: the queue of meals, the roster under lock, and a count.
 *
 * A meal is written to disk, not only to memory, before anybody is told that it is done.
 */

const NAME = "canteen-counter";
const VERSION = 1;

let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("queue", { keyPath: "id" });
      asked.result.createObjectStore("kept");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

/** Run `work(store)` in one transaction; its request's result once everything is on disk. */
async function within(name, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const options = mode === "readwrite" ? { durability: "strict" } : undefined;
    const transaction = database.transaction(name, mode, options);
    const request = work(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export const keep = (key, value) => within("kept", "readwrite", (store) => store.put(value, key));
export const kept = (key) => within("kept", "readonly", (store) => store.get(key));
export const forget = (key) => within("kept", "readwrite", (store) => store.delete(key));

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
