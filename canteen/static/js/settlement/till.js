/** The counter: one page, one tray after the other, the scanner always live. */

import { embedded, fill, yuan } from "../shared/words.js";
import { makeBar } from "./bar.js";
import { makeCameraPanel } from "./camera_panel.js";
import { makeChoices } from "./choices.js";
import { attachActs } from "./keys.js";
import { makeMirror } from "./diner/mirror.js";
import { makeLock } from "./lock.js";
import { makeLine, makeOrder } from "./orders.js";
import { makeAlone } from "./offline/alone.js";
import { keepPage } from "./offline/page.js";
import { makePaper } from "./paper.js";
import { postJson } from "./post.js";
import { receiptAloud, receiptSlots, refusalPlan, spokenOf, wishOf } from "./results.js";
import { makeDebounce, watchGun } from "./scanner.js";
import { announce, show, showing } from "./screen.js";
import { attachSearch } from "./search.js";
import { attachSoundPanel } from "./sound_panel.js";
import { makeUndo } from "./undo.js";
import { makeVoice } from "./voice.js";

const facts = embedded("till-facts");
const words = embedded("till-words");

const QUICK_MS = 250; // an answer sooner than this needs no "one moment" screen
const RECEIPT_STAYS_MS = 60_000;
const HINT_STAYS_MS = 4000;
const GUEST_PAUSE_MS = 800; // one press, one guest
const ALONE_AFTER_MS = 2500; // without an answer for so long the counter goes on by itself

const voice = makeVoice({ clipsUrl: facts.urls.voice });
const sound = attachSoundPanel({ voice, words });
const isRepeat = makeDebounce();
const bar = makeBar({ facts, words, choices: () => choices, onReopen: (again) => again() });
const choices = makeChoices(facts, redraw);
const alone = makeAlone({
  facts,
  post: postJson,
  onChange: (state) => bar.alone(state),
  onSignedOut: showSignedOut,
});
const line = makeLine({ ask, onWait, onTrouble, onAnswer });
const mirror = makeMirror({
  facts,
  post: postJson,
  device: () => choices.device(),
  isAlone: () => alone.isAlone(),
});
const paper = makePaper({ url: facts.urls.meals, onChecked: (kind) => hint(words[`paper_${kind}`]) });
const camera = makeCameraPanel({
  url: facts.urls.decode,
  words,
  onCode: (text) => scanned(text, { byCamera: true }),
});
const undo = makeUndo({
  button: document.querySelector("[data-act=undo]"),
  url: facts.urls.meals,
  undoHere: (id) => alone.undo(id),
  onUndone: showUndone,
  onFailed: (meal, answer) => hint(answer.data.text ?? fill(words.undo_failed, meal)),
});
const lock = makeLock({
  facts,
  words,
  post: postJson,
  draw: drawLock,
  showing,
  mayLock: () => !line.busy() && line.unsent().length === 0,
  isAlone: () => alone.isAlone(),
  onHint: hint,
  onOpen: unlocked,
});

let refused = null; // the refusal on the stage and its order
let waitTimer = 0;
let hintTimer = 0;
let restTimer = 0;
let lastGuestAt = -Infinity;

// --- trays come in

function scanned(text, how) {
  if (isRepeat(text, how)) return how?.byCamera ? undefined : hint(words.same_card);
  const stuck = line.stuckWith(text, choices.period()?.code);
  if (stuck) return line.again();
  return serve({ token: text });
}

function serve(wish) {
  lock.touched();
  const order = makeOrder(choices, { ...wish, clerk: facts.clerk.mark });
  if (lock.isLocked()) lock.hold(order);
  else line.add(order);
  choices.settle();
}

function serveGuest() {
  if (performance.now() - lastGuestAt < GUEST_PAUSE_MS) return;
  lastGuestAt = performance.now();
  serve({ guest: true, pay_by: "cash" });
}

function serveAgain(changes) {
  const { order, refusal } = refused;
  line.add(makeOrder(choices, { ...wishOf(order, refusal, changes), clerk: facts.clerk.mark }));
}

/** The server's answer; without one, this counter's own, if it has a roster to go by. */
async function ask(order, { onTrouble: trouble }) {
  const here = order.guest || (alone.isReady() && order.token && !order.extra);
  if (alone.isAlone() && here) return alone.serve(order);
  const patience = here && alone.isReady() ? ALONE_AFTER_MS : undefined;
  const answer = await postJson(facts.urls.meals, order, { onTrouble: trouble, patience });
  if (answer.status === 200 || answer.status === 201) alone.note(order, answer.data);
  if (answer.status !== 0 || !here || !alone.isReady()) return answer;
  alone.begin();
  return alone.serve(order);
}

