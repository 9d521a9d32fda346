/** Keeping the page and what it noted: a service worker, where the browser lets one run. */

export async function keepPage(address) {
  askToKeep();
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(address, { scope: "/counter" });
  } catch {
    // a certificate that nobody trusts: the page works, but must stay open
  }
}

/** A queue is kept without a worker too; nobody should clear it to make room. */
function askToKeep() {
  navigator.storage?.persist?.().catch(() => {});
}
