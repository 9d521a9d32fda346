/**
 * Posting so that an answer lost on the way costs nobody anything: the same body with the same
 * id goes out again until something answers or patience ends.
 */

import { noteClock } from "./clock.js";

const TIMEOUT_MS = 5000;
const PATIENCE_MS = 12000;
const PAUSES_MS = [250, 600, 1200, 2000];

const token = () => document.querySelector("meta[name=csrf-token]");

/**
 * POST JSON. Answers {status, data, tries}; status 0 when nothing answered within `patience`
 * milliseconds (0: one try). Calls onTrouble() once, when the first try has failed. With
 * `keepalive` it arrives even if the page is left meanwhile.
 */
export async function postJson(url, body, options = {}) {
  const { onTrouble = () => {}, patience = PATIENCE_MS, keepalive = false } = options;
  const started = performance.now();
  for (let tries = 1; ; tries += 1) {
    const timeout = Math.min(TIMEOUT_MS, patience || TIMEOUT_MS);
    const sent = [url, JSON.stringify(body), "application/json"];
    const answer = await once(...sent, timeout, keepalive);
    if (answer) return { ...answer, tries };
    if (tries === 1) onTrouble();
    const pause = PAUSES_MS[Math.min(tries, PAUSES_MS.length) - 1];
    if (performance.now() - started + pause > patience) return { status: 0, data: {}, tries };
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** POST one picture, one try. Answers like postJson. */
export async function postPicture(url, blob) {
  return (await once(url, blob, "image/jpeg")) ?? { status: 0, data: {} };
}

/** GET JSON, one try; null when it failed. `signal` ends it early. */
export async function getJson(url, signal) {
  const headers = { Accept: "application/json" };
  try {
    const response = await fetch(url, { headers, signal, redirect: "manual" });
    return await readAnswer(response);
  } catch {
    return null;
  }
}

async function once(url, body, type, timeout = TIMEOUT_MS, keepalive = false) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeout);
  try {
    const send = async () => {
      const headers = { "Content-Type": type, Accept: "application/json", "X-CSRFToken": token().content };
      const request = { method: "POST", headers, body, signal: stop.signal, redirect: "manual", keepalive };
      return await readAnswer(await fetch(url, request));
    };
    const answer = await send();
    return answer?.data.code === "page_stale" ? await sentAnew(send, answer, stop.signal) : answer;
  } catch {
    return null; // no network, too slow, or the answer broke off
  } finally {
    clearTimeout(timer);
  }
}

/**
 * This page's token is another session's. Either nobody is signed in any more (401), or somebody
 * signed in elsewhere in this browser: then their token is on the page as the server makes it now.
 */
async function sentAnew(send, stale, signal) {
  const answer = await fetch(location.pathname, { cache: "no-store", redirect: "manual", signal });
  if (answer.type === "opaqueredirect") return { status: 401, data: {} };
  if (!answer.ok) return stale;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("meta[name=csrf-token]")?.content;
  if (!fresh || fresh === token().content) return stale;
  token().content = fresh;
  return await send();
}

async function readAnswer(response) {
  if (response.type === "opaqueredirect") return null; // a network's own sign-in: ours answers 401
  if (response.status >= 500 || response.status === 429) return null;
  const data = await response.json();
  noteClock(response);
  return { status: response.status, data };
}
