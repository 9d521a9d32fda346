/**
 * What a counter that is alone does with one tray. Pure: no page, no network, no clock.
 *
 * The server priced everything; here a price is only looked up, and what was served alone since
 * is taken off. Refusals have the server's codes.
 */

import { givenOf } from "./effects.js";

const CODE = /^\d{22}$/;
const CHIP = /^(?:\d{10}|(?=[\d:]*[a-f])[0-9a-f:]{8,29})$/i; // what a reader types for a bus card

/**
 * order: as the line makes it; a tray brings {price_fen, name} as `tray`, what it comes to with
 * the set it is on top of (`order.set`), or null where a dish of it is not known here. person: the roster's, or null; ended: "lost", … or null.
 * queued: meals of this one's day of which the roster knows nothing yet, served alone or (sequence 0)
 * booked by the server, undone ones left out; earlier: those of days before, which the roster's
 * balance knows nothing of either; counted: those that the limits count, if others than this day's.
 * minute: of the site's day. Answers {receipt} or {refusal: {code, facts}}.
 */
export function decide(asked) {
  const { order, tray, roster, person, ended, queued, earlier = [], minute } = asked;
  if (tray === null) return refuse("tray_dish", {});
  const set = tray ? [null, null, tray.name, tray.price_fen] : setOf(roster, order);
  if (!set) return refuse("no_set", { period: order.period });
  const [, , setName, price] = set;
  if (order.guest) return { receipt: guestReceipt(setName, price) };
  const unread = unreadable(order.token);
  if (unread) return unread;
  if (ended) return refuse(`card_${ended}`, { title: null });
  if (!person) return refuse("offline_card_unknown", {});
  const { title } = person;
  const mine = queued.filter((meal) => meal.number === person.number);
  const at = person.eaten[order.period] ?? mine.find((meal) => meal.period === order.period)?.clock;
  if (at !== undefined) return refuse("already_eaten", { title, at });
  if (roster.history && (mine.some((meal) => meal.tray || tray) || !asQuoted({ roster, person, mine }))) {
    return refuse("offline_price_unknown", { title }); // what a cap has left is not known here
  }
  const quote = tray
    ? trayQuote({ roster, person, order, minute, tray })
    : quoteFor({ roster, person, order, minute, mine });
  if (!quote && tray) return refuse("offline_price_unknown", { title });
  if (!quote) return refuse("no_set", { period: order.period });
  const counted = asked.counted ?? queued;
  return pay({ order, roster, person, counted, earlier, mine, setName, quote });
}

/**
 * Whether what was eaten today is what the quotes of later meals go by: the usual set of its period,
 * quoted as it is in the dining room when the period begins. A smaller one leaves more of a cap.
 */
function asQuoted({ roster, person, mine }) {
  const place = ({ period }) => roster.periods.indexOf(period);
  const inOrder = [...mine].sort((one, other) => place(one) - place(other));
  return inOrder.every((meal, before) => {
    const usual = roster.sets.find(([period]) => period === meal.period);
    if (meal.set !== usual?.[1] || inOrder[before - 1]?.clock > meal.clock) return false;
    const asked = { roster, person, mine: inOrder.slice(0, before) };
    const [hours, minutes] = meal.clock.split(":").map(Number);
    const was = offerFor({ ...asked, order: meal, minute: hours * 60 + minutes });
    const usually = { ...meal, channel: "dine_in" };
    const as = offerFor({ ...asked, order: usually, minute: roster.starts?.[place(meal)] ?? 0 });
    return was && as && was[5] === as[5] && roster.quotes[was[5]][1] === meal.subsidy_fen;
  });
}

function quoteFor(asked) {
  const begun = offerFor(asked);
  if (!begun) return null;
  const [price_fen, subsidy_fen, paid_fen, parts, reason] = asked.roster.quotes[begun[5]];
  return { price_fen, subsidy_fen, paid_fen, parts, reason };
}

