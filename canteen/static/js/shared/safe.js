/**
 * Bytes at rest under a key that no script can read out.
 *
 * WebCrypto exists only where the page is served securely (https, or this very machine).
 */

export const canLock = () => Boolean(globalThis.crypto?.subtle);

/** A safe whose key lies in `keeping` (see keeping.js) under a name. */
export function makeSafe(keeping, name = "key") {
  /** {iv, body}: the bytes, encrypted; a key is made if there is none. */
  async function seal(bytes) {
    const key = (await keeping.kept(name)) ?? (await keeping.keepFirst(name, await newKey()));
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, body: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
  }

  /** The bytes again; null where they are damaged or the key is gone. */
  async function unseal(locked) {
    const key = await keeping.kept(name);
    if (!key) return null;
    try {
      return await crypto.subtle.decrypt({ name: "AES-GCM", iv: locked.iv }, key, locked.body);
    } catch {
      return null;
    }
  }

  return { seal, unseal, forgetKey: () => keeping.forget(name) };
}

const newKey = () =>
  crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
