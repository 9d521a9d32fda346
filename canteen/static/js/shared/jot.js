/**
 * Note something in a storage of the browser: what outlasts a reload if it can. A device that is
 * full keeps the page going without the note.
 */
export function jot(storage, key, text) {
  try {
    storage.setItem(key, text);
  } catch {
    // full, or forbidden by the browser
  }
}