/** What is offered of a set to a person: the last offer of its kind that has begun. */
function offerFor({ roster, person, order, minute, mine }) {
  const eaten = roster.periods.filter((period) => mine.some((meal) => meal.period === period));
  const ofSet = person.offers.filter(
    ([period, code]) => period === order.period && code === order.set,
  );
  // An offer that says what the plainer one says is left out of the roster.
  const apart = ofSet.some(([, , channel]) => channel === order.channel);
  const ofChannel = ofSet.filter(([, , channel]) => channel === (apart ? order.channel : "dine_in"));
  const after = (ate) => ofChannel.filter(([, , , before]) => before === ate);
  const offers = [after(eaten.join("+")), after("")].find((found) => found.length) ?? [];
  return offers.findLast(([, , , , from]) => from <= minute) ?? null;
}

/** A tray's price taken apart by the last effect that has begun; null where none is known. */
function trayQuote({ roster, person, order, minute, tray }) {
  const offers = (order.set ? person.additions : person.amounts) ?? [];
  const of = (wanted) =>
    offers.filter(
      ([period, channel, from, , set]) =>
        period === order.period &&
        channel === wanted &&
        from <= minute &&
        (set ?? null) === order.set,
    );
  const offer = [of(order.channel), of("dine_in")].find((found) => found.length)?.at(-1);
  const effect = offer && roster.effects[offer[3]];
  if (!effect) return null;
  const subsidy_fen = givenOf(effect, tray.price_fen);
  return {
    price_fen: tray.price_fen,
    subsidy_fen,
    paid_fen: tray.price_fen - subsidy_fen,
    parts: subsidy_fen ? [[null, subsidy_fen]] : [], // whose, the books will say
    reason: "",
  };
}

const setOf = (roster, order) =>
  roster.sets.find(([period, code]) => period === order.period && code === order.set);

function pay({ order, roster, person, counted, earlier, mine, setName, quote }) {
  const { title } = person;
  const due = quote.paid_fen;
  const byCard = (meal) => meal.paid_by === "wallet" && meal.number === person.number;
  const taken = sum(mine.filter(byCard));
  const balance = person.balance_fen - taken - sum(earlier.filter(byCard));
  const cash = order.pay_by === "cash";
  if (!cash && due > 0) {
    const { card_day_fen, alone_card_fen, alone_device_fen } = roster.limits;
    const sums = { title, due_fen: due, balance_fen: balance };
    if (due > balance) return refuse("balance_too_low", sums);
    const spent = sum(counted.filter(byCard));
    if (person.spent_fen + spent + due > card_day_fen) {
      return refuse("daily_limit", { ...sums, limit_fen: card_day_fen });
    }
    const alone = counted.filter(isAlone);
    if (sum(alone.filter(byCard)) + due > alone_card_fen) {
      return refuse("offline_card_limit", { ...sums, limit_fen: alone_card_fen });
    }
    const all = sum(alone.filter((meal) => meal.paid_by === "wallet"));
    if (all + due > alone_device_fen) {
      return refuse("offline_device_limit", { ...sums, limit_fen: alone_device_fen });
    }
  }
  return {
    receipt: {
      title,
      number: person.number,
      set_name: setName,
      price_fen: quote.price_fen,
      subsidy_fen: quote.subsidy_fen,
      parts: quote.parts.map(([name, amount_fen]) => ({ name, amount_fen })),
      paid_fen: due,
      paid_by: due === 0 ? "free" : order.pay_by,
      balance_fen: balance - (cash ? 0 : due),
      reason: quote.reason,
    },
  };
}

/** Not one that the server booked and of which the roster knows nothing yet: no risk is in it. */
const isAlone = (meal) => meal.sequence !== 0;

function guestReceipt(setName, price) {
  return {
    title: "",
    number: null,
    set_name: setName,
    price_fen: price,
    subsidy_fen: 0,
    parts: [],
    paid_fen: price,
    paid_by: price === 0 ? "free" : "cash",
    balance_fen: null,
    reason: "",
  };
}

function unreadable(token) {
  if (CODE.test(token ?? "")) return null;
  if (!token) return refuse("token_missing", {});
  if (CHIP.test(token)) return refuse("offline_alias", {}); // only the server knows whose it is
  if (!/^\d+$/.test(token) || token.length > 22) return refuse("token_not_ours", {});
  return refuse("token_cut", { digits: token.length, expected: 22 });
}

const refuse = (code, facts) => ({ refusal: { code, facts } });
const sum = (meals) => meals.reduce((fen, meal) => fen + meal.paid_fen, 0);
