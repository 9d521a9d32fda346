/**
 * The roster: fetched while there is a network, proven to be the server's, kept under lock.
 *
 * At rest it is encrypted with a key that no script can read out. WebCrypto exists only where
 * the page is served securely (https, or this very machine); elsewhere nothing is kept and the
 * roster lives as long as the page does.
 */

import { forget, keep, kept } from "./store.js";

const ROSTER = "roster";
const KEY = "key";
const bytesOf = (base64) => Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));

export const canLock = () => Boolean(globalThis.crypto?.subtle);

/** Fetch, prove, keep. Answers the roster, or null when there was no answer to trust. */
export async function fetchRoster({ url, publicKey, get = fetch }) {
  const answer = await get(url, { headers: { Accept: "application/json" }, redirect: "manual" });
  if (!answer.ok) return null;
  const body = await answer.arrayBuffer();
  const signature = answer.headers.get("X-Signature") ?? "";
  if (canLock()) {
    if (!(await isGenuine(body, signature, publicKey))) return null;
    await lockAway(body, signature);
  }
  return indexed(body);
}

/** The roster that was kept, if it is genuine; null otherwise. */
export async function openKept({ publicKey }) {
  if (!canLock()) return null;
  const locked = await kept(ROSTER);
  const key = await kept(KEY);
  if (!locked || !key) return null;
  try {
    const way = { name: "AES-GCM", iv: locked.iv };
    const body = await crypto.subtle.decrypt(way, key, locked.body);
    return (await isGenuine(body, locked.signature, publicKey)) ? indexed(body) : null;
  } catch {
    return null; // damaged, or the key is another's
  }
}

export async function forgetRoster() {
  await forget(ROSTER);
  await forget(KEY);
}

async function lockAway(body, signature) {
  let key = await kept(KEY);
  if (!key) {
    key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
      "encrypt",
      "decrypt",
    ]);
    await keep(KEY, key);
  }
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const locked = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, body);
  await keep(ROSTER, { iv, body: locked, signature });
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
  for (const [hashes, number, title, balance, spent, eaten, offers, amounts] of roster.people) {
    const person = { number, title, balance_fen: balance, spent_fen: spent, eaten, offers, amounts };
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
