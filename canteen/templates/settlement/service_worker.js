// The counter without a network: its page as it was opened last, its styles and scripts.
// Nothing else is kept: no list, no person's page, no answer to a post.
const VERSION = {{ version|safe }};
const KEPT = {{ kept|safe }};
const PAGE = {{ page|safe }};
const SHELL = `counter-${VERSION}`;
const PATIENCE_MS = 3000;

self.addEventListener("install", (event) => {
  event.waitUntil(fetchShell().then(() => self.skipWaiting()));
});

async function fetchShell() {
  const shell = await caches.open(SHELL);
  await shell.addAll(KEPT);
  await keepIfCounter(shell, await fetch(PAGE));
}

/** A sign-in page is not the counter: then what was kept of it stays. */
async function keepIfCounter(shell, answer) {
  if (answer.ok && !answer.redirected) await shell.put(PAGE, answer.clone());
  return answer;
}

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

/** Bring the page over from an older worker's shell, then let that go. */
async function takeOver() {
  const shell = await caches.open(SHELL);
  for (const name of await caches.keys()) {
    if (!name.startsWith("counter-") || name === SHELL) continue;
    const page = await (await caches.open(name)).match(PAGE);
    if (page && !(await shell.match(PAGE))) await shell.put(PAGE, page);
    await caches.delete(name);
  }
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(kept(request));
});

/** The page from the server; without an answer in time, as it was opened last. */
async function page(request) {
  const shell = await caches.open(SHELL);
  const fresh = fetch(request).then((answer) => keepIfCounter(shell, answer));
  const old = await shell.match(PAGE);
  if (!old) return fresh;
  const late = new Promise((resolve) => setTimeout(() => resolve(old), PATIENCE_MS));
  return Promise.race([fresh.catch(() => old), late]);
}

/** Styles and scripts of this version; anything else from the server. */
async function kept(request) {
  const shell = await caches.open(SHELL);
  const known = await shell.match(request, { ignoreSearch: !new URL(request.url).search });
  return known ?? fetch(request);
}
