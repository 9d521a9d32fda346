/** What stands on the page. It shows and asks; what happens is decided in page.js. */

import { fill } from "../../shared/words.js";
import { atDoor } from "./begun.js";
import { drawBack, drawCannot, drawLeaving, drawPickUp } from "./boxes.js";
import { filled, made, put } from "./parts.js";
import { doneStops, mapLinks, openStops } from "./state.js";

/** How a door is called in one line. */
export const where = (stop) => [stop.building, stop.unit, stop.room].filter(Boolean).join(" ");

/** acts: record, tell, choose, choosing, photo, scan, accept, seen, call, begin. */
export function makeView({ root, facts, acts }) {
  const { words, outcomes } = facts;
  const slot = (name) => root.querySelector(`[data-slot=${name}]`);
  const drawn = {}; // what a person is typing into is drawn anew only when it changed

  function draw(now) {
    top(now);
    put(slot("notices"), now.notices.map((text, index) => notice(text, index)));
    put(slot("last"), now.last ? [lastRecorded(now)] : []);
    const { round, day, stop, next } = now;
    section("offers", day?.offers ?? [], () => (day?.offers ?? []).map(offer));
    if (!round?.stops.length) return nothing(now);
    const shown = stop ?? next;
    const { photo, proof } = shown ? now.begun(atDoor(shown)) : {};
    const begun = hasBegun(round);
    const card = [shown && { ...shown, outcome: shown.outcome?.id }, Boolean(photo), proof];
    const left = openStops(round).length;
    section("now", [card, begun, Boolean(round.left), left, stop?.id], () => middle(now, begun));
    section("rest", [round.stops, shown?.id, begun], () => rest(now, begun));
    section("done", round.stops, () => done(round));
    section("end", [left, round.bags_out, round.bags_back], () => end(now));
  }

  function section(name, facts, make) {
    const key = JSON.stringify(facts);
    if (drawn[name] === key) return;
    drawn[name] = key;
    put(slot(name), make());
  }

  function top(now) {
    const { round, day } = now;
    const walked = day?.rounds.filter((one) => one.stops.length) ?? [];
    if (round) slot("title").textContent = round.period;
    slot("progress").hidden = !round?.stops.length;
    if (round) {
      const said = { done: doneStops(round).length, all: round.stops.length };
      slot("progress").textContent = fill(words.progress, said);
    }
    slot("net").dataset.state = state(now);
    slot("net").textContent = netWords(now);
    slot("sign_in").hidden = !now.signedOut;
    slot("asked").hidden = !day?.asked;
    slot("asked").textContent = day?.asked ?? "";
    slot("choice").hidden = walked.length < 2;
    put(slot("choice"), walked.map((one) => choiceOf(one, round)));
  }

  function state({ signedOut, stuck, online, waiting, plain }) {
    if (signedOut || stuck.length) return "bad";
    return plain || !online || waiting ? "warn" : "good";
  }

  function netWords({ signedOut, stuck, online, waiting, plain }) {
    const said = [];
    if (signedOut) said.push(words.signed_out);
    if (stuck.length) said.push(fill(words.stuck, { n: stuck.length }));
    if (!online) said.push(words.offline);
    if (waiting) said.push(fill(words.waiting, { n: waiting }));
    if (plain) said.push(words.plain);
    return said.join(" · ") || words.synced;
  }

  function choiceOf(one, round) {
    const button = made("button", "button", one.period);
    button.type = "button";
    button.setAttribute("aria-pressed", String(one.roster === round.roster));
    button.addEventListener("click", () => acts.choosing(one.roster));
    return button;
  }

  function notice(text, index) {
    return filled("t-notice", { text }, { seen: () => acts.seen(index) });
  }

  function lastRecorded({ last }) {
    return filled("t-last", { text: last.text }, { again: () => acts.choose(last.stop) });
  }

  function offer(one) {
    const boxes = fill(words.boxes, { n: one.boxes });
    const values = { who: one.from, building: `${one.building} · ${boxes}` };
    return filled("t-offer", values, { accept: () => acts.accept(one) });
  }

  function nothing({ asked, day }) {
    const id = asked || day ? "t-empty" : "t-waiting";
    section("now", id, () => [filled(id)]);
    for (const name of ["rest", "done", "end"]) section(name, "", () => []);
  }

  /** The one thing to do now: boxes, leaving, the next door. */
  function middle(now, begun) {
    const { round, stop, next } = now;
    if (stop) return [door(stop, now)];
    if (!begun) return [drawPickUp(now, facts, acts)];
    if (!next) return [filled("t-over")];
    return [...(round.left ? [] : [drawLeaving(round, facts, acts)]), door(next, now)];
  }

  function door(stop, now) {
    const { round } = now;
    const left = openStops(round).length;
    const counted = stop.outcome ? words.again : fill(left > 1 ? words.count : words.last_one, { n: left });
    const part = filled(
      "t-stop",
      {
        count: counted,
        building: stop.building,
        unit: [stop.unit, stop.room].filter(Boolean).join(" "),
        floor: stop.room ? fill(words.floor, { n: stop.floor }) : null,
        lift: stop.lift === null ? null : stop.lift ? words.lift : words.stairs,
        title: stop.title,
        boxes: fill(words.boxes, { n: stop.boxes }),
        diet: stop.diet.length ? `! ${stop.diet.join(" · ")}` : null,
        note: stop.note || null,
        masked: stop.masked,
      },
      {
        call: () => acts.call(stop),
        card: () => acts.scan(stop),
        withdraw: () => acts.tell({ kind: "withdrawn", roster: round.roster, stop: stop.id }),
        maps: (event) => toggle(event.currentTarget, find("maps")),
      },
    );
    const find = (name) => part.querySelector(`[data-slot=${name}]`);
    part.querySelector("[data-act=call]").hidden = !stop.phone;
    part.querySelector("[data-act=maps]").hidden = !stop.links.length;
    put(find("maps"), mapLinks(stop.links, navigator.userAgent).map(mapLink));
    find("leave").hidden = !stop.leave;
    const at = atDoor(stop);
    begunBefore(find, now.begun(at));
    find("say").addEventListener("input", () => acts.begin(at, { note: find("say").value }));
    find("photo").addEventListener("change", (event) => acts.photo(stop, event.target.files[0]));
    for (const button of part.querySelectorAll("[data-outcome]")) {
      button.addEventListener("click", () =>
        acts.record(round, stop, button.dataset.outcome, find("say").value.trim()),
      );
    }
    hand(find, stop, now);
    return part;
  }

  function begunBefore(find, { note = "", photo, proof }) {
    find("say").value = note;
    find("picture").hidden = !photo;
    if (photo) find("picture").src = URL.createObjectURL(photo);
    find("proof").hidden = !proof;
    find("proof").dataset.proof = proof ?? "";
    find("proof").textContent = proof ? words[`proof_${proof}`] : "";
  }

  /** Handing a stop on: to whoever is quickest, or to one. */
  function hand(find, stop, { day, round }) {
    const { colleagues, not_accepted: missing = [] } = day;
    find("hand").hidden = stop.offered || Boolean(stop.outcome) || !(colleagues.length + missing.length);
    find("offered").hidden = !stop.offered;
    const to = colleagues.length ? [{ id: null, name: words.anybody }, ...colleagues] : [];
    find("missing").hidden = !missing.length;
    find("missing").textContent = fill(words.not_accepted, { names: missing.join(" · ") });
    put(find("colleagues"), to.map(({ id, name }) => {
      const button = made("button", "button huge", name);
      button.type = "button";
      const event = { kind: "offered", roster: round.roster, stop: stop.id };
      button.addEventListener("click", () => acts.tell(id ? { ...event, to: id } : event));
      return button;
    }));
  }

  function mapLink({ app, to }) {
    const link = made("a", "button huge", words[app]);
    link.href = to;
    link.rel = "noreferrer";
    return link;
  }

  function rest({ round, stop, next }, begun) {
    const shown = stop ?? (begun ? next : null);
    const others = openStops(round).filter((one) => one.id !== shown?.id);
    if (!others.length) return [];
    const rows = others.map((one) =>
      filled(
        "t-row",
        {
          position: String(round.stops.indexOf(one) + 1),
          where: where(one),
          who: [one.title, ...(one.offered ? [words.offered] : [])].join(" · "),
        },
        { self: () => acts.choose(one.id) },
      ),
    );
    return [made("h2", "done-head", words.rest), ...rows];
  }

  function done(round) {
    const rows = doneStops(round).map((one) => {
      const said = [one.title, outcomes[one.outcome.kind], one.outcome.note];
      if (one.outcome.waits) said.push(words.waits);
      const values = { where: where(one), said: said.filter(Boolean).join(" · ") };
      return filled("t-done", values, { again: () => acts.choose(one.id) });
    });
    return rows.length ? [made("h2", "done-head", words.done), ...rows] : [];
  }

  function end(now) {
    const { round } = now;
    const left = openStops(round).length;
    const parts = [];
    if (!left && round.bags_back === null) parts.push(drawBack(now, facts, acts));
    if (left) parts.push(drawCannot(now, left, facts, acts));
    return parts;
  }

  return { draw };
}

/** Whether the boxes were counted, or somebody went without. */
const hasBegun = (round) =>
  Boolean(round.picked_up || round.ended || round.stops.some((one) => one.outcome));

function toggle(button, part) {
  part.hidden = !part.hidden;
  button.setAttribute("aria-expanded", String(!part.hidden));
}
