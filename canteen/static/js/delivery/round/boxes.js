/** Boxes: counted before leaving, brought back at the end, and what becomes of a round cut short. */

import { fill } from "../../shared/words.js";
import { atEnd, atPickUp, atStuck } from "./begun.js";
import { filled, put, stepper } from "./parts.js";

/** Counting at the canteen: each kind as the labels say it, and the insulated boxes. */
export function drawPickUp({ round, begun }, { words }, acts) {
  const at = atPickUp(round);
  const before = begun(at);
  const rows = round.boxes.map(({ kind, words: names, planned }) => {
    const what = names.join(" · ") || words.normal;
    const plan = fill(words.planned, { n: planned });
    const start = before.counts?.[kind] ?? planned;
    return { kind, planned, ...stepper({ what, plan, start, most: 999, onChange: changed }) };
  });
  const start = before.bags ?? 0;
  const bags = stepper({ what: words.bags_out, plan: null, start, onChange: changed });
  const part = filled("t-pickup", {}, {
    counted: () =>
      acts.tell(
        {
          kind: "picked_up",
          roster: round.roster,
          counts: rows.map(({ kind, planned, value }) => ({ kind, planned, counted: value() })),
          bags: bags.value(),
          note: find("note").value.trim(),
        },
        at,
      ),
  });
  const find = (name) => part.querySelector(`[data-slot=${name}]`);
  const differing = () => rows.filter(({ planned, value }) => planned !== value());
  const look = () => (find("differs").hidden = !differing().length);
  function changed() {
    const counts = Object.fromEntries(differing().map(({ kind, value }) => [kind, value()]));
    acts.begin(at, { counts, bags: bags.value(), note: find("note").value });
    look();
  }
  find("note").value = before.note ?? "";
  find("note").addEventListener("input", changed);
  look();
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
export function drawBack({ round, begun }, { words }, acts) {
  const at = atEnd(round);
  const before = begun(at);
  const out = round.bags_out;
  const plan = fill(words.bags_planned, { n: out });
  const start = before.bags ?? out;
  const bags = stepper({ what: words.bags_back, plan, start, onChange: changed });
  const part = filled("t-end", {}, {
    returned: () =>
      acts.tell(
        {
          kind: "returned",
          roster: round.roster,
          bags: bags.value(),
          out,
          note: find("note").value.trim(),
        },
        at,
      ),
  });
  const find = (name) => part.querySelector(`[data-slot=${name}]`);
  const look = () => (find("differs").hidden = bags.value() >= out);
  function changed() {
    acts.begin(at, { bags: bags.value(), note: find("note").value });
    look();
  }
  find("note").value = before.note ?? "";
  find("note").addEventListener("input", changed);
  look();
  put(find("bags"), [bags.part]);
  return part;
}

/** Giving up what is left: a reason must stand there before it can be pressed. */
export function drawCannot({ round, begun }, left, { words }, acts) {
  const at = atStuck(round);
  const part = filled("t-stuck", { text: fill(words.cannot, { n: left }) }, {
    cannot: () =>
      acts.tell({ kind: "cannot_finish", roster: round.roster, note: note.value.trim() }, at),
  });
  const note = part.querySelector("[data-slot=note]");
  const look = () => {
    part.querySelector("[data-act=cannot]").disabled = !note.value.trim();
  };
  note.value = begun(at).note ?? "";
  note.addEventListener("input", () => {
    acts.begin(at, { note: note.value });
    look();
  });
  part.open = Boolean(note.value);
  look();
  return part;
}
