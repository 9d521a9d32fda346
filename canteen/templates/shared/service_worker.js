// A page without a network (the counter, the round): as it was opened last, with its styles and
// scripts. Nothing else is kept: no list, no person's page, no answer to a post.
const NAME = {{ name|safe }};
const VERSION = {{ version|safe }};
const KEPT = {{ kept|safe }};
const PAGES = {{ pages|safe }};
const VOICE = {{ sounds|safe }};
const SOUNDS = "sounds"; // megabytes that no newer page need fetch again
const SHELL = `${NAME}-${VERSION}`;
const PATIENCE_MS = 3000;

self.addEventListener("install", (event) => {
  event.waitUntil(fetchShell().then(() => self.skipWaiting()));
});

async function fetchShell() {
  const shell = await caches.open(SHELL);
  await Promise.all(KEPT.map((address) => keepFile(shell, address)));
  for (const page of PAGES) await keepIfOurs(shell, page, await fetch(page));
}

/** A page in the place of a file is a stranger's: then this worker is put in another time. */
async function keepFile(shell, address) {
  const answer = await fetch(address);
  if (!answer.ok || isPage(answer)) throw new Error(`no file of ours: ${address}`);
  await shell.put(address, answer);
}

const isPage = (answer) => (answer.headers.get("Content-Type") ?? "").startsWith("text/html");

/** Something on the way may answer for us: a network that wants a sign-in, a proxy at work. */
const isOurs = (answer) => answer.headers.has("X-Canteen");

/** Sent on to another page (to sign in), it is not ours: then what was kept of it stays. */
async function keepIfOurs(shell, page, answer) {
  if (answer.ok && !answer.redirected && isOurs(answer)) await shell.put(page, answer.clone());
  return answer;
}

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

/** Bring the page over from an older worker's shell, then let that go. */
async function takeOver() {
  const shell = await caches.open(SHELL);
  for (const name of await caches.keys()) {
    if (!name.startsWith(`${NAME}-`) || name === SHELL) continue;
    for (const page of PAGES) {
      const old = await (await caches.open(name)).match(page);
      if (old && !(await shell.match(page))) await shell.put(page, old);
    }
    await caches.delete(name);
  }
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && PAGES.includes(url.pathname)) event.respondWith(page(event));
  else if (VOICE && url.pathname === VOICE) event.respondWith(sounds(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(kept(request));
});

/** The page from the server; without one in time, or while it is not there, as it was opened last. */
async function page(event) {
  const { request } = event;
  const shell = await caches.open(SHELL);
  const { pathname } = new URL(request.url);
  const fresh = fetch(request).then((answer) => keepIfOurs(shell, pathname, answer));
  const old = await shell.match(pathname);
  if (!old) return fresh;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  const isGood = (answer) =>
    answer.type === "opaqueredirect" || (answer.status < 500 && isOurs(answer));
  const good = fresh.then((answer) => (isGood(answer) ? answer : old)); // a proxy answers alone
  const first = await Promise.race([good.catch(() => old), late]);
  if (first) return first;
  event.waitUntil(fresh.then((answer) => tellOf(answer, event.resultingClientId)).catch(() => {}));
  return old;
}

/** The page that was opened meanwhile is older than what the server has now said. */
async function tellOf(answer, client) {
  const isNewer = answer.ok && !answer.redirected && isOurs(answer);
  if (isNewer) (await self.clients.get(client))?.postMessage("newer");
}

/**
 * Styles and scripts of this version; anything else from the server. Where nothing answers, a
 * page of the version before this one has this one's: better than none.
 */
async function kept(request) {
  const shell = await caches.open(SHELL);
  const known = await shell.match(request);
  if (known) return known;
  try {
    return await fetch(request);
  } catch (error) {
    const newer = (await shell.keys()).find((one) => fileOf(one.url) === fileOf(request.url));
    if (newer) return shell.match(newer);
    throw error;
  }
}

/** The file behind an address, whatever its mark. */
const fileOf = (url) => new URL(url).pathname.replace(/^\/static\/at\/[^/]+\//, "/static/");

/** A voice by its mark; another mark takes the older one's place. */
async function sounds(request) {
  const cache = await caches.open(SOUNDS);
  const known = await cache.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) {
    for (const old of await cache.keys()) await cache.delete(old);
    await cache.put(request, answer.clone());
  }
  return answer;
}
