/**
 * The counter: one page, one tray after the other, the scanner always live.
 *
 * Here its parts are put together. What comes in is `serving.js`, what shows is `screens.js`.
 */

import { stayAwake } from "../shared/awake.js";
import { isComposing } from "../shared/composing.js";
import { embedded, fill } from "../shared/words.js";
import { makeBar } from "./bar.js";
import { makeCameraPanel } from "./camera_panel.js";
import { makeChoices } from "./choices.js";
import { attachActs } from "./keys.js";
import { makeMirror } from "./diner/mirror.js";
import { makeLock } from "./lock.js";
import { makeAlone } from "./offline/alone.js";
import { makeNewDay } from "./newday.js";
import { keepPage } from "./offline/page.js";
import { makePaper } from "./paper.js";
import { postJson } from "./post.js";
import { watchGun } from "./scanner.js";
import { showing } from "./screen.js";
import { makeScreens } from "./screens.js";
import { makeServing } from "./serving.js";
import { attachSoundPanel } from "./sound_panel.js";
import { makeTray } from "./tray.js";
import { makeTrayPanel } from "./tray_panel.js";
import { makeUndo } from "./undo.js";
import { makeVoice } from "./voice.js";

const HINT_STAYS_MS = 4000;
const BEHIND = ".till-bar, .till-choices, .till-acts, .till-tray";

const facts = embedded("till-facts");
const words = embedded("till-words");
const voice = makeVoice({ clipsUrl: facts.urls.voice });
const till = { facts, words, voice, hint };
till.sound = attachSoundPanel({ voice, words });
till.bar = makeBar({ facts, words, choices: () => till.choices, onReopen: (again) => again() });
till.choices = makeChoices(facts, redraw);
till.screens = makeScreens(till);
till.alone = makeAlone({
  facts,
  post: postJson,
  onChange: (state) => till.bar.alone(state),
  onSignedOut: () => till.screens.showSignedOut(),
});
till.mirror = makeMirror({
  facts,
  post: postJson,
  device: () => till.choices.device(),
  isAlone: () => till.alone.isAlone(),
});
till.tray = makeTray({
  facts,
  period: () => till.choices.period()?.code ?? "",
  set: () => till.choices.currentSet(),
  onChange: redraw,
});
till.serving = makeServing(till);
till.panel = makeTrayPanel({
  tray: till.tray,
  words,
  set: () => till.choices.currentSet(),
  held: () => till.serving.held() !== null,
  limitFen: facts.sells.limit_fen,
});
till.tray.draw = till.panel.draw;
till.paper = makePaper({
  url: facts.urls.meals,
  onChecked: (kind) => hint(words[`paper_${kind}`]),
});
till.camera = makeCameraPanel({
  url: facts.urls.decode,
  words,
  onCode: (text) => till.serving.scanned(text, { byCamera: true }),
});
till.undo = makeUndo({
  button: document.querySelector("[data-act=undo]"),
  url: facts.urls.meals,
  undoHere: (id) => till.alone.undo(id),
  onUndone(meal, answer) {
    till.alone.noteUndone(meal.id).catch(() => {});
    till.screens.showUndone(meal, answer);
  },
  onFailed: (meal, answer) => hint(answer.data.text ?? fill(words.undo_failed, meal)),
});
till.lock = makeLock({
  facts,
  words,
  post: postJson,
  draw: drawLock,
  showing,
  mayLock: () =>
    !till.serving.line.busy() && till.serving.line.unsent().length === 0 && till.tray.isEmpty(),
  isAlone: () => till.alone.isAlone(),
  onHint: hint,
  onOpen: unlocked,
});

till.newDay = makeNewDay({
  facts,
  onNews: redraw,
  onNewDay() {
    till.bar.renew();
    redraw();
  },
  isFree: () =>
    !till.serving.line.busy() && ["idle", "receipt", "undone", "locked"].includes(showing()),
});

let hintTimer = 0;

function hint(text) {
  const place = document.querySelector("[data-hint]");
  clearTimeout(hintTimer);
  place.textContent = text;
  place.hidden = false;
  hintTimer = setTimeout(() => (place.hidden = true), HINT_STAYS_MS);
}

function redraw() {
  till.bar.draw();
  till.tray.draw();
  if (["idle", "held"].includes(showing())) till.screens.showIdle();
}

