/** From the server's answers to what each screen says. Pure: no page, no network. */

import { fill, yuan } from "../shared/words.js";
import { saidReceipt } from "./offline/amounts.js";

const ICONS = {
  card_lost: "card-lost",
  card_replaced: "card-lost",
  card_closed: "card-lost",
  card_unknown: "card-unknown",
  resident_unknown: "card-unknown",
  token_foreign: "card-unknown",
  alias_unknown: "card-unknown",
  token_not_ours: "code-broken",
  token_cut: "code-broken",
  token_tampered: "code-broken",
  token_missing: "code-broken",
  already_eaten: "eaten",
  balance_too_low: "purse",
  no_menu: "no-menu",
  no_set: "no-menu",
  shift_needed: "purse",
  resident_ended: "person-off",
  daily_limit: "limit",
  offline_card_limit: "limit",
  offline_device_limit: "limit",
  offline_card_unknown: "card-unknown",
  offline_alias: "card-unknown",
  offline_no_roster: "cut-line",
  manager_needed: "shield",
  reason_needed: "shield",
  tray_changed: "no-menu",
  tray_dish: "no-menu",
  tray_too_dear: "limit",
  offline_price_unknown: "cut-line",
};

/** The other ways out beside the big one, where there are any. */
const ALSO = {
  balance_too_low: ["cash", "top_up"],
  daily_limit: ["cash", "override"],
  offline_card_unknown: ["rescan"],
  offline_price_unknown: ["guest"],
  card_lost: ["find"],
  card_replaced: ["find"],
  card_closed: ["find"],
  already_eaten: ["guest"],
  no_set: ["period"],
  no_menu: ["override"],
};

/** What is left where the clerk may not open the page that would help. */
const WITHOUT_LINK = { top_up: "cash", replace_card: "find", menu: "period", shift: "none" };

/** A card that somebody else may be showing is a warning of its own. */
const TONES = { card_lost: "stop", card_replaced: "stop", card_closed: "stop", token_tampered: "stop" };

export function receiptSlots(receipt, words) {
  const cash = receipt.paid_by === "cash" && receipt.paid_fen > 0;
  return {
    title: receipt.title || words.guest,
    set: receipt.set_shown ?? receipt.set_name,
    price: fill(words.amount, { yuan: yuan(receipt.price_fen) }),
    parts: receipt.parts.map((part) => ({
      funder: part.name === null ? words.subsidy : fill(words.funder_pays, { funder: part.name }),
      amount: fill(words.amount, { yuan: yuan(part.amount_fen) }),
    })),
    pay_label: cash ? words.pay_cash : words.pay_wallet,
    paid: yuan(receipt.paid_fen),
    free: receipt.paid_fen === 0 ? words.free : null,
    balance: receipt.balance_fen === null ? null : yuan(receipt.balance_fen),
    has_balance: receipt.balance_fen !== null,
    reason: receipt.reason || null,
    repeat: receipt.repeat ? words.repeat : null,
    offline: receipt.offline && !receipt.repeat ? words.offline_receipt : null,
    unticketed: receipt.unticketed ? words.unticketed : null,
  };
}

export function receiptAloud(receipt, words) {
  const facts = {
    title: receipt.title || words.guest,
    paid: yuan(receipt.paid_fen),
    balance: receipt.balance_fen === null ? "" : yuan(receipt.balance_fen),
  };
  return fill(receipt.balance_fen === null ? words.said_receipt : words.said_receipt_left, facts);
}

/** What the diner hears; a site may wish that nobody else in the line hears the balance. */
export function spokenOf(receipt, { shows_balance: showsBalance }) {
  return showsBalance ? receipt.spoken : saidReceipt({ ...receipt, balance_fen: null });
}

/** What a refusal shows: `step` is the big button, `also` the small ones. */
export function refusalPlan(refusal, order, { words, price = null }) {
  const links = refusal.links ?? {};
  const needs = { top_up: links.card, replace_card: links.card, menu: links.menu, shift: links.shift };
  const possible = (step) => !(step in needs) || Boolean(needs[step]);
  let step = refusal.step ?? "none";
  if (!possible(step)) step = WITHOUT_LINK[step];
  const also = (ALSO[refusal.code] ?? []).filter((each) => each !== step && possible(each));
  const due = refusal.due_fen ?? price;
  const text = refusal.text || words.not_booked;
  const known = due !== null && due !== undefined;
  return {
    step,
    also,
    tone: TONES[refusal.code] ?? "refused",
    slots: {
      icon: ICONS[refusal.code] ?? "hand",
      title: text.startsWith(refusal.title) ? null : (refusal.title ?? null),
      text,
      next: refusal.next_step ?? null,
      cash_amount: known ? fill(words.amount, { yuan: yuan(due) }) : null,
      balance: refusal.balance_fen == null ? null : yuan(refusal.balance_fen),
      has_balance: refusal.balance_fen != null,
      due: known && refusal.balance_fen != null ? yuan(due) : null,
      card_link: links.card,
      menu_link: links.menu,
      shift_link: links.shift,
      takeaway: order.channel === "takeaway" ? words.takeaway : null,
    },
  };
}

/** The same diner once more, under a new id: a refused tray was never booked. */
export function wishOf(order, refusal, changes) {
  return {
    token: order.token,
    resident_id: order.resident_id,
    guest: order.guest,
    period: order.period,
    set: order.set,
    tray: order.tray ?? null,
    channel: order.channel,
    ...(refusal.code === "resident_ended" && changes.pay_by === "cash" ? asGuest : {}),
    ...changes,
  };
}

const asGuest = { token: null, resident_id: null, guest: true };
