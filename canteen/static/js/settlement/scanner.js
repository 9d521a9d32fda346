/**
 * A scan gun is a keyboard that types 22 digits faster than any hand, with or without Enter. An
 * NFC reader is one that types a chip's number: ten digits, or hex of 8 to 20.
 *
 * The listener sits on the document, so it does not matter what has the focus: the gun's
 * Enter or Tab never presses a button, and digits shot into a field are taken out again.
 */

const GAP_MS = 60; // a hand needs longer between two keys
const HICCUP_MS = 150; // four keys that fast were a gun's: now its tablet may stumble
const FLUSH_MS = 80; // after a whole code
const FLUSH_SHORT_MS = 200; // after a digit or two, which a hand may have typed
const GUN_PACE_MS = 25; // between two keys: no hand is so fast, not even with two fingers
const FLUSH_CUT_MS = 600; // after part of a code: a busy tablet may stumble, then go on
const STALL_MS = 25; // a timer so late says that the page stood still
const PIECE_MS = 400; // a reader that stumbles; from the keys to the gun a hand needs longer
const LATE_ENTER_MS = 250; // a gun may pause before its Enter
const CODE_DIGITS = 22;
const STEERS = /^(F\d+|Enter|Escape|Backspace|Delete|Tab|Arrow.+)$/;
const SHORTEST_SCAN = 6; // a cut code or a stranger's: the server says which
const SHORTEST_IN_FIELD = 12; // nobody types a name this fast, but be sure
const CHIP = /^(?=(?:.*\d){4})[0-9a-f]{8,20}$/i; // what an NFC reader types: digits or hex
const CODES = /^(?:\d{22})+$/;
const SYMBOLOGY = /\][A-Za-z]\d/; // "]Q1": a gun may be set to say what kind of code it read
const BY_HAND = /^[\d.,]{1,3}$/; // two fingers on a keypad may be as fast as a gun

/** What a key types on the keyboard that guns take themselves for, whatever the tablet's layout. */
const PLACE = /^(?:Digit|Numpad|Key)([0-9A-F])$/;

/** Full-width digits of an input method as plain ones; anything else unchanged. */
export const plain = (text) => text.normalize("NFKC").replace("。", ".");

/**
 * Listen for the gun until the page ends.
 *
 * onScan(text): a whole scan, normalised, without its Enter.
 * onDigit(digit): one digit, or a point, typed by hand outside a field; answers how to take it
 * back, should it be a gun's after all.
 */
