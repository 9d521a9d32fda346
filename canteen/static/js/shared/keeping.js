/**
 * What a page keeps on its device: IndexedDB by one promise a call.
 *
 * What is written is on disk, not only in memory, before the promise is fulfilled.
 */

/** `stores`: name to options of the object store; one of them is "kept", a plain map. */
export function makeKeeping(name, version, stores) {
  let opened = null;

  function open() {
    opened ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open(name, version);
      asked.onupgradeneeded = () => {
        for (const [store, options] of Object.entries(stores)) {
          asked.result.createObjectStore(store, options);
        }
      };
      asked.onsuccess = () => {
        asked.result.onclose = () => (opened = null); // by the browser: opened anew next time
        resolve(asked.result);
      };
      asked.onerror = () => {
        opened = null;
        reject(asked.error);
      };
    });
    return opened;
  }

  /**
   * Run `work(store)` in one transaction, over several stores `work(one, other)`; its request's
   * result once everything is on disk.
   */
  async function within(stores, mode, work) {
    const database = await open();
    return new Promise((resolve, reject) => {
      const options = mode === "readwrite" ? { durability: "strict" } : undefined;
      const transaction = database.transaction(stores, mode, options);
      const request = work(...[stores].flat().map((name) => transaction.objectStore(name)));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }

  return {
    within,
    keep: (key, value) => within("kept", "readwrite", (store) => store.put(value, key)),
    /** Keep it unless another page kept something first; what is kept. */
    async keepFirst(key, value) {
      await within("kept", "readwrite", (store) => store.add(value, key)).catch((error) => {
        if (error?.name !== "ConstraintError") throw error;
      });
      return within("kept", "readonly", (store) => store.get(key));
    },
    kept: (key) => within("kept", "readonly", (store) => store.get(key)),
    forget: (key) => within("kept", "readwrite", (store) => store.delete(key)),
  };
}