function drawLock(slots) {
  hideBehind(true);
  return till.screens.display("locked", "idle", slots);
}

function unlocked(orders) {
  hideBehind(false);
  till.undo.forget();
  till.bar.clerk(facts.clerk.name);
  till.screens.showIdle();
  hint(fill(words.clerk_here, { name: facts.clerk.name }));
  for (const order of orders) till.serving.line.add({ ...order, clerk: facts.clerk.mark });
}

/** Behind a lock nothing can be pressed. */
function hideBehind(locked) {
  for (const strip of document.querySelectorAll(BEHIND)) strip.inert = locked;
}

const { screens, serving } = till;
attachActs(unlessLocked({
  lock: () => till.lock.lock(),
  idle: letGo,
  tray: () => till.tray.toggle(),
  "wipe-tray": () => till.tray.wipe(),
  confirm: serving.confirm,
  reload: () => location.reload(),
  find: screens.showSearch,
  guest: serving.serveGuest,
  takeaway: () => till.choices.toggleTakeaway(),
  window: (button) => till.choices.pickDevice(Number(button.dataset.device)),
  camera: () => till.camera.toggle(),
  sound: () => till.sound.toggle(),
  undo: () => till.undo.undo(),
  retry: () => serving.line.again(),
  trouble: screens.showTrouble,
  stuck: () => screens.showStuck(),
  "otherwise-seen": () => till.alone.otherwiseSeen(),
  "tell-stuck": (button) => tellStuck(button),
  paper: serving.giveUpToPaper,
  cash: () => serving.serveAgain({ pay_by: "cash" }),
  again: () => serving.serveAgain({ pay_by: screens.refused().order.pay_by }),
  override: () => screens.showOverride(),
  period: () => document.querySelector("[data-bar=period]").focus(),
}));

function unlessLocked(acts) {
  const guarded = ([name, act]) => [name, (...given) => (till.lock.isLocked() ? undefined : act(...given))];
  return Object.fromEntries(Object.entries(acts).map(guarded));
}

/** Once more, by hand: what is left of them afterwards. */
async function tellStuck(button) {
  button.disabled = true;
  await till.alone.tellStuck();
  if (showing() === "stuck") await screens.showStuck();
}

/** Escape, or "I see": whoever waited for a tray does no more. */
function letGo() {
  serving.letGo();
  screens.showIdle();
}

watchGun({
  onScan: (text) => serving.scanned(text),
  onDigit: (digit) => (till.lock.isLocked() ? undefined : typed(digit)),
});

/** A digit by hand: of an amount, or the place of a dish or a set. Answers how to take it back. */
function typed(digit) {
  const { tray, choices } = till;
  const place = Number(digit) - 1;
  if (tray.isOpen()) {
    const takeBack = tray.asItIs();
    if (tray.tab() === "amount") tray.type(digit);
    else if (digit !== ".") tray.addAt(place);
    return takeBack;
  }
  const before = choices.currentSet();
  choices.pickSetAt(place);
  return () => choices.pickSet(before?.code ?? null);
}

document.addEventListener("keydown", (event) => {
  if (!till.tray.isOpen() || till.lock.isLocked()) return;
  if (isComposing(event) || event.target.closest("input, select, textarea")) return;
  if (event.key === "Backspace") till.tray.type("back");
  if (event.key === "Enter" && !event.target.closest("button, a")) serving.confirm();
});

function everyFewSeconds() {
  till.bar.tick();
  till.choices.tick();
  till.newDay.tick();
  till.lock.tick();
}

window.addEventListener("online", () => till.lock.isLocked() || serving.line.again());
setInterval(everyFewSeconds, 5000);
everyFewSeconds();
till.bar.draw();
till.tray.draw();
till.bar.clerk(facts.clerk.name);
screens.showIdle();
till.lock.begin();
till.alone.start();
keepPage(facts.urls.worker);
stayAwake();
offerUnsent();

/** Trays that got no answer before the page was left, without those that did after all. */
async function offerUnsent() {
  const ids = serving.line.unsent().map((order) => order.id);
  if (!ids.length) return;
  serving.line.strike(await till.alone.answered(ids));
  till.bar.unsent(serving.line.unsent().length);
  if (serving.line.unsent().length && !till.lock.isLocked()) screens.showTrouble();
}
