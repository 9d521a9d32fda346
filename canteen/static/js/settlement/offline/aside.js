/**
 * Meals of the queue that could not be told: kept, marked, told again ever more seldom. Pure.
 *
 * What the same card was served after one of them waits for it a while, since its price and its
 * money go by what came before; not for ever, or one mistake would hold up a card's meals for good.
 */

/** Why a meal was set aside for which no answer came, though the server answers otherwise. */
export const SILENT = "silent";

const FIRST_MS = 30_000;
const MOST_MS = 60 * 60_000;
const HELD_TRIES = 3; // so often what follows of the same card waits

/** The meal as it is kept after it could not be told: once more silence may be the network's. */
export function setAside(meal, why, now) {
  const tries = (meal.tries ?? 0) + 1;
  const again_at = now + Math.min(MOST_MS, FIRST_MS * 2 ** (tries - 1));
  const stuck = why === SILENT && tries === 1 ? meal.stuck : why;
  return { ...meal, tries, again_at, stuck };
}

/** What is to be told now, in the order in which it was served. */
export function dueNow(meals, now) {
  const held = new Set();
  return meals.filter((meal) => {
    if (meal.told) return false;
    const due = !rests(meal, now) && !held.has(meal.token);
    if (!due && meal.token && !(meal.tries >= HELD_TRIES)) held.add(meal.token);
    return due;
  });
}

/** Set aside a short while ago. A clock that was set back does not make it wait for hours. */
const rests = (meal, now) => meal.again_at > now && meal.again_at - now <= MOST_MS;
