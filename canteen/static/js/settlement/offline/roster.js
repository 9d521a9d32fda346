/**
 * The roster: fetched while there is a network, proven to be the server's, kept under lock.
 *
 * At rest it is encrypted with a key that no script can read out. WebCrypto exists only where
 * the page is served securely (https, or this very machine); elsewhere nothing is kept and the
 * roster lives as long as the page does.
 */

import { canLock, makeSafe } from "../../shared/safe.js";
import { noteClock } from "../clock.js";
import { forget, keep, kept, keeping } from "./store.js";

const ROSTER = "roster";
const safe = makeSafe(keeping);
const bytesOf = (base64) => Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));

export { canLock };

/**
 * Fetch, prove, keep. Answers the roster, or null when there was no answer to trust, or when
 * the one at hand, whose `tag` is told, is still what the server would say.
 */
export async function fetchRoster({ url, publicKey, tag = null, get = fetch }) {
  const headers = { Accept: "application/json", ...(tag ? { "If-None-Match": tag } : {}) };
  const answer = await get(url, { headers, redirect: "manual", cache: "no-store" });
  if (answer.ok || answer.status === 304) noteClock(answer);
  if (!answer.ok) return null;
  const body = await answer.arrayBuffer();
  const proof = { signature: answer.headers.get("X-Signature") ?? "", tag: answer.headers.get("ETag") };
  if (canLock()) {
    if (!(await isGenuine(body, proof.signature, publicKey))) return null;
    await lockAway(body, proof);
  }
  return { ...indexed(body), tag: proof.tag };
}

/** The roster that was kept, if it is genuine; null otherwise. */
export async function openKept({ publicKey }) {
  if (!canLock()) return null;
  const locked = await kept(ROSTER);
  const body = locked && (await safe.unseal(locked));
  if (!body) return null; // none, damaged, or the key is another's
  try {
    if (!(await isGenuine(body, locked.signature, publicKey))) return null;
    return { ...indexed(body), tag: locked.tag ?? null };
  } catch {
    return null;
  }
}

let left = false; // somebody is signing out

/** Signing out: the roster goes, and an answer still under way does not put it back. */
export async function leaveRoster() {
  left = true;
  await forget(ROSTER);
  await safe.forgetKey();
}

async function lockAway(body, proof) {
  if (left) return;
  const sealed = await safe.seal(body);
  if (!left) await keep(ROSTER, { ...sealed, ...proof });
}

async function isGenuine(body, signature, publicKey) {
  const way = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("spki", bytesOf(publicKey), way, false, ["verify"]);
  const proof = { name: "ECDSA", hash: "SHA-256" };
  return crypto.subtle.verify(proof, key, bytesOf(signature), body);
}

/** The roster with its people by the hashes of their codes. */
export function indexed(body) {
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const roster = JSON.parse(text);
  roster.byHash = new Map();
  for (const [hashes, number, title, balance, spent, eaten, kind] of roster.people) {
    const offers = roster.offers?.[kind] ?? kind; // one kept by an older page has them in place
    const amounts = roster.amounts?.[kind] ?? [];
    const additions = roster.additions?.[kind] ?? [];
    const sums = { balance_fen: balance, spent_fen: spent };
    const person = { number, title, ...sums, eaten, offers, amounts, additions };
    for (const hash of hashes) roster.byHash.set(hash, person);
  }
  return roster;
}

/** How the roster names a card: 24 hex digits of SHA-256 over its salt and the whole code. */
export async function codeHash(code, salt) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${salt}:${code}`));
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0"));
  return hex.join("").slice(0, 24);
}
