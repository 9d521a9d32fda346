/** Signing out: what a counter kept of people for a time without network goes, the queue stays. */

import { forgetRoster } from "../settlement/offline/roster.js";

const PATIENCE_MS = 1500;

for (const form of document.querySelectorAll("form[data-leaving]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const late = new Promise((done) => setTimeout(done, PATIENCE_MS));
    await Promise.race([clear().catch(() => {}), late]);
    form.submit();
  });
}

async function clear() {
  await forgetRoster();
  for (const name of (await globalThis.caches?.keys()) ?? []) {
    if (name.startsWith("counter-")) await caches.delete(name);
  }
}
