/** Keeping the page itself: a service worker, where the browser lets one run. */

export async function keepPage(address) {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(address, { scope: "/counter" });
    await navigator.storage?.persist?.();
  } catch {
    // a certificate that nobody trusts: the page works, but must stay open
  }
}
