/**
 * The counter when nothing answers: it goes on by its roster and tells everything afterwards.
 *
 * Alone begins when a tray got no answer, and ends when the server takes the queue (or an
 * empty one, which is the probe).
 */

import { fill, yuan } from "../../shared/words.js";
import { siteClock, siteDay } from "../choices.js";
import { isTimeDoubtful, serverNow } from "../clock.js";
import { A_LA_CARTE, heldBy } from "../tray.js";
import { saidReceipt } from "./amounts.js";
import { decide } from "./decide.js";
import { NOT_LET_IN, makeQueue } from "./queue.js";
import { canLock, codeHash, fetchRoster, openKept } from "./roster.js";
import { changeMeal, dropMeal, keep, kept, mealsKept, putMeal } from "./store.js";

const PROBE_MS = 4000;
const ROSTER_MS = 5 * 60_000;
const SEQUENCE = "sequence";
const TRAY = "canteen-counter-tray";
const CODE = /^\d{22}$/;

/**
 * onChange({alone, waiting, stuck, agedFrom}): for the band on the page. onSignedOut(): somebody must
 * sign in before the queue can be told; it is kept.
 */
export function makeAlone({ facts, post, onChange, onSignedOut }) {
  const { urls, offline } = facts;
  let roster = null;
  let alone = false;
  let signedOut = false;
  let counts = { waiting: 0, stuck: 0, otherwise: 0 };

  const queue = makeQueue({
    url: urls.offline_meals,
    post: (url, body) => post(url, body, { patience: 0 }),
    onTold: ({ left, stuck, otherwise }) => {
      counts = { waiting: left - stuck, stuck, otherwise: counts.otherwise + otherwise };
      changed();
    },
    onSignedOut: nobodyIn,
  });

  const changed = () => onChange({ alone, signedOut, ...counts, agedFrom: agedFrom() });

  /** The day of a roster that is not today's. */
  const agedFrom = () => (roster && roster.day !== siteDay(facts) ? roster.day : null);

  /** Said once with its own screen; from then on the band says it: trays go on meanwhile. */
  function nobodyIn() {
    if (signedOut) return;
    signedOut = true;
    changed();
    onSignedOut();
  }

  async function start() {
    await count().catch(() => {}); // a browser that keeps nothing
    roster = await openKept({ publicKey: offline.public_key }).catch(() => null);
    if (roster && roster.site_id !== (facts.site.id ?? roster.site_id)) roster = null; // another canteen's
    await refresh();
    setInterval(refresh, ROSTER_MS);
    setInterval(probe, PROBE_MS);
    window.addEventListener("online", probe);
    document.addEventListener("visibilitychange", () => document.hidden || probe());
    await probe();
  }

  async function count() {
    const waiting = (await mealsKept()).filter((meal) => !meal.told);
    const stuck = waiting.filter((meal) => meal.stuck).length;
    counts = { ...counts, waiting: waiting.length - stuck, stuck };
    changed();
  }

  /** A newer roster; what it knows of already need not be remembered here. */
  async function refresh() {
    if (alone) return;
    try {
      const known = { publicKey: offline.public_key, tag: roster?.tag };
      const fresh = await fetchRoster({ url: urls.roster, ...known });
      if (!fresh) return;
      roster = fresh;
      for (const meal of await mealsKept()) {
        if (meal.told && meal.told < fresh.made_at) await dropMeal(meal.id);
      }
    } catch {
      // nothing answered: the one at hand goes on serving
    }
  }

  /** Is somebody there again? What waits is told first. */
  async function probe() {
    if (counts.waiting || counts.stuck) await count().catch(() => {}); // another page may tell them
    if (!alone && !(await queue.isDue().catch(() => false))) return;
    const answer = await post(urls.offline_meals, { meals: [] }, { patience: 0 });
    if (answer.status === 0 && counts.waiting) begin();
    if (NOT_LET_IN.includes(answer.status)) nobodyIn();
    if (answer.status !== 200 || !answer.data.answers) return; // or something else on the way
    signedOut = false;
    if (!(await queue.flush())) return;
    alone = false;
    changed();
    await refresh();
  }

  /** How somebody is addressed whose card waits, as far as this device knows. */
  async function titleOf(token) {
    if (!isReady()) return null;
    return roster.byHash.get(await codeHash(token, roster.salt))?.title ?? null;
  }

  /** The clerk has read that the books judged some otherwise; the manager has the list. */
  function otherwiseSeen() {
    counts = { ...counts, otherwise: 0 };
    changed();
  }

  /** Which of these trays were answered here already: the browser died before it had noted so. */
  async function answered(ids) {
    const there = await mealsKept().catch(() => []);
    return there.map((meal) => meal.id).filter((id) => ids.includes(id));
  }

  /** Meals that could not be told so far, each with its reason. */
  const stuckMeals = async () => (await mealsKept()).filter((meal) => !meal.told && meal.stuck);

  /** Tell them once more at once. */
  async function tellStuck() {
    for (const { id } of await stuckMeals()) {
      await changeMeal(id, (meal) => ({ ...meal, again_at: 0 }));
    }
    await probe();
  }

  /** Whether trays are decided here without asking. */
  const isAlone = () => alone;

  /** Whether a card could be taken here. */
  const isReady = () => canLock() && roster !== null && Date.parse(roster.good_until) > serverNow();

  function begin() {
    alone = true;
    changed();
  }

  /** One tray decided here: the server's kind of answer, {status: 201 or 409, data}. */
  const serve = (order) => inTurn(() => decided(order));

  async function decided(order) {
    const day = siteDay(facts);
    const stand = (await mealsKept()).filter((meal) => !meal.undone);
    const before = stand.find((meal) => meal.id === order.id && meal.set_name);
    if (before) return { status: 200, data: { ...receiptOf(order, before, facts), repeat: true } };
    const queued = stand.filter((meal) => meal.day === day);
    const earlier = stand.filter((meal) => meal.day !== day);
    const tray = order.tray ? heldBy(order.tray, facts, setOf(order, facts)) : undefined;
    const asked = { order, tray, queued, earlier, minute: minuteOf(siteClock(facts)) };
    // Whoever turns the clock to tomorrow does not begin anew with what one may pay here.
    if (isTimeDoubtful()) asked.counted = stand;
    const verdict = order.guest
      ? decide({ ...asked, roster: guestRoster(facts), person: null, ended: null })
      : await decideCard(asked, day);
    if (verdict.refusal) return { status: 409, data: said(verdict.refusal, offline.refusals) };
    await remember(order, verdict.receipt, day, tray);
    return { status: 201, data: receiptOf(order, verdict.receipt, facts) };
  }

  async function decideCard(asked, day) {
    if (!isReady()) return { refusal: { code: "offline_no_roster", facts: {} } };
    const hash = await codeHash(asked.order.token ?? "", roster.salt);
    const known = roster.byHash.get(hash) ?? null;
    // Yesterday's roster knows nothing of today's meals; today's queue does.
    const spent_fen = isTimeDoubtful() ? (known?.spent_fen ?? 0) : 0;
    const anew = { eaten: {}, spent_fen, amounts: [], additions: [] }; // nor what is left of caps today
    const person = known && roster.day !== day ? { ...known, ...anew } : known;
    return decide({ ...asked, roster, person, ended: roster.ended[hash] ?? null });
  }

  async function remember(order, receipt, day, tray) {
    const sequence = ((await kept(SEQUENCE)) ?? 0) + 1;
    await keep(SEQUENCE, sequence);
    await putMeal({
      ...receipt,
      id: order.id,
      token: order.guest ? null : order.token,
      guest: order.guest,
      period: order.period,
      set: order.set ?? A_LA_CARTE,
      lines: tray?.lines ?? [],
      tray: Boolean(tray),
      device_id: order.device_id,
      channel: order.channel,
      pay_by: order.guest ? "cash" : order.pay_by,
      at: new Date(serverNow()).toISOString(),
      doubtful: isTimeDoubtful(),
      sequence,
      undone: false,
      clerk: order.clerk ?? "",
      clock: siteClock(facts),
      day,
    });
    await count();
  }

  /** A meal that the server booked: should the way break now, it is known here. */
  async function note(order, receipt) {
    if (!CODE.test(order.token ?? "") || !canLock()) return; // another number is no card's
    await putMeal({
      id: order.id,
      sequence: 0,
      period: order.period,
      set: order.set ?? A_LA_CARTE,
      channel: order.channel,
      subsidy_fen: receipt.subsidy_fen,
      number: order.token.slice(0, 8),
      paid_by: receipt.paid_by,
      paid_fen: receipt.paid_fen,
      tray: Boolean(order.tray),
      clock: siteClock(facts),
      day: siteDay(facts),
      told: new Date(serverNow()).toISOString(),
    });
  }

  /** Take back a meal that was not told yet; null when the server must do it. */
  async function undo(id) {
    let here = false;
    await changeMeal(id, (meal) => {
      here = !meal.told;
      return here ? { ...meal, undone: true } : null;
    });
    if (!here) return null;
    return { status: 200, tries: 1, data: { balance_fen: null, spoken: null } };
  }

  /** The server took a meal back that it had booked: should the way break now, it is known here. */
  const noteUndone = (id) => changeMeal(id, (meal) => (meal.told ? { ...meal, undone: true } : null));

  return {
    ...{ start, serve, note, undo, noteUndone, begin, isAlone, isReady, probe, titleOf },
    ...{ stuckMeals, tellStuck, otherwiseSeen, answered },
  };
}