export function watchGun({ onScan, onDigit, root = document }) {
  let burst = "";
  let places = ""; // the same keys by where they lie
  let beganAt = 0;
  let lastAt = -Infinity;
  let timer = 0;
  let dueAt = 0;
  let field = null;
  let fieldBefore = "";
  let swallowUntil = -Infinity;
  let spent = null; // what was taken for all there is: a busy tablet may bring the rest late

  function forget() {
    clearTimeout(timer);
    burst = places = "";
    field = null;
  }

  function arm(wait) {
    clearTimeout(timer);
    dueAt = performance.now() + wait;
    timer = setTimeout(flush, wait);
  }

  /** A page that stood still has keys waiting behind the timer: they come first. */
  function flush() {
    if (performance.now() - dueAt > STALL_MS) arm(FLUSH_SHORT_MS);
    else finish();
  }

  function finish() {
    if (isRest(burst)) goOn();
    const text = meant(burst, places);
    const [target, before, typed, lay] = [field, fieldBefore, burst, places];
    forget();
    spent = text.length % CODE_DIGITS ? { text: typed, lay, target, before, at: lastAt } : null;
    if (target && target.value !== before && isScan(text, target)) restore(target, before);
    if (isScan(text, target)) {
      swallowUntil = performance.now() + LATE_ENTER_MS;
      parts(text).forEach((part) => onScan(part));
    } else if (!target && BY_HAND.test(text)) {
      const undo = [...text.replaceAll(",", ".")].map((digit) => onDigit(digit));
      spent.takeBack = () => undo.reverse().forEach((takeBack) => takeBack?.());
    }
  }

  /** Exactly what was missing of a code whose beginning came just before, with a pause. */
  function isRest(text) {
    const whole = spent && spent.text + text;
    return Boolean(whole) && /^\d{22}$/.test(whole) && beganAt - spent.at <= PIECE_MS;
  }

  /** What came before belongs to this: it is taken back, and the scan begins with it. */
  function goOn() {
    const { text, lay, target, before, takeBack } = spent;
    takeBack?.();
    [burst, places] = [text + burst, lay + places];
    [field, fieldBefore, spent] = [target, before, null];
  }

  function keydown(event) {
    const at = event.timeStamp; // when it was pressed, however late this runs
    if (burst.length === 1 && STEERS.test(event.key)) finish(); // what a hand typed counts first
    if (event.key === "Enter" || event.key === "Tab") return enter(event, at);
    if (event.isComposing || event.repeat) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const key = keyOf(event);
    if (key.length !== 1) return; // Shift, CapsLock, F2
    // Nor does a "1" pick 1号窗口 from a list that has the focus.
    if (key !== " " && event.target instanceof HTMLSelectElement) event.preventDefault();
    if (at - lastAt > (burst.length < 4 ? GAP_MS : HICCUP_MS)) {
      if (burst) finish();
      field = editable(event.target);
      fieldBefore = field ? field.value : "";
    }
    if (!burst && spent && at - lastAt <= GUN_PACE_MS) goOn();
    else if (!burst) beganAt = at;
    lastAt = at;
    burst += plain(key);
    places += event.code?.match(PLACE)?.[1] ?? "?";
    arm(patience(burst.length, (at - beganAt) / (burst.length - 1)));
  }

  /** The end of a scan, Enter or Tab: of a gun it presses nothing and moves no focus. */
  function enter(event, at) {
    const ofGun = isScan(meant(burst, places), field) && at - lastAt <= LATE_ENTER_MS;
    if (!ofGun && at > swallowUntil) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (ofGun) finish();
    swallowUntil = at + GAP_MS; // a gun set to CR and LF types two; no hand is so fast
    spent = null;
  }

  /** An input method may hide the keys: then the field shows what was shot into it. */
  function input(event) {
    const target = editable(event.target);
    if (!target || target.dataset.scan === undefined) return;
    const typed = plain(target.value).replace(SYMBOLOGY, "");
    const whole = typed.match(/\d{22}/);
    if (!whole) return;
    const rest = typed.replace(whole[0], "");
    forget();
    swallowUntil = performance.now() + LATE_ENTER_MS;
    restore(target, rest);
    onScan(whole[0]);
  }

  root.addEventListener("keydown", keydown, true);
  root.addEventListener("input", input, true);
}

/** How long to wait for the next key, in milliseconds, `pace` being what keys took so far. */
function patience(length, pace) {
  if (length % CODE_DIGITS === 0) return FLUSH_MS;
  const ofGun = length >= 4 || (length > 1 && pace < GUN_PACE_MS);
  return ofGun ? FLUSH_CUT_MS : FLUSH_SHORT_MS;
}

/**
 * What a reader meant. It presses places of a keyboard, and a tablet set to French makes "&é" of
 * "12": where the letters say nothing to us and the places do, those count.
 */
function meant(text, places) {
  const bare = text.replace(SYMBOLOGY, "");
  const isKnown = /^\d+$/.test(bare) || CHIP.test(bare);
  return !isKnown && (CODES.test(places) || CHIP.test(places)) ? places : bare;
}

function isScan(text, field) {
  if (!field) return text.length >= SHORTEST_SCAN;
  if (field.dataset.scan !== undefined && CHIP.test(text)) return true;
  return text.length >= SHORTEST_IN_FIELD && /^\d+$/.test(text);
}

/** Two codes shot without a pause and without Enter are two scans. */
function parts(text) {
  return CODES.test(text) ? text.match(/\d{22}/g) : [text];
}

/** An input method that is on keeps back what a key types, but not where it lies. */
function keyOf({ key, code }) {
  const digit = key === "Process" && code?.match(/^(?:Digit|Numpad)(\d)$/);
  return digit ? digit[1] : key;
}

function editable(target) {
  if (!(target instanceof HTMLElement)) return null;
  if (target instanceof HTMLTextAreaElement) return target;
  const typed = ["text", "search", "tel", "password", "number"];
  return target instanceof HTMLInputElement && typed.includes(target.type) ? target : null;
}

function restore(target, value) {
  target.value = value;
  target.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Whether a code was just taken: the same card within `quietMs` is one card held a little
 * long. A camera goes on seeing it, so each sighting by camera starts the time anew.
 */
export function makeDebounce(quietMs = 3000, clock = () => performance.now()) {
  const seen = new Map();
  return function isRepeat(text, { byCamera = false } = {}) {
    const at = clock();
    const last = seen.get(text);
    const repeat = last !== undefined && at - last < quietMs;
    if (!repeat || byCamera) seen.set(text, at);
    if (seen.size > 50) seen.delete(seen.keys().next().value);
    return repeat;
  };
}
