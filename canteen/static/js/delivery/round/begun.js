/**
 * What was begun at a part of the round and is not told yet: words typed, boxes counted, a photo, a
 * card. It outlives the page, under lock.
 */

import { forgetBegun, keepBegun, keptBegun } from "./store.js";

/** The parts of a round at which something can be begun. */
export const atDoor = (stop) => `stop-${stop.id}`;
export const atPickUp = (round) => `pickup-${round.roster}`;
export const atEnd = (round) => `end-${round.roster}`;
export const atStuck = (round) => `stuck-${round.roster}`;

const WORDS = "words";
const PHOTO = "photo";

export function makeBegun(owner) {
  const held = new Map(); // part: {note, counts, bags, token, proof, photo}
  const behind = new Set(); // parts that are not on disk as they stand
  const onDisk = new WeakSet(); // photos
  let writing = null;

  const at = (part) => held.get(part) ?? {};

  /** From now on `change` belongs to a part. */
  function put(part, change) {
    held.set(part, { ...at(part), ...change });
    behind.add(part);
    writing ??= write()
      .catch(() => {}) // a full disk: it lives as long as the page
      .finally(() => {
        writing = null;
      });
  }

  async function write() {
    for (const part of behind) {
      behind.delete(part);
      if (!held.has(part)) continue;
      const { photo, ...words } = at(part);
      await keepBegun(owner, part, WORDS, new TextEncoder().encode(JSON.stringify(words)));
      if (!photo || onDisk.has(photo)) continue;
      const bytes = new Uint8Array(await photo.arrayBuffer());
      if (at(part).photo !== photo) continue; // told meanwhile, or taken anew
      await keepBegun(owner, part, PHOTO, bytes);
      onDisk.add(photo);
    }
  }

  /** It is told by `keep(photo)`, which takes it off the disk; if that fails it is still here. */
  async function spend(part, keep) {
    const was = held.get(part);
    drop(part);
    try {
      await keep(was?.photo);
    } catch (error) {
      if (was) put(part, was);
      throw error;
    }
  }

  function drop(part) {
    held.delete(part);
    behind.delete(part);
  }

  /** What belongs to no part of these rounds any more goes. */
  function keepOnly(rounds) {
    const there = new Set(
      rounds.flatMap((one) => [atPickUp(one), atEnd(one), atStuck(one), ...one.stops.map(atDoor)]),
    );
    for (const part of held.keys()) {
      if (there.has(part)) continue;
      drop(part);
      forgetBegun(part);
    }
  }

  /** The page was killed: take up again what was begun before. */
  async function restore() {
    for (const { part, piece, bytes } of await keptBegun(owner)) {
      const found =
        piece === PHOTO
          ? { photo: new Blob([bytes], { type: "image/jpeg" }) }
          : JSON.parse(new TextDecoder().decode(bytes));
      held.set(part, { ...at(part), ...found });
    }
  }

  return { at, put, spend, keepOnly, restore };
}
