/** Taking back the last meal in one touch, while the button counts down. */

import { serverNow } from "./clock.js";
import { postJson } from "./post.js";

/**
 * `button` shows whose meal it is and the seconds left. undoHere(id) takes back what is still
 * on this device, and answers null for the rest. onUndone(meal, answer) and onFailed(meal,
 * answer): answer is {status, data}.
 */
export function makeUndo({ button, url, undoHere, onUndone, onFailed }) {
  const whom = button.querySelector("[data-undo-whom]");
  const clock = button.querySelector("[data-undo-seconds]");
  let meal = null;
  let busy = false;

  function seconds() {
    const left = Math.ceil((endOf(meal) - serverNow()) / 1000);
    return Math.min(left, meal.undo_seconds);
  }

  function tick() {
    const open = meal !== null && seconds() > 0;
    button.hidden = !open;
    if (open) clock.textContent = String(seconds());
  }

  async function undo() {
    if (!meal || busy || seconds() <= 0) return;
    const mine = meal;
    busy = true;
    button.disabled = true;
    const answer = await takeBack(mine.id);
    busy = false;
    button.disabled = false;
    // After a lost answer the second try hears that it is done already.
    const done = answer.status === 200 || (answer.tries > 1 && answer.data.code === "already_voided");
    if (done || answer.status === 409) forget(mine);
    if (done) onUndone(mine, answer);
    else onFailed(mine, answer);
  }

  async function takeBack(id) {
    try {
      return (await undoHere(id)) ?? (await postJson(`${url}/${id}/reversal`, {}));
    } catch {
      return { status: 0, data: {}, tries: 1 }; // a device that can write nothing down
    }
  }

  function forget(one) {
    if (meal === one) meal = null;
    tick();
  }

  setInterval(tick, 500);
  return {
    undo,
    /** Another clerk's meal is not taken back here. */
    forget: () => forget(meal),
    remember(receipt, name) {
      meal = receipt;
      whom.textContent = name;
      tick();
    },
  };
}

/** The instant until which a meal can be undone, in milliseconds. */
const endOf = (meal) => Date.parse(meal.at) + meal.undo_seconds * 1000;
