/**
 * Trays come in, answers go out to the screens: one order for each, none lost.
 *
 * Made with the page's parts (`till`); each is looked up when it is needed, since the parts of
 * a page know one another.
 */

import { jot } from "../shared/jot.js";
import { postJson } from "./post.js";
import { makeLine, makeOrder } from "./orders.js";
import { wishOf } from "./results.js";
import { makeDebounce } from "./scanner.js";

/** What the server says of a page that shows something that is sold no more. */
const OUTDATED = ["no_set", "tray_dish", "tray_changed", "tray_not_sold", "device_unknown"];
const HELD = "till-waits";
const CARD = /^\d{22}$/;
const STAYS_MS = 10 * 60_000; // a pay code on the counter is in view all day: one word is enough
const GUEST_PAUSE_MS = 800; // one press, one guest
const ALONE_AFTER_MS = 2500; // without an answer for so long the counter goes on by itself

export function makeServing(till) {
  const { facts, words } = till;
  const isRepeat = makeDebounce();
  const isThere = makeDebounce(STAYS_MS);
  const line = makeLine({
    ask,
    onWait: (...given) => till.screens.onWait(...given),
    onTrouble: (order) => till.screens.onTrouble(order),
    onAnswer,
  });
  let lastGuestAt = -Infinity;
  let held = heldBefore();

  function scanned(text, how) {
    if (how?.byCamera && !CARD.test(text) && isThere(text, how)) return undefined;
    if (isRepeat(text, how)) return how?.byCamera ? undefined : till.hint(words.same_card);
    const stuck = line.stuckWith(text, till.choices.period()?.code);
    if (stuck) return line.again();
    return serve({ token: text });
  }

  /** Take a tray for somebody; where dishes or an amount are wanted first, they wait for it. */
  function serve({ shown, ...wish }) {
    const { tray } = till;
    till.lock.touched();
    const ready = !tray.isEmpty() && !tray.isTooDear() && tray.isOf(whoseOf(wish));
    if (tray.isOpen() && !ready) return hold({ ...wish, shown });
    return take(wish);
  }

  function take(wish) {
    const order = makeOrder(till.choices, { ...wish, ...till.tray.wish(), clerk: facts.clerk.mark });
    if (till.lock.isLocked()) till.lock.hold(order);
    else line.add(order);
    letGo();
    till.tray.clear();
    till.choices.settle();
  }

  /** The card came first: it waits for its tray, through a reload too. */
  function hold(wish) {
    if (wish.guest) return till.hint(words.tray_first);
    held = wish;
    jot(sessionStorage, HELD, JSON.stringify(held));
    till.tray.draw();
    return till.lock.isLocked() ? undefined : till.screens.showIdle();
  }

  function letGo() {
    held = null;
    sessionStorage.removeItem(HELD);
    till.tray.draw();
  }

  /** The tray is ready for the card that waits. */
  function confirm() {
    if (!held || till.tray.isEmpty() || till.tray.isTooDear()) return;
    const { shown: _shown, ...wish } = held;
    take(wish);
  }

  function serveGuest() {
    if (performance.now() - lastGuestAt < GUEST_PAUSE_MS) return;
    lastGuestAt = performance.now();
    const wish = { guest: true, pay_by: "cash" };
    if (till.tray.isOpen() && !till.tray.isEmpty() && !till.tray.isTooDear()) take(wish);
    else serve(wish);
  }

  /** The refused tray once more, with changes. */
  function serveAgain(changes) {
    const { order, refusal } = till.screens.refused();
    line.add(makeOrder(till.choices, { ...wishOf(order, refusal, changes), clerk: facts.clerk.mark }));
    if (!order.tray) return;
    till.tray.clear();
    till.choices.settle(); // the set it was on top of was picked for this tray alone
  }

  /** The server's answer; without one, this counter's own, if it has a roster to go by. */
  async function ask(order, { onTrouble }) {
    const { alone } = till;
    const here = () => order.guest || (alone.isReady() && order.token && !order.extra);
    if (alone.isAlone() && here()) return alone.serve(order);
    const patience = here() && alone.isReady() ? ALONE_AFTER_MS : undefined;
    const answer = ours(await postJson(facts.urls.meals, order, { onTrouble, patience }), order);
    if (answer.status === 200 || answer.status === 201) alone.note(order, answer.data).catch(() => {});
    // Asked once more: the roster of a page that was just opened may have been read meanwhile.
    if (answer.status !== 0 || !here() || !alone.isReady()) return answer;
    alone.begin();
    return alone.serve(order);
  }

  function onAnswer(order, answer) {
    till.bar.unsent(line.unsent().length);
    till.screens.showAnswer(order, answer);
    if (OUTDATED.includes(answer.data.code)) till.newDay.refresh();
    if (answer.status !== 0 && answer.status !== 401) till.paper.check();
  }

  function giveUpToPaper() {
    till.paper.add(line.giveUp());
    till.bar.unsent(0);
    till.screens.showIdle();
    till.hint(words.on_paper);
  }

  return {
    ...{ line, scanned, serve, serveGuest, serveAgain, giveUpToPaper, confirm, letGo },
    held: () => held,
  };
}

/** Something on the way may answer for us, with a page or a "ok" of its own: then nobody did. */
function ours(answer, order) {
  const { status, data } = answer;
  const isBooked = status === 200 || status === 201;
  const isOurs = isBooked ? data?.id === order.id : typeof data?.code === "string" || status === 401;
  return isOurs ? answer : { ...answer, status: 0, data: {} };
}

/** By what somebody is told from the next one in the line. */
export const whoseOf = (wish) => wish.token ?? wish.resident_id ?? null;

function heldBefore() {
  try {
    return JSON.parse(sessionStorage.getItem(HELD) ?? "null");
  } catch {
    return null;
  }
}
