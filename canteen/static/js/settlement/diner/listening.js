/** Two ways in which a screen hears its counter: in the same browser, or through the server. */

import { CHANNEL, WHO } from "./mirror.js";

const ASK_EVERY_MS = 700;
const AFTER_FAILURE_MS = 2500;
const SILENT_AFTER_MS = 20_000;
const TIMEOUT_MS = 5000;

/** A second window: hears the counter's own page, with or without a network. */
export function listenToCounter(onNews) {
  if (!("BroadcastChannel" in window)) return;
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", ({ data }) => data !== WHO && onNews(data));
  channel.postMessage(WHO);
}

/**
 * A tablet: asks about once a second, never twice at a time, and not while nobody sees it.
 * onSilence(): no answer for long, so nothing may stay. onSentAway(): this tablet reads no more.
 * mark(well): whether the server answers.
 */
export async function pollServer({ url, onNews, onSilence, onSentAway, mark }) {
  let known = null;
  let heardAt = performance.now();
  let silent = false;
  for (;;) {
    const answer = document.hidden ? null : await ask(url, known);
    if (answer?.status === 401) return onSentAway();
    const well = answer?.status === 200 || answer?.status === 304;
    if (well) [heardAt, silent] = [performance.now(), false];
    if (answer?.status === 200) {
      known = answer.mark;
      onNews(answer.news);
    }
    if (!document.hidden) mark(well);
    if (!silent && performance.now() - heardAt > SILENT_AFTER_MS) {
      [silent, known] = [true, null];
      onSilence();
    }
    await new Promise((done) => setTimeout(done, well ? ASK_EVERY_MS : AFTER_FAILURE_MS));
  }
}

async function ask(url, known) {
  const headers = { Accept: "application/json", ...(known ? { "If-None-Match": known } : {}) };
  try {
    const signal = AbortSignal.timeout?.(TIMEOUT_MS);
    const response = await fetch(url, { headers, cache: "no-store", redirect: "manual", signal });
    const news = response.status === 200 ? await response.json() : null;
    return { status: response.status, mark: response.headers.get("ETag"), news };
  } catch {
    return null;
  }
}
