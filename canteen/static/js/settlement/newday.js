/**
 * A page that stays open: over night it moves to the new day by itself, and one that the browser
 * brings back from its memory looks at what is true now.
 *
 * Without a network nobody knows the new day's dishes: yesterday's are taken off, the sets stay,
 * and the server is asked again until it answers.
 */

import { siteDay } from "./choices.js";

const OF_THIS_PAGE = ["clerk", "is_manager", "locked", "device"]; // whoever stands here, stays
const AGAIN_MS = 30_000;

/** onNewDay(): `facts` have changed. isFree(): nobody waits at this counter. */
export function makeNewDay({ facts, onNewDay, isFree }) {
  let known = facts.service_date;
  let askedAt = -Infinity;

  /** Called every few seconds. */
  function tick() {
    const day = siteDay(facts);
    if (day !== facts.service_date) {
      Object.assign(facts, { service_date: day, dishes: [], served: 0 });
      onNewDay();
    }
    const due = known !== day && performance.now() - askedAt > AGAIN_MS;
    if (due) renew(day);
  }

  async function renew(day) {
    askedAt = performance.now();
    const fresh = await freshFacts();
    if (fresh?.service_date !== day || siteDay(facts) !== day) return;
    for (const name of OF_THIS_PAGE) delete fresh[name];
    Object.assign(facts, fresh);
    known = day;
    onNewDay();
  }

  /** Out of the browser's memory: who works here may have changed, so the page is opened anew. */
  async function comeBack(event) {
    if (event.persisted && isFree() && (await freshFacts()) && isFree()) location.reload();
  }

  window.addEventListener("pageshow", comeBack);
  return { tick };
}

/** The facts of this page as the server tells them now; null without a network or a sign-in. */
async function freshFacts() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (!answer.ok || answer.redirected) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return JSON.parse(page.getElementById("till-facts").textContent);
  } catch {
    return null;
  }
}