// --- answers come out

function onWait(_order, waiting) {
  document.querySelector("[data-stage]").setAttribute("aria-busy", "true");
  clearTimeout(waitTimer);
  const text = waiting ? fill(words.waiting, { count: waiting }) : null;
  waitTimer = setTimeout(() => display("waiting", "wait", { waiting: text }), QUICK_MS);
}

function onTrouble(order) {
  clearTimeout(waitTimer);
  display("retrying", "trouble", { who: whoOf(order) });
  announce(words.retrying, { urgent: true });
}

function onAnswer(order, answer) {
  clearTimeout(waitTimer);
  document.querySelector("[data-stage]").removeAttribute("aria-busy");
  bar.unsent(line.unsent().length);
  if (answer.status === 200 || answer.status === 201) showReceipt({ ...answer.data, set_shown: nameOf(order) });
  else if (answer.status === 0) showTrouble();
  else if (answer.status === 401) showSignedOut();
  else showRefusal(answer.data, order, { fresh: true });
  if (answer.status !== 0 && answer.status !== 401) paper.check();
}

function showReceipt(receipt) {
  const who = receipt.title || words.guest;
  drawReceipt(receipt);
  if (!receipt.repeat) bar.count(1);
  const text = fill(words.recent_paid, { who, paid: yuan(receipt.paid_fen) });
  bar.recall("good", text, () => drawReceipt(receipt));
  undo.remember(receipt, who);
  mirror.receipt(receipt);
  voice.tell("good", spokenOf(receipt, facts.diner));
  announce(receiptAloud(receipt, words));
}

function drawReceipt(receipt) {
  display("receipt", "good", receiptSlots(receipt, words));
  document.activeElement?.blur(); // so that no key presses a button by chance
  restTimer = setTimeout(() => showing() === "receipt" && showIdle(), RECEIPT_STAYS_MS);
}

function showUndone(meal, answer) {
  const title = meal.title || words.guest;
  const back = answer.data.balance_fen ?? null;
  const slots = { title, balance: back === null ? null : yuan(back), has_balance: back !== null };
  const draw = () => display("undone", "undone", slots);
  draw();
  bar.count(-1);
  bar.recall("bad", fill(words.recent_undone, { who: title }), draw);
  mirror.undone(meal, answer.data);
  voice.tell("good", answer.data.spoken);
  announce(fill(words.said_undone, { title }));
}

function showRefusal(refusal, order, { fresh }) {
  refused = { refusal, order };
  const plan = refusalPlan(refusal, order, { words, price: priceOf(order) });
  if (["manager_needed", "reason_needed"].includes(refusal.code)) return showOverride(refusal);
  const screen = display("refusal", plan.tone, plan.slots);
  for (const button of screen.querySelectorAll("[data-step]")) {
    const big = button.dataset.step === plan.step;
    button.hidden = !big && !plan.also.includes(button.dataset.step);
    button.classList.toggle("primary", big);
    if (big) screen.querySelector("[data-steps]").prepend(button);
  }
  screen.querySelector(".primary")?.focus();
  if (!fresh) return undefined;
  const text = [plan.slots.title, plan.slots.text].filter(Boolean).join(" ");
  bar.recall("bad", text, () => showRefusal(refusal, order, { fresh: false }));
  mirror.refusal(refusal, priceOf(order));
  voice.tell("bad", words.please_wait);
  return announce(`${plan.slots.text} ${plan.slots.next ?? ""}`, { urgent: true });
}

function showOverride(mistake = null) {
  const { order, refusal } = refused;
  const screen = display("override", "refused", {
    title: refusal.title ?? null,
    text: mistake ? null : refusal.text,
    mistake: mistake?.text ?? null,
    ask_manager: !facts.is_manager,
  });
  const form = screen.querySelector("form");
  form.reason.value = order.reason;
  const [first] = [...form.elements].filter((each) => each.matches("input") && !each.value);
  first?.focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendOverride(form);
  });
  if (mistake) voice.tell("bad");
}

function sendOverride(form) {
  const { order } = refused;
  const reason = form.reason.value.trim();
  const empty = [...form.querySelectorAll("[required]")].find((each) => !each.value.trim());
  if (empty && !empty.closest("[hidden]")) return empty.focus();
  const manager = { username: form.username.value.trim(), password: form.password.value };
  return serveAgain({
    pay_by: order.pay_by,
    extra: true,
    reason,
    manager: facts.is_manager ? null : manager,
  });
}

