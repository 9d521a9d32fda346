/**
 * A round as the phone shows it: what the server said, and what happened since. Pure.
 */

const HOUR_MS = 3_600_000;

/** The day with `events` (in order) applied; the server's answer is not changed. */
export function withEvents(day, events) {
  const now = structuredClone(day);
  for (const { event, told } of events) {
    const round = now.rounds.find((one) => one.roster === event.roster);
    if (round) apply(round, event, now, !told);
  }
  return now;
}

function apply(round, event, day, waits) {
  const stop = round.stops.find((one) => one.id === event.stop);
  if (event.kind === "outcome" && stop) {
    const { id, outcome: kind, note = "", at } = event;
    stop.outcome = { id, kind, note, at, waits };
    stop.offered = false;
  } else if (event.kind === "picked_up") {
    round.picked_up = event.at;
    round.bags_out = event.bags;
  } else if (event.kind === "left") {
    round.left ??= event.at;
  } else if (event.kind === "offered" && stop) {
    stop.offered = true;
  } else if (event.kind === "withdrawn" && stop) {
    stop.offered = false;
  } else if (event.kind === "cannot_finish") {
    round.stops = round.stops.filter((one) => one.outcome);
    round.ended ??= event.at;
    round.end = "cannot_finish";
  } else if (event.kind === "returned") {
    round.bags_back = event.bags;
    round.ended ??= event.at;
    round.end ||= "returned";
  }
}

export const openStops = (round) => round.stops.filter((stop) => !stop.outcome);
export const doneStops = (round) => round.stops.filter((stop) => stop.outcome);

/** Until when a round may be on this phone, in milliseconds: an hour after it was over. */
function shownUntil(round) {
  const latest = Date.parse(round.until);
  if (openStops(round).length) return latest;
  const times = [...doneStops(round).map((stop) => stop.outcome.at), round.ended].filter(Boolean);
  if (!times.length) return latest;
  return Math.min(latest, Math.max(...times.map((at) => Date.parse(at))) + HOUR_MS);
}

/** What of a kept day may still be there at `now` (milliseconds); null: nothing. */
export function stillShown(day, events, now) {
  const rounds = withEvents(day, events).rounds;
  const kept = new Set(rounds.filter((one) => now < shownUntil(one)).map((one) => one.roster));
  if (!kept.size) return null;
  return { ...day, rounds: day.rounds.filter((one) => kept.has(one.roster)) };
}

/** The round that matters now: the first with an open door, else the last that is there. */
export function currentRound(day) {
  const walked = day.rounds.filter((one) => one.stops.length);
  return walked.find((one) => openStops(one).length) ?? walked.at(-1) ?? day.rounds[0] ?? null;
}

/** The links that this phone may have an app for: of AMap and Google the one for its system. */
export function mapLinks(links, agent) {
  const system = /iphone|ipad|ipod/i.test(agent) ? "ios" : "android";
  return links.filter((link) => link.on === "any" || link.on === system);
}
