/** Boxes: counted before leaving, brought back at the end, and what becomes of a round cut short. */

import { fill } from "../../shared/words.js";
import { filled, put, stepper } from "./parts.js";

/** Counting at the canteen: each kind as the labels say it, and the insulated boxes. */
export function drawPickUp(round, { words }, acts) {
  const rows = round.boxes.map(({ kind, words: names, planned }) => {
    const what = names.join(" · ") || words.normal;
    const plan = fill(words.planned, { n: planned });
    return { kind, planned, ...stepper({ what, plan, start: planned, most: 999, onChange: look }) };
  });
  const bags = stepper({ what: words.bags_out, plan: null, start: 0 });
  const part = filled("t-pickup", {}, {
    counted: () =>
      acts.tell({
        kind: "picked_up",
        roster: round.roster,
        counts: rows.map(({ kind, planned, value }) => ({ kind, planned, counted: value() })),
        bags: bags.value(),
        note: said("note"),
      }),
  });
  const find = (name) => part.querySelector(`[data-slot=${name}]`);
  const said = (name) => find(name).value.trim();
  function look() {
    find("differs").hidden = rows.every(({ planned, value }) => planned === value());
  }
  put(find("kinds"), rows.map((row) => row.part));
  put(find("bags"), [bags.part]);
  return part;
}

export function drawLeaving(round, { words }, acts) {
  const boxes = round.stops.reduce((sum, stop) => sum + stop.boxes, 0);
  const sum = fill(words.sum, { boxes, bags: round.bags_out });
  const left = () => acts.tell({ kind: "left", roster: round.roster });
  return filled("t-leave", { sum }, { left });
}

/** Insulated boxes brought back; what is missing is named. */
export function drawBack(round, { words }, acts) {
  const out = round.bags_out;
  const plan = fill(words.bags_planned, { n: out });
  const bags = stepper({ what: words.bags_back, plan, start: out, onChange: look });
  const part = filled("t-end", {}, {
    returned: () =>
      acts.tell({
        kind: "returned",
        roster: round.roster,
        bags: bags.value(),
        out,
        note: find("note").value.trim(),
      }),
  });
  const find = (name) => part.querySelector(`[data-slot=${name}]`);
  function look(number) {
    find("differs").hidden = number >= out;
  }
  put(find("bags"), [bags.part]);
  return part;
}

/** Giving up what is left: a reason must stand there before it can be pressed. */
export function drawCannot(round, left, { words }, acts) {
  const part = filled("t-stuck", { text: fill(words.cannot, { n: left }) }, {
    cannot: () =>
      acts.tell({ kind: "cannot_finish", roster: round.roster, note: note.value.trim() }),
  });
  const note = part.querySelector("[data-slot=note]");
  note.addEventListener("input", () => {
    part.querySelector("[data-act=cannot]").disabled = !note.value.trim();
  });
  return part;
}
