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
