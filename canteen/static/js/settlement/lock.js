/**
 * Locking the counter and changing over by PIN. The page stays as it is: line, queue, choices.
 *
 * A tray that is shown while it is locked is kept on the device and served after the PIN. A
 * lock outlasts a reload; who locked can lift it without a network, if their PIN was typed here
 * before (a salted hash of it is kept).
 */

import { jot } from "../shared/jot.js";
import { fill } from "../shared/words.js";
import { serverNow } from "./clock.js";
import { canKeepPin, keepPin, knowsPinOf, provePin } from "./pin.js";

const LOCKED = "till-locked";
const CLERK = "till-clerk";
const HELD = "till-held";
const MINUTE_MS = 60_000;
const RESTING = ["idle", "receipt", "undone", "stuck"]; // on any other screen somebody waits for an answer

/**
 * post(url, body, options): {status, data}. draw(slots): put the lock on the stage, its element.
 * mayLock(): no tray is on its way. onOpen(orders): unlocked; the trays that were shown meanwhile.
 */
export function makeLock({ facts, words, post, draw, showing, mayLock, isAlone, onHint, onOpen }) {
  let locked = false;
  let screen = null;
  let touchedAt = performance.now();
  let unkept = []; // trays that a full device could not note: on this page alone
  takeOver(stored(CLERK));

  /** Whoever came last to this counter: a kept page may still name the one before. */
  function takeOver(change) {
    if (!change || Date.parse(change.clerk.at) < Date.parse(facts.clerk.at)) return;
    facts.clerk = change.clerk;
    facts.is_manager = change.is_manager;
  }

  function lock() {
    if (locked) return undefined;
    if (!mayLock() || !RESTING.includes(showing())) return onHint(words.lock_later);
    if (!facts.clerk.has_pin) return onHint(words.lock_no_pin);
    if (isAlone() && !knowsPinOf(facts.clerk.id)) return onHint(words.lock_alone);
    const lock = { at: new Date(serverNow()).toISOString(), by: facts.clerk.id, told: false };
    store(LOCKED, lock);
    post(facts.urls.lock, {}, { patience: 0, keepalive: true }).then((answer) => {
      if (answer.status !== 200) return;
      const news = JSON.stringify(answer.data.colleagues) !== JSON.stringify(facts.colleagues);
      facts.colleagues = answer.data.colleagues;
      if (!locked) return;
      store(LOCKED, { ...lock, told: true });
      if (news) show(); // not otherwise: somebody may be typing, or scanning
    });
    return show();
  }

  function show() {
    const chosen = screen?.querySelector("input:checked")?.value ?? String(facts.clerk.id);
    const typed = screen?.querySelector("[name=pin]").value ?? "";
    locked = true;
    screen = draw({ held: heldText(), people: facts.colleagues });
    for (const [place, box] of [...screen.querySelectorAll("[name=person]")].entries()) {
      box.value = String(facts.colleagues[place].id);
      box.checked = box.value === chosen;
    }
    const form = screen.querySelector("form");
    form.pin.value = typed;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      tryPin(form);
    });
    form.pin.focus();
  }

  async function tryPin(form) {
    const person = Number(new FormData(form).get("person"));
    const pin = form.pin.value;
    if (!pin) return form.pin.focus();
    const button = form.querySelector("button.primary");
    button.disabled = true;
    form.pin.value = ""; // whoever types on while a slow server thinks loses no digit
    const answer = await post(facts.urls.switch, { staff_id: person, pin }, { patience: 0 });
    button.disabled = false;
    if (answer.status === 200) {
      takeOver(answer.data);
      store(CLERK, answer.data);
      if (canKeepPin()) keepPin(person, pin);
      return open();
    }
    form.pin.focus();
    if (answer.status !== 0) return mistake(answer.data.text ?? words.signed_out, answer.data.next_step);
    const own = stored(LOCKED)?.by === person && knowsPinOf(person);
    if (!own) return mistake(words.unlock_alone);
    return (await provePin(person, pin)) ? open() : mistake(words.pin_wrong_here);
  }

  function mistake(text, next) {
    const place = screen.querySelector("[data-slot=mistake]");
    place.textContent = [text, next].filter(Boolean).join(words.comma_sentence);
    place.hidden = false;
  }

  function open() {
    const orders = held();
    localStorage.removeItem(HELD);
    localStorage.removeItem(LOCKED);
    [locked, screen, touchedAt, unkept] = [false, null, performance.now(), []];
    onOpen(orders);
  }

  /** A tray that was shown to a locked counter. */
  function hold(order) {
    if (!store(HELD, [...(stored(HELD) ?? []), order])) unkept.push(order);
    const place = screen.querySelector("[data-slot=held]");
    place.textContent = heldText();
    place.hidden = false;
  }

  const held = () => [...(stored(HELD) ?? []), ...unkept];

  function heldText() {
    const count = held().length;
    return count ? fill(unkept.length ? words.held_unkept : words.held, { count }) : null;
  }

  /** Called every few seconds: lock when nobody was here for long, and nobody waits. */
  function tick() {
    const idleMs = performance.now() - touchedAt;
    const may = facts.lock_minutes && !locked && mayLock() && RESTING.includes(showing());
    const can = facts.clerk.has_pin && (!isAlone() || knowsPinOf(facts.clerk.id));
    if (may && can && idleMs >= facts.lock_minutes * MINUTE_MS) lock();
  }

  /** Is it locked still? A page of the server's knows; a kept one is older than the lock. */
  function begin() {
    const kept = stored(LOCKED);
    const newer = kept && Date.parse(kept.at) > Date.parse(facts.clerk.at);
    const untold = kept && !kept.told && kept.by === facts.clerk.id;
    if (facts.locked || newer || untold) return show();
    localStorage.removeItem(LOCKED);
    const orders = stored(HELD);
    if (orders) open();
    return undefined;
  }

  const touched = () => (touchedAt = performance.now());
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, touched, true);
  return { lock, hold, tick, begin, touched, isLocked: () => locked };
}

const store = (name, value) => jot(localStorage, name, JSON.stringify(value));

function stored(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}
