/**
 * A page that stays open: over night it moves to the new day by itself, and one that the browser
 * brings back from its memory, or the worker from its shell because the server was slow, looks at
 * what is true now.
 *
 * While it is open it asks every few minutes what is sold, and at once when it is told that
 * something is not.
 *
 * Without a network nobody knows the new day's dishes: yesterday's are taken off, the sets stay,
 * and the server is asked again until it answers.
 */

import { embedded } from "../shared/words.js";
import { siteDay } from "./choices.js";

const OF_THIS_PAGE = ["clerk", "is_manager", "locked", "device"]; // whoever stands here, stays
const AGAIN_MS = 30_000;
const PASSING = ["served", "locked", "period", "device"]; // nothing to open a page anew for
const AFRESH_MS = 5 * 60_000; // a set that is sold out, a price that changed at noon

/** onNewDay(), onNews() on the same one: `facts` have changed. isFree(): nobody waits at this counter. */
export function makeNewDay({ facts, onNewDay, onNews, isFree }) {
  let known = facts.service_date;
  let askedAt = -Infinity;
  let older = false; // the server has said since how the page is now
  let freshAt = performance.now(); // the page was just made

  /** Called every few seconds. */
  function tick() {
    const day = siteDay(facts);
    if (day !== facts.service_date) {
      Object.assign(facts, { service_date: day, dishes: [], served: 0 });
      onNewDay();
    }
    const now = performance.now();
    const due = known === day ? now - freshAt > AFRESH_MS : now - askedAt > AGAIN_MS;
    if (due) renew(day);
    if (older && isFree() && !isTyping()) catchUp();
  }

  /** Opened anew where something is otherwise now: a page of the shell's knows an older price. */
  async function catchUp() {
    older = false;
    const mine = lasting(embedded("till-facts"));
    const fresh = await freshFacts();
    if (!fresh) older = true;
    else if (lasting(fresh) === mine) return;
    else if (isFree() && !isTyping()) location.reload();
    else older = true;
  }

  /** Something is sold no more, or at another price: what is, and at what? */
  const refresh = () => renew(siteDay(facts));

  async function renew(day) {
    askedAt = freshAt = performance.now();
    const fresh = await freshFacts();
    if (fresh?.service_date !== day || siteDay(facts) !== day) return;
    const stays = known === day ? [...OF_THIS_PAGE, "served"] : OF_THIS_PAGE;
    for (const name of stays) delete fresh[name];
    Object.assign(facts, fresh);
    const tell = known === day ? onNews : onNewDay;
    known = day;
    tell();
  }

  /** Out of the browser's memory: who works here may have changed, so the page is opened anew. */
  async function comeBack(event) {
    if (event.persisted && isFree() && (await freshFacts()) && isFree()) location.reload();
  }

  window.addEventListener("pageshow", comeBack);
  navigator.serviceWorker?.addEventListener("message", ({ data }) => {
    older ||= data === "newer";
    tick();
  });
  return { tick, refresh };
}

const isTyping = () => Boolean(document.activeElement?.matches("input") && document.activeElement.value);

/** Facts as text, without what changes with every tray and every opening. */
function lasting(facts) {
  const entries = Object.entries(facts).filter(([name]) => !PASSING.includes(name));
  return JSON.stringify(entries, (name, value) => (name === "at" ? undefined : value));
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
