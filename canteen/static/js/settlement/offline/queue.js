/**
 * Meals served alone, told to the server in their order when the way is open again.
 *
 * A meal leaves the queue only by the server's answer for it; until the next roster knows of
 * it, it is remembered as told. One that the server fails at, or cannot read, is set aside: the
 * others go on, it stays, and it is told again by itself, ever more seldom (`aside.js`). Two pages
 * of one device take turns where the browser can lock; where it cannot, the meal's id makes a
 * repeat harmless.
 */

import { serverNow } from "../clock.js";
import { SILENT, dueNow, setAside } from "./aside.js";
import { changeMeal, mealsKept } from "./store.js";

const AT_ONCE = 50; // fewer while a busy server does not answer so many in time
const SENT = [
  ...["id", "token", "guest", "period", "set", "device_id", "channel", "pay_by", "at", "sequence"],
  ...["set_name", "title", "price_fen", "subsidy_fen", "paid_fen", "undone", "clerk", "lines"],
  "doubtful",
];
const UNREADABLE = ["bad_request", "invalid", "too_large"]; // said of all that was sent at once
const LOCK = "canteen-counter-queue";

/** Nobody is signed in, or somebody who has no counter any more. */
export const NOT_LET_IN = [401, 403];

const SILENT_IN_A_ROW = 3; // then it is no single meal's fault

/**
 * post(url, body): {status, data}. onTold({left, otherwise}): how many still wait, and how many
 * of those just told the books judge otherwise. onSignedOut(): the queue stays.
 */
export function makeQueue({ url, post, onTold, onSignedOut }) {
  let running = false;
  let atOnce = AT_ONCE;

  const due = async () => dueNow(await mealsKept(), serverNow());

  /** Tell everything; true when nothing is left that could be told now. */
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
    for (let silent = 0; ; ) {
      const waiting = await due();
      if (!waiting.length) atOnce = AT_ONCE;
      if (!waiting.length) return true;
      const told = waiting.slice(0, atOnce);
      const answer = await post(url, { meals: told.map(plain) });
      if (NOT_LET_IN.includes(answer.status)) onSignedOut();
      if (answer.status === 0 && told.length === 1 && (await answersElse())) {
        await changeMeal(told[0].id, (kept) => setAside(kept, SILENT, serverNow()));
        await report(0);
        silent += 1;
        if (silent < SILENT_IN_A_ROW) continue;
      }
      if (answer.status === 0) atOnce = Math.max(1, Math.floor(atOnce / 2));
      if (UNREADABLE.includes(answer.data.code)) {
        await sift(told, answer.data);
        continue;
      }
      if (answer.status !== 200 || !answer.data.answers) return false;
      silent = 0;
      if (!(await settle(told, answer.data.answers))) return false; // too busy: later, not at once
    }
  }

  /** Nothing answered for the one meal: is anybody there for none? Then it is this meal. */
  const answersElse = async () => (await post(url, { meals: [] })).status === 200;

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
          kept.undone === meal.undone ? { ...kept, token: null, told, stuck: "" } : null,
        );
        otherwise += answer.reason ? 1 : 0;
      } else if (answer && answer.reason !== "busy") {
        // A person should look at it: it stays, and holds up no other.
        const why = answer.text || answer.reason;
        await changeMeal(meal.id, (kept) => setAside(kept, why, serverNow()));
      }
    }
    await report(otherwise);
    return settled > 0;
  }

  async function report(otherwise) {
    const left = (await mealsKept()).filter((meal) => !meal.told);
    onTold({ left: left.length, stuck: left.filter((meal) => meal.stuck).length, otherwise });
  }

  return { flush, isDue: async () => (await due()).length > 0 };
}

/** A meal as the server reads it, without what only the device needs. */
function plain(meal) {
  return Object.fromEntries(SENT.map((name) => [name, meal[name]]));
}