/** Two pages of one device take turns: what one has served the other knows. */
const inTurn = (work) => (navigator.locks ? navigator.locks.request(TRAY, work) : work());

/** The server's receipt, made here, or once more of a meal that was kept. */
function receiptOf(order, receipt, facts) {
  const { title, set_name, price_fen, subsidy_fen, parts, paid_fen, paid_by, balance_fen, reason } = receipt;
  return {
    ...{ title, set_name, price_fen, subsidy_fen, parts, paid_fen, paid_by, balance_fen, reason },
    id: order.id,
    resident_id: null,
    spoken: saidReceipt(receipt),
    at: new Date(serverNow()).toISOString(),
    undo_seconds: facts.undo_seconds,
    repeat: false,
    offline: true,
  };
}

/** The server's sentence for a refusal, with its facts. */
function said({ code, facts }, refusals) {
  const known = refusals[code];
  const inWords = {
    ...facts,
    due: yuan(facts.due_fen ?? 0),
    balance: yuan(facts.balance_fen ?? 0),
    limit: yuan(facts.limit_fen ?? 0),
  };
  return {
    ...known,
    text: fill(known.text, inWords),
    next_step: fill(known.next_step, inWords),
    title: facts.title ?? null,
    due_fen: facts.due_fen ?? null,
    balance_fen: facts.balance_fen ?? null,
    links: {},
  };
}

/** What a guest needs: the sets of the page, nobody's card. */
function guestRoster(facts) {
  const sets = facts.sets.map((set) => [set.period, set.code, set.name, set.price_fen]);
  return { sets, quotes: [], limits: {} };
}

/** The set that a tray comes on top of. */
const setOf = (order, facts) =>
  facts.sets.find((set) => set.period === order.period && set.code === order.set);

const minuteOf = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
