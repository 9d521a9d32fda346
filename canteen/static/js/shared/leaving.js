/**
 * Signing out: what a counter or a phone on a round kept of people for a time without network goes;
 * what waits to be told stays, and names nobody.
 */

import { leaveDay } from "../delivery/round/store.js";
import { leaveRoster } from "../settlement/offline/roster.js";

const PATIENCE_MS = 5000; // a busy phone needs more than one second

for (const form of document.querySelectorAll("form[data-leaving]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const late = new Promise((done) => setTimeout(done, PATIENCE_MS));
    await Promise.race([clear().catch(() => {}), late]);
    form.submit();
  });
}

async function clear() {
  await Promise.all([leaveRoster(), leaveDay()]);
  for (const name of (await globalThis.caches?.keys()) ?? []) {
    if (/^(counter|round)-/.test(name)) await caches.delete(name);
  }
}
