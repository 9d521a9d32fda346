/**
 * What is given of an amount, from the lines that the server found by asking its engine.
 *
 * The same arithmetic as `canteen/subsidies/over_amounts.py`, in whole fen; a test holds the two
 * together. Pure: no page, no network.
 */

const WHOLE = 10_000; // basis points

/** In fen. A line is [from, fen, times, percentages]; the last that has begun holds. */
export function givenOf(effect, amount) {
  const [, fen, times, percents] = effect.findLast(([from]) => from <= amount);
  return clamp(fen + times * amount + percentsOf(percents, amount), amount);
}

/** A percentage of a later stage, of the rest, sees what the earlier ones left. */
function percentsOf(percents, amount) {
  let before = 0;
  let now = 0;
  let stage = null;
  for (const [points, unit, rounding, ofPay, at, ofRest, beyond] of percents) {
    if (at !== stage) [before, now, stage] = [before + now, 0, at];
    const base = amount - beyond - (ofRest ? before : 0);
    now += shareOf(Math.max(0, base), { points, unit, rounding, ofPay });
  }
  return before + now;
}

function shareOf(base, { points, unit, rounding, ofPay }) {
  const aimed = rounded(base * (ofPay ? WHOLE - points : points), WHOLE * unit, rounding) * unit;
  return clamp(ofPay ? base - aimed : aimed, base);
}

function rounded(numerator, denominator, rounding) {
  const rest = numerator % denominator;
  const whole = (numerator - rest) / denominator;
  if (rounding === "up") return whole + (rest > 0 ? 1 : 0);
  if (rounding === "down") return whole;
  const atHalf = 2 * rest === denominator && (rounding === "half_up" || whole % 2 === 1);
  return whole + (2 * rest > denominator || atHalf ? 1 : 0);
}

const clamp = (fen, most) => Math.max(0, Math.min(fen, most));
