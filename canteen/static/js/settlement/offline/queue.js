/**
 * Meals served alone, told to the server in their order when the way is open again.
 *
 * A meal leaves the queue only by the server's answer for it; until the next roster knows of
 * it, it is remembered as told. Two pages of one device take
 * turns where the browser can lock; where it cannot, the meal's id makes a repeat harmless.
 */

import { serverNow } from "../post.js";
import { changeMeal, mealsKept } from "./store.js";

const AT_ONCE = 50; // fewer while a busy server does not answer so many in time
const SENT = [
  ...["id", "token", "guest", "period", "set", "device_id", "channel", "pay_by", "at", "sequence"],
  ...["set_name", "title", "price_fen", "subsidy_fen", "paid_fen", "undone", "clerk", "lines"],
];
const UNREADABLE = ["bad_request", "invalid", "too_large"]; // said of all that was sent at once
const LOCK = "canteen-counter-queue";

/**
 * post(url, body): {status, data}. onTold({left, otherwise}): how many still wait, and how many
 * of those just told the books judge otherwise. onSignedOut(): the queue stays.
 */
export function makeQueue({ url, post, onTold, onSignedOut }) {
  let running = false;
  let atOnce = AT_ONCE;

  /** Tell everything; true when nothing waits any more. */
  async function flush() {
    if (running) return false;
    running = true;
    try {
      return navigator.locks ? await navigator.locks.request(LOCK, tell) : await tell();
    } finally {
      running = false;
    }
  }

  async function tell() {
    for (;;) {
      const waiting = (await mealsKept()).filter((meal) => !meal.told && !meal.stuck);
      if (!waiting.length) atOnce = AT_ONCE;
      if (!waiting.length) return true;
      const told = waiting.slice(0, atOnce);
      const answer = await post(url, { meals: told.map(plain) });
      if (answer.status === 401) onSignedOut();
      if (answer.status === 0) atOnce = Math.max(1, Math.floor(atOnce / 2));
      if (UNREADABLE.includes(answer.data.code)) {
        await sift(told, answer.data);
        continue;
      }
      if (answer.status !== 200) return false;
      if (!(await settle(told, answer.data.answers))) return false; // too busy: later, not at once
    }
  }

  /** One of them cannot be read and holds up the rest: ever fewer at once, until it is alone. */
  async function sift(told, { code, text }) {
    atOnce = told.length > 1 ? Math.floor(told.length / 2) : AT_ONCE;
    if (told.length > 1) return;
    await settle(told, [{ id: told[0].id, outcome: "refused", reason: code, text }]);
  }

  /** Write down what became of each; false where not one got an answer to keep. */
  async function settle(told, answers) {
    let otherwise = 0;
    let settled = 0;
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    for (const meal of told) {
      const answer = byId.get(meal.id);
      if (answer && answer.reason !== "busy") settled += 1;
      if (answer && answer.outcome !== "refused") {
        const told = new Date(serverNow()).toISOString();
        // Taken back while it was being told: it is told once more, as what it is now.
        await changeMeal(meal.id, (kept) =>
          kept.undone === meal.undone ? { ...kept, token: null, told } : null,
        );
        otherwise += answer.reason ? 1 : 0;
      } else if (answer && answer.reason !== "busy") {
        // A person must look at it: it stays, and holds up no other.
        await changeMeal(meal.id, (kept) => ({ ...kept, stuck: answer.text || answer.reason }));
      }
    }
    const left = (await mealsKept()).filter((meal) => !meal.told);
    onTold({ left: left.length, stuck: left.filter((meal) => meal.stuck).length, otherwise });
    return settled > 0;
  }

  return { flush };
}

/** A meal as the server reads it, without what only the device needs. */
function plain(meal) {
  return Object.fromEntries(SENT.map((name) => [name, meal[name]]));
}
