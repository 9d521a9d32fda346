/**
 * What the stage shows, from the quiet "please scan" to a refusal with its ways out.
 *
 * Made with the page's parts (`till`), see `serving.js`.
 */

import { emsOf, fill, unsaid, yuan } from "../shared/words.js";
import { SILENT } from "./offline/aside.js";
import { showOverrideForm } from "./override.js";
import { receiptAloud, receiptSlots, refusalPlan, spokenOf } from "./results.js";
import { announce, show, showing } from "./screen.js";
import { attachSearch } from "./search.js";
import { whoseOf } from "./serving.js";
import { trayText } from "./tray.js";

const QUICK_MS = 250; // an answer sooner than this needs no "one moment" screen
const RECEIPT_STAYS_MS = 60_000;
const MANAGER_ASKED = [
  ...["manager_needed", "reason_needed"],
  ...["pin_wrong", "pin_locked", "pin_none", "pin_form"],
];

/** "red-braised" does not end a line after its hyphen. */
const unbroken = (name) => name.replaceAll("-", "\u2011");

export function makeScreens(till) {
  const { facts, words, voice } = till;
  const line = () => till.serving.line;
  let refused = null; // the refusal on the stage and its order
  let waitTimer = 0;
  let restTimer = 0;

  function display(...screen) {
    clearTimeout(restTimer);
    till.sound.close();
    return show(...screen);
  }

  function onWait(_order, waiting) {
    document.querySelector("[data-stage]").setAttribute("aria-busy", "true");
    clearTimeout(waitTimer);
    const text = waiting ? fill(words.waiting, { count: waiting }) : null;
    waitTimer = setTimeout(() => display("waiting", "wait", { waiting: text }), QUICK_MS);
  }

  function onTrouble(order) {
    clearTimeout(waitTimer);
    display("retrying", "trouble", { who: whoOf(order) });
    announce(words.retrying, { urgent: true });
  }

  function showAnswer(order, { status, data }) {
    clearTimeout(waitTimer);
    document.querySelector("[data-stage]").removeAttribute("aria-busy");
    if (status === 200 || status === 201) showReceipt({ ...data, ...shownOf(order, data) });
    else if (status === 0) showTrouble(data);
    else if (status === 401) showSignedOut();
    else showRefusal(data, order, { fresh: true });
  }

  function showReceipt(receipt) {
    const who = receipt.title || words.guest;
    drawReceipt(receipt);
    if (!receipt.repeat) till.bar.count(1);
    const text = fill(words.recent_paid, { who, paid: yuan(receipt.paid_fen) });
    till.bar.recall("good", text, () => drawReceipt(receipt));
    till.undo.remember(receipt, who);
    till.mirror.receipt(receipt);
    voice.tell("good", spokenOf(receipt, facts.diner));
    announce(receiptAloud(receipt, words));
  }

  function drawReceipt(receipt) {
    const slots = receiptSlots(receipt, words);
    const screen = display("receipt", "good", slots);
    screen.querySelector("h2").style.setProperty("--ems", emsOf(slots.title));
    document.activeElement?.blur(); // so that no key presses a button by chance
    restTimer = setTimeout(() => showing() === "receipt" && showIdle(), RECEIPT_STAYS_MS);
  }

  function showUndone(meal, answer) {
    const title = meal.title || words.guest;
    const back = answer.data.balance_fen ?? null;
    const slots = { title, balance: back === null ? null : yuan(back), has_balance: back !== null };
    const draw = () => display("undone", "undone", slots);
    draw();
    till.bar.count(-1);
    till.bar.recall("bad", fill(words.recent_undone, { who: title }), draw);
    till.mirror.undone(meal, answer.data);
    voice.tell("good", answer.data.spoken);
    announce(fill(words.said_undone, { title }));
  }

  function showRefusal(refusal, order, { fresh }) {
    refused = { refusal, order };
    const again = fresh && order.tray && !order.extra && till.tray.isEmpty();
    if (again) {
      if (order.set) till.choices.pickSet(order.set);
      const owner = refusal.title ? whoseOf(order) : null;
      till.tray.putBack(order.tray, { owner, with_set: Boolean(order.set) });
    }
    if (MANAGER_ASKED.includes(refusal.code)) return showOverride(refusal);
    const plan = refusalPlan(refusal, order, { words, price: priceOf(order) });
    const screen = display("refusal", plan.tone, plan.slots);
    for (const button of screen.querySelectorAll("[data-step]")) {
      const big = button.dataset.step === plan.step;
      button.hidden = !big && !plan.also.includes(button.dataset.step);
      button.classList.toggle("primary", big);
      if (big) screen.querySelector("[data-steps]").prepend(button);
    }
    screen.querySelector(".primary")?.focus();
    if (!fresh) return undefined;
    const text = [plan.slots.title, plan.slots.text].filter(Boolean).join(" ");
    till.bar.recall("bad", text, () => showRefusal(refusal, order, { fresh: false }));
    till.mirror.refusal(refusal, priceOf(order));
    voice.tell("bad", words.please_wait);
    return announce(`${plan.slots.text} ${plan.slots.next ?? ""}`, { urgent: true });
  }

  function showOverride(mistake = null) {
    const { order, refusal } = refused;
    const { pay_by } = order;
    const onSend = (given) => till.serving.serveAgain({ pay_by, extra: true, ...given });
    showOverrideForm({ display, facts, refusal, order, mistake, onSend });
    if (mistake) voice.tell("bad");
  }

  function showTrouble({ code = null } = {}) {
    const unsent = line().unsent();
    const who = unsent.map(whoOf).join(words.comma);
    const full = code === "device_full" ? words.device_full : null;
    display("trouble", "trouble", { who, full }).querySelector(".primary").focus();
    voice.tell("bad");
    announce(words.unreachable, { urgent: true });
  }

  /** What could not be told so far: whose, what was paid, why. */
  async function showStuck() {
    const meals = await till.alone.stuckMeals();
    if (!meals.length) return showIdle();
    const rows = meals.map((meal) => ({
      when: meal.day === facts.service_date ? meal.clock : `${meal.day} ${meal.clock}`,
      whom: meal.title || words.guest,
      what: meal.set_name,
      paid: fill(meal.paid_by === "cash" ? words.stuck_cash : words.stuck_paid, { yuan: yuan(meal.paid_fen) }),
      why: meal.stuck === SILENT ? words.stuck_silent : meal.stuck,
    }));
    return display("stuck", "trouble", { rows });
  }

  function showSignedOut() {
    if (till.lock.isLocked()) return;
    display("signed-out", "trouble").querySelector(".primary").focus();
    voice.tell("bad");
    announce(words.signed_out, { urgent: true });
  }

  /** Nobody there; or somebody whose card came before their tray. */
  function showIdle() {
    const { choices, tray } = till;
    if (till.serving.held()) return showHeld(till.serving.held());
    const set = choices.currentSet();
    till.mirror.idle({ period: choices.period(), set: tray.isOpen() ? null : set, dishes: choices.dishes() });
    return display("idle", "idle", {
      period: unsaid(choices.period()?.name, set?.name),
      set: set?.name ?? null,
      price: set ? yuan(set.price_fen) : null,
      has_window: choices.hasDevice(),
      no_window: !choices.hasDevice(),
      has_set: set !== null && !tray.isOpen(),
      no_set: set === null && !tray.isOpen(),
      of_tray: tray.isOpen() ? (tray.isEmpty() ? words.tray_first : words.tray_scan) : null,
      takeaway: choices.takeaway() ? words.takeaway : null,
      dishes: tray.isOpen() ? null : choices.dishes().map((dish) => unbroken(dish.name)).join(words.dot) || null,
    });
  }

  function showHeld(held) {
    const screen = display("held", "idle", { who: held.shown ?? whoOf(held) });
    announce(fill(words.said_held, { who: held.shown ?? whoOf(held) }));
    if (!held.token || held.shown) return screen;
    till.alone.titleOf(held.token).then((title) => {
      const place = screen.querySelector("[data-slot=who]");
      if (title) place.textContent = title;
    });
    return screen;
  }

  function showSearch() {
    attachSearch(display("search", "idle"), {
      url: facts.urls.diners,
      words,
      onPick: (diner) => till.serving.serve({ resident_id: diner.resident_id, shown: diner.name }),
      onSignedOut: showSignedOut,
    });
  }

  /** What was ordered, if the set is still sold. */
  const setOf = (order) =>
    facts.sets.find((set) => set.period === order.period && set.code === order.set);

  /** Its full price. */
  const priceOf = (order) => order.tray?.shown_fen ?? setOf(order)?.price_fen ?? null;

  /** Its name in the reader's language; a receipt tells the one it is booked under. */
  const nameOf = (order) => {
    const name = setOf(order)?.name;
    if (!order.tray) return name;
    return [name, trayText(order.tray, facts, words)].filter(Boolean).join(words.comma);
  };

  /** What a receipt says beside the answer: no paper tells the kitchen of a takeaway meal. */
  const shownOf = (order, { offline }) => ({
    set_shown: nameOf(order),
    unticketed: Boolean(offline && facts.tickets && order.channel === "takeaway"),
  });

  /** A tray without an answer has no name yet: the card's number, or what was asked for. */
  function whoOf(order) {
    if (order.guest) return words.guest;
    return order.token ? fill(words.card, { number: order.token.slice(0, 8) }) : words.by_name;
  }

  return {
    ...{ display, onWait, onTrouble, showAnswer, showUndone, showOverride, showTrouble },
    ...{ showSignedOut, showStuck, showIdle, showSearch },
    refused: () => refused,
  };
}
