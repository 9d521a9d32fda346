/**
 * A tray: dishes that were tapped, an amount that was typed, or both; alone or on top of a set.
 *
 * Where the canteen sells sets too it is open only while somebody asks for it; an ordinary
 * diner's card settles the set as ever. What was tapped outlasts a reload of the page.
 */

import { jot } from "../shared/jot.js";

/** The set code of a meal without a set. */
export const A_LA_CARTE = "*";

const STORED = "till-tray";
const MOST_DIGITS = 7; // with its point: 1000.00

/**
 * onChange(): draw it anew. `period()` is the code of the period that is being sold, `set()` the
 * set that is.
 */
export function makeTray({ facts, period, set, onChange }) {
  const { sells } = facts;
  const offered = sells.dishes || sells.amounts;
  const always = offered && !sells.sets;
  let state = empty();
  const kept = remembered();
  if (kept && kept.day === facts.service_date && kept.period === period()) state = kept.state;

  function empty() {
    const tab = sells.dishes && facts.dishes.length ? "dishes" : sells.amounts ? "amount" : "dishes";
    return { open: always, tab, counts: {}, typed: "", owner: null, with_set: false };
  }

  function change(values) {
    state = { ...state, ...values };
    const note = { day: facts.service_date, period: period(), state };
    jot(sessionStorage, STORED, JSON.stringify(note));
    onChange();
  }

  const dishes = () => facts.dishes.filter((dish) => dish.period === period()).filter(onlyOnce);
  const countOf = (id) => state.counts[id] ?? 0;
  const tapped = () => dishes().filter((dish) => countOf(dish.id));
  const amount = () => fenOf(state.typed);
  const added = () =>
    tapped().reduce((fen, dish) => fen + dish.price_fen * countOf(dish.id), amount());
  const ofSet = () => (state.with_set ? set() : null);
  const total = () => added() + (ofSet()?.price_fen ?? 0);

  function add(id, more) {
    const count = Math.max(0, Math.min(sells.most_of_one, countOf(id) + more));
    change({ counts: { ...state.counts, [id]: count }, tab: "dishes" });
  }

  /** One key of the keypad: a digit, a point, or "back". */
  function type(key) {
    const typed = key === "back" ? state.typed.slice(0, -1) : state.typed + key;
    if (typed.length <= MOST_DIGITS && /^\d{0,4}(\.\d{0,2})?$/.test(typed)) {
      change({ typed: /^0\d/.test(typed) ? typed.slice(1) : typed, tab: "amount" });
    }
  }

  return {
    offered,
    always,
    isOpen: () => Boolean(state.open),
    isEmpty: () => total() === 0,
    isTooDear: () => total() > sells.limit_fen,
    tab: () => state.tab,
    typed: () => state.typed,
    dishes,
    countOf,
    total,
    ofSet,
    /** How to have it as it is now once more. */
    asItIs() {
      const now = state;
      return () => change(now);
    },
    toggleSet: () => change({ with_set: !state.with_set }),
    add,
    addAt: (place) => dishes()[place] && add(dishes()[place].id, 1),
    type,
    pickTab: (tab) => change({ tab }),
    toggle: () => offered && !always && change({ ...empty(), open: !state.open }),
    /** The tray was taken, or given up: an ordinary diner is next. */
    clear: () => change({ ...empty(), tab: always ? state.tab : empty().tab }),
    /** Nothing on it, but still asked for. */
    wipe: () => change({ counts: {}, typed: "", owner: null, with_set: false }),
    /** What an order says of it; nothing where a set is sold and no more. */
    wish() {
      if (!state.open || (ofSet() && !added())) return {};
      return { set: ofSet()?.code ?? null, tray: asked() };
    },
    /** A refused tray again; `owner` is whose it is, if that is known. */
    putBack({ dishes: again, amount_fen }, { owner, with_set }) {
      const counts = Object.fromEntries(again.map(({ id, count }) => [id, count]));
      const typed = amount_fen ? textOf(amount_fen) : "";
      change({ open: true, counts, typed, owner, with_set });
    },
    isOf: (whose) => state.owner === null || state.owner === whose,
  };

  function asked() {
    return {
      dishes: tapped().map((dish) => ({ id: dish.id, count: countOf(dish.id) })),
      amount_fen: amount() || null,
      shown_fen: total(),
    };
  }
}

/** What a tray holds, for a receipt in the reader's language: 红烧肉、米饭 × 2. */
export function trayText(tray, facts, words) {
  const named = tray.dishes.map(({ id, count }) => {
    const name = facts.dishes.find((dish) => dish.id === id)?.name ?? words.tray_dish;
    return count > 1 ? `${name} × ${count}` : name;
  });
  return [...named, ...(tray.amount_fen ? [words.tray_amount] : [])].join(words.comma);
}

/**
 * What an ordered tray holds, as the books name it, on top of `set` if there is one; null where
 * a dish is not on this page.
 */
export function heldBy(tray, facts, set) {
  const lines = [];
  const onlyOne = { dish_id: null, name_en: "", quantity: 1 };
  if (set) lines.push({ ...onlyOne, name: set.name, unit_price_fen: set.price_fen });
  for (const { id, count } of tray.dishes) {
    const dish = facts.dishes.find((each) => each.id === id);
    if (!dish) return null;
    const { name_zh, name_en, price_fen } = dish;
    lines.push({ dish_id: id, name: name_zh, name_en, quantity: count, unit_price_fen: price_fen });
  }
  const [tapped, typed] = facts.sells.stored_names;
  if (tray.amount_fen) {
    const { typed_en: name_en } = facts.sells;
    lines.push({ dish_id: null, name: typed, name_en, quantity: 1, unit_price_fen: tray.amount_fen });
  }
  const price_fen = lines.reduce((fen, line) => fen + line.quantity * line.unit_price_fen, 0);
  const name = tray.dishes.length ? tapped : typed;
  return { lines, price_fen, name: set ? `${[...set.name].slice(0, 37).join("")}＋${name}` : name };
}

const onlyOnce = (dish, place, all) => all.findIndex((each) => each.id === dish.id) === place;

/** "12.5" is 1250 fen. */
function fenOf(typed) {
  const [yuan = "", rest = ""] = typed.split(".");
  return Number(yuan || 0) * 100 + Number(rest.padEnd(2, "0") || 0);
}

const textOf = (fen) => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, "0")}`;

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(STORED) ?? "null");
  } catch {
    return null;
  }
}
