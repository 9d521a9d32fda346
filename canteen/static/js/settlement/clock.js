/**
 * What time it is by the server, on a device whose clock somebody may turn.
 *
 * Every answer of the server says it; in between the device's clock goes on, put right by what it
 * was off. Turned back while the page is open, it is found out by the browser's own steady count.
 * Turned back while the page was closed, or emptied with the battery, it goes on from the latest
 * instant that was seen here. A leap ahead while somebody looks may be a machine that slept: it is
 * believed. After a leap, or where nobody can tell how long the page was closed, the time is
 * doubtful until the server says it again.
 */

import { jot } from "../shared/jot.js";

const AHEAD = "till-clock-ahead";
const SEEN = "till-clock-seen";
const WORTH_KEEPING_MS = 2000;
const SEEN_EVERY_MS = 30_000;
const STEP_MS = 5000; // clocks that are put right by a network step less
const LEAP_MS = 10 * 60_000;

/**
 * wall(): the device's clock; steady(): a count that nobody can turn, which may stand still while
 * the machine sleeps; both in milliseconds. isAway(): whether the page was out of sight since it
 * was asked last: then the machine may have slept.
 */
export function makeClock({ wall, steady, isAway, storage }) {
  /** Milliseconds the server's clock is ahead of this device's: a tablet that is hours wrong, and
   * opened without a network, still knows what it learnt before. */
  let ahead = Number(storage.getItem(AHEAD)) || 0;
  const before = seenBefore(storage);
  let doubtful = before.doubtful;
  let seen = before.at;
  let last = { wall: wall(), steady: steady() };
  let back = 0; // by how much it was turned back since the server was heard, and not felt here
  let leapt = 0; // by how much it leapt ahead, and was believed
  if (last.wall + ahead < seen - STEP_MS) {
    ahead = seen - last.wall;
    doubtful = true;
    note(seen);
  }

  function note(at) {
    seen = at;
    jot(storage, SEEN, JSON.stringify({ at, doubtful }));
    const stored = Number(storage.getItem(AHEAD)) || 0;
    if (Math.abs(ahead - stored) > WORTH_KEEPING_MS) jot(storage, AHEAD, String(ahead));
  }

  /** The instant as the server would say it. */
  function now() {
    const here = { wall: wall(), steady: steady() };
    const leap = here.wall - last.wall - (here.steady - last.steady);
    const away = isAway();
    last = here;
    if (leap < -STEP_MS) turnedBack(-leap);
    if (leap > STEP_MS && !away) turnedOn(leap);
    const at = here.wall + ahead;
    if (Math.abs(leap) > STEP_MS || at > seen + SEEN_EVERY_MS) note(at);
    return at;
  }

  /** As if nobody had, unless it takes back a leap. */
  function turnedBack(by) {
    const undone = Math.min(by, leapt);
    leapt -= undone;
    back += by - undone;
    ahead += by - undone;
  }

  /** It may be turning right what was turned back; what is left, a person should look at. */
  function turnedOn(by) {
    const undone = Math.min(by, back);
    back -= undone;
    ahead -= undone;
    if (by - undone < LEAP_MS) return;
    leapt += by - undone;
    doubtful = true;
  }

  /** The server has said what time it is. */
  function learn(at) {
    last = { wall: wall(), steady: steady() };
    isAway();
    [ahead, back, leapt] = [at - last.wall, 0, 0];
    const news = doubtful || Math.abs(at - seen) > SEEN_EVERY_MS;
    doubtful = false;
    const stored = Number(storage.getItem(AHEAD)) || 0;
    if (news || Math.abs(ahead - stored) > WORTH_KEEPING_MS) note(at);
  }

  return { now, learn, isDoubtful: () => doubtful };
}

function seenBefore(storage) {
  try {
    const { at, doubtful } = JSON.parse(storage.getItem(SEEN) ?? "{}");
    return { at: Number(at) || 0, doubtful: doubtful === true };
  } catch {
    return { at: 0, doubtful: false };
  }
}

let wasHidden = document.hidden;

const clock = makeClock({
  wall: () => Date.now(),
  steady: performance.now.bind(performance),
  storage: localStorage,
  isAway() {
    const was = wasHidden;
    wasHidden = document.hidden;
    return was;
  },
});

// A leap up to here is judged by whether somebody could look.
document.addEventListener("visibilitychange", () => clock.now());

export const serverNow = clock.now;
export const isTimeDoubtful = clock.isDoubtful;

/** Learn the server's clock from any answer of its own. */
export function noteClock(response) {
  const sent = Date.parse(response.headers.get("Date") ?? "");
  if (!Number.isNaN(sent)) clock.learn(sent);
}