function showTrouble() {
  const count = line.unsent().length;
  const who = line.unsent().map(whoOf).join(words.comma);
  const screen = display("trouble", "trouble", { who, count: fill(words.unsent, { count }) });
  screen.querySelector(".primary").focus();
  voice.tell("bad");
  announce(words.unreachable, { urgent: true });
}

function showSignedOut() {
  if (lock.isLocked()) return;
  display("signed-out", "trouble").querySelector(".primary").focus();
  voice.tell("bad");
  announce(words.signed_out, { urgent: true });
}

function showIdle() {
  const set = choices.currentSet();
  mirror.idle({ period: choices.period(), set, dishes: choices.dishes() });
  display("idle", "idle", {
    period: choices.period()?.name ?? "",
    set: set?.name ?? null,
    price: set ? yuan(set.price_fen) : null,
    has_set: set !== null,
    no_set: set === null,
    takeaway: choices.takeaway() ? words.takeaway : null,
    dishes: choices.dishes().map((dish) => dish.name).join(words.dot) || null,
  });
}

function drawLock(slots) {
  hideBehind(true);
  return display("locked", "idle", slots);
}

function unlocked(orders) {
  hideBehind(false);
  undo.forget();
  bar.clerk(facts.clerk.name);
  showIdle();
  hint(fill(words.clerk_here, { name: facts.clerk.name }));
  for (const order of orders) line.add({ ...order, clerk: facts.clerk.mark });
}

/** Behind a lock nothing can be pressed. */
function hideBehind(locked) {
  for (const strip of document.querySelectorAll(".till-bar, .till-choices, .till-acts")) strip.inert = locked;
}

function showSearch() {
  const screen = display("search", "idle");
  attachSearch(screen, {
    url: facts.urls.diners,
    words,
    onPick: (diner) => serve({ resident_id: diner.resident_id }),
    onSignedOut: showSignedOut,
  });
}

// --- the page itself

function display(...screen) {
  clearTimeout(restTimer);
  sound.close();
  return show(...screen);
}

function hint(text) {
  const place = document.querySelector("[data-hint]");
  clearTimeout(hintTimer);
  place.textContent = text;
  place.hidden = false;
  hintTimer = setTimeout(() => (place.hidden = true), HINT_STAYS_MS);
}

function redraw() {
  bar.draw();
  if (showing() === "idle") showIdle();
}

/** What was ordered, if the set is still sold. */
function setOf(order) {
  return facts.sets.find((set) => set.period === order.period && set.code === order.set);
}

/** Its full price. */
const priceOf = (order) => setOf(order)?.price_fen ?? null;

/** Its name in the reader's language; a receipt tells the one it is booked under. */
const nameOf = (order) => setOf(order)?.name;

/** A tray without an answer has no name yet: the card's number, or what was asked for. */
function whoOf(order) {
  if (order.guest) return words.guest;
  return order.token ? fill(words.card, { number: order.token.slice(0, 8) }) : words.by_name;
}

function giveUpToPaper() {
  paper.add(line.giveUp());
  bar.unsent(0);
  showIdle();
  hint(words.on_paper);
}

attachActs(unlessLocked({
  lock: () => lock.lock(),
  idle: showIdle,
  find: showSearch,
  guest: serveGuest,
  takeaway: () => choices.toggleTakeaway(),
  camera: () => camera.toggle(),
  sound: () => sound.toggle(),
  undo: () => undo.undo(),
  retry: () => line.again(),
  trouble: showTrouble,
  paper: giveUpToPaper,
  cash: () => serveAgain({ pay_by: "cash" }),
  again: () => serveAgain({ pay_by: refused.order.pay_by }),
  override: () => showOverride(),
  period: () => document.querySelector("[data-bar=period]").focus(),
}));

function unlessLocked(acts) {
  const guarded = ([name, act]) => [name, (...given) => (lock.isLocked() ? undefined : act(...given))];
  return Object.fromEntries(Object.entries(acts).map(guarded));
}

watchGun({
  onScan: (text) => scanned(text),
  onDigit: (digit) => lock.isLocked() || choices.pickSetAt(Number(digit) - 1),
});

function everyFewSeconds() {
  bar.tick();
  choices.tick();
  lock.tick();
}

window.addEventListener("online", () => lock.isLocked() || line.again());
setInterval(everyFewSeconds, 5000);
everyFewSeconds();
bar.draw();
bar.clerk(facts.clerk.name);
showIdle();
lock.begin();
alone.start();
keepPage(facts.urls.worker);
if (line.unsent().length) {
  bar.unsent(line.unsent().length);
  if (!lock.isLocked()) showTrouble();
}
