/**
 * The page turned to the diner. It draws what it hears and keeps nothing: each scene goes by
 * itself after some seconds, and when the counter falls silent the screen only greets.
 */

import { stayAwake } from "../../shared/awake.js";
import { embedded, emsOf, fill, unsaid, yuan } from "../../shared/words.js";
import { show } from "../screen.js";
import { listenToCounter, pollServer } from "./listening.js";
import { attachPairing } from "./pairing.js";
import { STAYS_MS } from "./scenes.js";

const facts = embedded("diner-facts");
const words = embedded("diner-words");

let idle = null;
let timer = 0;

/** news: {idle, scene}; null when nothing is known any more. */
function hear(news) {
  idle = news?.idle ?? null;
  clearTimeout(timer);
  if (!news?.scene) return greet();
  timer = setTimeout(greet, STAYS_MS[news.scene.kind]);
  return DRAW[news.scene.kind](news.scene);
}

const DRAW = {
  receipt(scene) {
    const screen = show("receipt", "good", {
      title: scene.title || words.guest,
      pay_label: scene.cash ? words.pay_cash : words.pay,
      paid: yuan(scene.paid_fen),
      free: scene.paid_fen === 0 ? words.free : null,
      set: scene.set,
      price: amount(scene.price_fen),
      parts: scene.parts.map((part) => ({
        funder: part.name ? fill(words.funder_pays, { funder: part.name }) : words.subsidy,
        amount: amount(part.amount_fen),
      })),
      ...left(scene),
    });
    fit(screen, scene.title || words.guest);
    screen.querySelector(".diner-sum").dataset.long = yuan(scene.paid_fen).length > 5;
  },
  refusal(scene) {
    const screen = show("refusal", "refused", {
      title: scene.title || null,
      note: words[`note_${scene.code}`] ?? null,
      due: scene.due_fen === null ? null : fill(words.due, { yuan: yuan(scene.due_fen) }),
      ...left(scene),
    });
    fit(screen, scene.title);
  },
  undone(scene) {
    const title = scene.title || words.guest;
    fit(show("undone", "undone", { title, ...left(scene) }), title);
  },
};

/** A name stands on one line, if it can be read there. */
function fit(screen, name) {
  screen.querySelector(".diner-who").style.setProperty("--ems", emsOf(name));
}

function greet() {
  const dishes = idle?.dishes ?? [];
  show("idle", "idle", {
    hello: words[partOfDay(new Date().getHours())],
    today: idle?.set ? [unsaid(idle.period, idle.set), idle.set].filter(Boolean).join(" ") : null,
    price: idle?.price_fen == null ? null : amount(idle.price_fen),
    has_set: Boolean(idle?.set),
    dishes: dishes.map((name) => ({ name })),
  });
}

const amount = (fen) => fill(words.amount, { yuan: yuan(fen) });

function left({ balance_fen }) {
  return { has_balance: balance_fen !== null, balance: balance_fen === null ? null : yuan(balance_fen) };
}

function partOfDay(hour) {
  if (hour < 10) return "morning";
  if (hour < 14) return "noon";
  return hour < 18 ? "afternoon" : "evening";
}

function begin() {
  greet();
  if (facts.kind === "window") return listenToCounter(hear);
  return pollServer({
    url: facts.urls.scene,
    onNews: hear,
    onSilence: () => hear(null),
    onSentAway: () => location.reload(),
    mark: (well) => document.querySelector("[data-unreached]").toggleAttribute("hidden", well),
  });
}

document.querySelector("[data-full]").addEventListener("click", () => {
  document.documentElement.requestFullscreen?.().catch(() => {});
});
stayAwake();
if (facts.kind === "tablet" && !facts.paired) attachPairing(show("pairing", "idle"), { url: facts.urls.pairing, words });
else begin();
