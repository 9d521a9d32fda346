/**
 * Proving a PIN without a network: a salted, slow hash of it (PBKDF2) is kept on the device when
 * the server has found it right. After a few wrong tries it is forgotten: then only the server
 * can tell. Needs a secure context.
 */

import { jot } from "../shared/jot.js";

const STORED = "till-pins";
const ROUNDS = 300_000;
const TRIES = 5;

export const canKeepPin = () => Boolean(globalThis.crypto?.subtle);

export const knowsPinOf = (person) => canKeepPin() && Boolean(kept()[person]);

/** Remember that this is somebody's PIN. */
export async function keepPin(person, pin) {
  const salt = hex(crypto.getRandomValues(new Uint8Array(16)));
  write({ ...kept(), [person]: { salt, hash: await hashOf(pin, salt), tries: 0 } });
}

/** Whether it is their PIN, as far as this device knows. */
export async function provePin(person, pin) {
  const known = kept()[person];
  if (!known) return false;
  const right = (await hashOf(pin, known.salt)) === known.hash;
  const tries = right ? 0 : known.tries + 1;
  const { [person]: _gone, ...others } = kept();
  write(tries >= TRIES ? others : { ...others, [person]: { ...known, tries } });
  return right;
}

async function hashOf(pin, salt) {
  const bytes = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", bytes.encode(pin), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes.encode(salt), iterations: ROUNDS };
  return hex(new Uint8Array(await crypto.subtle.deriveBits(how, key, 256)));
}

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** On a device that is full nobody's: what cannot count wrong tries may not be tried. */
function write(pins) {
  if (!jot(localStorage, STORED, JSON.stringify(pins))) localStorage.removeItem(STORED);
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? "{}");
  } catch {
    return {};
  }
}
