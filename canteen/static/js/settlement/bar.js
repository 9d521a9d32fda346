/** The strips above and below the stage: period, window, sets, clock, what came just before. */

import { fill, yuan } from "../shared/words.js";
import { siteClock } from "./choices.js";
import { fillIn } from "./screen.js";

const RECENTS = 3;

/** Draws the strips from the choices; answers what the page calls when something changed. */
export function makeBar({ facts, words, choices, onReopen }) {
  const find = (name) => document.querySelector(`[data-bar="${name}"]`);
  const recents = [];
  const served = { period: facts.period, number: facts.served };

  find("period").addEventListener("change", (event) => {
    choices().pickPeriod(event.target.value);
    event.target.blur(); // or the next digit would pick a period by its name
  });
  find("device").addEventListener("change", (event) => {
    choices().pickDevice(Number(event.target.value));
    event.target.blur();
  });
  find("sets").addEventListener("click", (event) => {
    const button = event.target.closest("[data-set]");
    if (button) choices().pickSet(button.dataset.set);
  });
  find("recents").addEventListener("click", (event) => {
    const button = event.target.closest("[data-recent]");
    if (button) onReopen(recents[Number(button.dataset.recent)].again);
  });

  function draw() {
    find("period").value = choices().period()?.code ?? "";
    find("device").value = String(choices().device() ?? "");
    drawServed();
    drawSets();
    document.querySelector("[data-act=takeaway]").setAttribute("aria-pressed", choices().takeaway());
  }

  /** The server counted one period; the next begins at nought when the clock gets there. */
  function drawServed() {
    const now = choices().servingPeriod();
    if (now && now !== served.period) Object.assign(served, { period: now, number: 0 });
    find("served").textContent = fill(words.served, { count: served.number });
  }

  function drawSets() {
    const sets = choices().sets();
    const chosen = choices().currentSet();
    find("sets").hidden = sets.length < 2;
    find("sets").replaceChildren(
      ...sets.map((set, place) => {
        const button = find("set-pattern").content.firstElementChild.cloneNode(true);
        button.dataset.set = set.code;
        button.setAttribute("aria-pressed", String(set === chosen));
        const key = place < 9 ? String(place + 1) : null;
        fillIn(button, { key, name: set.name, price: yuan(set.price_fen) });
        return button;
      }),
    );
  }

  function drawRecents() {
    find("recents").hidden = recents.length === 0;
    find("recents").replaceChildren(
      ...recents.map((each, place) => {
        const button = find("recent-pattern").content.firstElementChild.cloneNode(true);
        button.dataset.recent = String(place);
        button.dataset.kind = each.kind;
        fillIn(button, { icon: each.kind === "good" ? "done" : "hand", text: each.text });
        return button;
      }),
    );
  }

  return {
    draw,
    tick: () => (find("clock").textContent = siteClock(facts)),
    /** So many more meals were served in this period. */
    count(more) {
      served.number += more;
      draw();
    },
    /** kind "good" or "bad"; again(): show it once more. */
    recall(kind, text, again) {
      recents.unshift({ kind, text, again });
      recents.splice(RECENTS);
      drawRecents();
    },
    /** Another day, or other facts of this one: the server's count holds. */
    renew() {
      Object.assign(served, { period: facts.period, number: facts.served });
      draw();
    },
    /** Whether the counter is alone, and what waits to be told. */
    alone({ alone, signedOut, waiting, stuck, otherwise, agedFrom }) {
      const band = find("alone");
      const idle = !alone && !waiting && !stuck;
      band.hidden = idle && !otherwise;
      find("alone-text").hidden = idle;
      band.dataset.state = alone ? "alone" : stuck ? "stuck" : "telling";
      const kind = alone ? (waiting ? "alone_waiting" : "alone") : stuck ? "stuck" : "telling";
      const said = fill(words[kind], { count: alone || !stuck ? waiting : stuck });
      const aged = alone && agedFrom ? fill(words.aged, { day: agedFrom.slice(5).replace("-", "/") }) : "";
      find("alone-text").textContent = [said, aged].filter(Boolean).join(words.dot);
      find("stuck").hidden = !stuck;
      find("sign-in").hidden = !signedOut;
      find("otherwise").hidden = find("otherwise-seen").hidden = !otherwise;
      find("otherwise-text").textContent = fill(words.otherwise, { count: otherwise });
    },
    clerk(name) {
      find("clerk").textContent = name;
    },
    unsent(count) {
      find("unsent").hidden = count === 0;
      find("unsent-text").textContent = fill(words.unsent, { count });
    },
  };
}
