/** Sentences and facts that the server put into the page as JSON. */

/** The object in `<script type="application/json" id="…">`. */
export function embedded(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

/** "%(name)s 余额" with its facts filled in. */
export function fill(sentence, facts = {}) {
  return sentence.replace(/%\((\w+)\)s/g, (_whole, name) => facts[name] ?? "");
}

/** 1350 fen as "13.50"; no thousands separator, because it is also read aloud. */
export function yuan(fen) {
  const cents = Math.abs(fen) % 100;
  const whole = (Math.abs(fen) - cents) / 100;
  return `${fen < 0 ? "-" : ""}${whole}.${String(cents).padStart(2, "0")}`;
}

/** How wide a name stands in bold letters, in ems, rather too much than too little. */
export function emsOf(name) {
  const wide = (letter) => (/[\u2e80-\uffef]/.test(letter) ? 1.02 : letter === " " ? 0.4 : 0.7);
  return Math.max(1, [...name].reduce((ems, letter) => ems + wide(letter), 0)).toFixed(2);
}

/** "Lunch" before "Lunch set" says nothing: null where the set's name tells the meal. */
export const unsaid = (period, set) => (period && set?.startsWith(period) ? null : period || null);
