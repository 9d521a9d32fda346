/**
 * Note something in a storage of the browser: what outlasts a reload if it can. A device that is
 * full keeps the page going without the note. Answers whether it is noted.
 */
export function jot(storage, key, text) {
  try {
    storage.setItem(key, text);
    return true;
  } catch {
    return false; // full, or forbidden by the browser
  }
}
