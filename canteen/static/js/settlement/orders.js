/**
 * The line of trays: one after the other, none lost.
 *
 * Every tray is noted on the device before it is sent and struck out only by an answer. What
 * got none stays in the line of the unsent, with its id, until it is sent again or given up.
 */

import { newId } from "../shared/ids.js";
import { jot } from "../shared/jot.js";

const STORED = "till-unsent";
const UNKEPT = { status: 0, data: { code: "device_full" } };
const SHOWN_AT_LEAST_MS = { good: 1200, bad: 2500 };

/** A tray with the id it keeps for ever. `wish` overrides the ordinary values. */
export function makeOrder(choices, wish) {
  return {
    id: newId(),
    token: null,
    resident_id: null,
    guest: false,
    period: choices.period()?.code ?? "",
    set: choices.currentSet()?.code ?? "",
    tray: null,
    device_id: choices.device(),
    channel: choices.takeaway() ? "takeaway" : "dine_in",
    pay_by: "wallet",
    extra: false,
    reason: "",
    manager: null,
    clerk: "",
    ...wish,
  };
}

/**
 * ask(order, {onTrouble}) answers {status, data}; status 0 means nothing answered, 401 that
 * somebody must sign in. onWait(order, waiting), onTrouble(order), onAnswer(order, answer).
 */
export function makeLine({ ask, onWait, onTrouble, onAnswer }) {
  const waiting = [];
  const unsent = remembered();
  const ours = new Set(unsent.map((order) => order.id));
  let current = null;
  let running = false;
  let freeAt = 0;

  function add(order) {
    ours.add(order.id);
    waiting.push({ order, late: running });
    note();
    if (running) onWait(current ?? order, waiting.length);
    else run();
  }

  async function run() {
    running = true;
    while (waiting.length) {
      const { order, late } = waiting.shift();
      current = order;
      onWait(order, waiting.length);
      // A device that can write nothing down answers no tray; the line behind it goes on.
      const answer = await ask(order, { onTrouble: () => onTrouble(order) }).catch(() => UNKEPT);
      if (late) await pause(freeAt - performance.now());
      finish(order, answer);
    }
    running = false;
  }

  function finish(order, answer) {
    const booked = answer.status === 200 || answer.status === 201;
    freeAt = performance.now() + SHOWN_AT_LEAST_MS[booked ? "good" : "bad"];
    current = null;
    const heard = answer.status !== 0 && answer.status !== 401;
    if (!heard) unsent.push(order);
    note();
    onAnswer(order, answer);
    if (heard) again(); // the way is open: those that were stuck follow
  }

  /** Send what is stuck once more, each with its first id. */
  function again() {
    const stuck = unsent.splice(0);
    waiting.push(...stuck.map((order) => ({ order, late: true })));
    note();
    if (!running && stuck.length) run();
  }

  /** These were answered before the page died: nobody waits for them. */
  function strike(ids) {
    unsent.splice(0, Infinity, ...unsent.filter((order) => !ids.includes(order.id)));
    note();
  }

  function giveUp() {
    const given = unsent.splice(0);
    note();
    return given;
  }

  function note() {
    const open = [current, ...waiting.map((each) => each.order), ...unsent].filter(Boolean);
    const others = remembered().filter((order) => !ours.has(order.id)); // of this device's other page
    const noted = [...others, ...open].map((order) => ({ ...order, manager: null })); // no password is kept
    jot(localStorage, STORED, JSON.stringify(noted));
  }

  return {
    add,
    again,
    giveUp,
    strike,
    unsent: () => unsent,
    busy: () => running,
    /** A stuck tray of the same card in the same period: the card was simply shown again. */
    stuckWith: (token, period) =>
      unsent.find((order) => order.token === token && order.period === period),
  };
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? "[]");
  } catch {
    return [];
  }
}

const pause = (ms) => new Promise((done) => setTimeout(done, Math.max(0, ms)));
