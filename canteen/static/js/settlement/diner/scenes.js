/**
 * What the diner is shown, as plain facts: a few fields and never more, because anybody in the
 * line may look. The page that draws them has the words. Pure.
 */

/** How long somebody's own figures stay before the screen greets the next one. */
export const STAYS_MS = { receipt: 12_000, refusal: 20_000, undone: 8000 };

/** Letters of a name or a tray that fit a screen read from afar; the server takes no more. */
const MOST_LETTERS = 60;

/** Refusals after which nobody is named: somebody else may be holding the card. */
const NAMELESS = ["card_lost", "card_replaced", "card_closed", "card_unknown", "alias_unknown", "token_tampered"];

export function receiptScene(receipt, { showsBalance }) {
  return {
    kind: "receipt",
    title: receipt.title ?? "",
    set: short(receipt.set_shown ?? receipt.set_name),
    price_fen: receipt.price_fen,
    parts: receipt.parts.map(({ name, amount_fen }) => ({ name: short(name), amount_fen })),
    paid_fen: receipt.paid_fen,
    cash: receipt.paid_by === "cash" && receipt.paid_fen > 0,
    balance_fen: showsBalance ? (receipt.balance_fen ?? null) : null,
  };
}

export function refusalScene(refusal, { showsBalance, price = null }) {
  const short = refusal.code === "balance_too_low";
  return {
    kind: "refusal",
    code: refusal.code ?? "unknown",
    title: NAMELESS.includes(refusal.code) ? "" : (refusal.title ?? ""),
    due_fen: short ? (refusal.due_fen ?? price) : null,
    balance_fen: short && showsBalance ? (refusal.balance_fen ?? null) : null,
  };
}

export function undoneScene(meal, answer, { showsBalance }) {
  return {
    kind: "undone",
    title: meal.title ?? "",
    balance_fen: showsBalance ? (answer.balance_fen ?? null) : null,
  };
}

export function idleScene({ period, set, dishes }) {
  return {
    kind: "idle",
    period: period?.name ?? "",
    set: set?.name ?? "",
    price_fen: set?.price_fen ?? null,
    dishes: dishes.map((dish) => short(dish.name)).slice(0, 30),
  };
}

const short = (text) => {
  const letters = [...(text ?? "")];
  return letters.length > MOST_LETTERS ? `${letters.slice(0, MOST_LETTERS - 1).join("")}…` : letters.join("");
};
