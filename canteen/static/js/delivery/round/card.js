/** The diner's card as proof of the hand-over: read by the camera, known by a hash of its code. */

import { makeCamera } from "../../settlement/camera.js";
import { canLock } from "../../shared/safe.js";

const CODE = /^\d{22}$/;
const DIGITS = 4;

/** Whether a code is a card of the one who lives at `stop`: "ok", "other", "unknown". */
export async function whose(code, stop, salt) {
  if (!CODE.test(code)) return "other";
  if (!canLock() || !stop.cards.length) return "unknown"; // the canteen will know
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${salt}:${code}`));
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0"));
  return stop.cards.includes(hex.join("").slice(0, DIGITS)) ? "ok" : "other";
}

/** The reader's panel. open(onCode) starts it; it closes with the first code. */
export function makeReader({ panel, url, words }) {
  const note = panel.querySelector("[data-slot=note]");
  let wanted = null;
  const camera = makeCamera({
    video: panel.querySelector("video"),
    url,
    onCode(text) {
      const give = wanted;
      close();
      give?.(text);
    },
    onState(state, said) {
      note.textContent = said ?? words[navigator.onLine ? `camera_${state}` : "camera_offline"] ?? "";
      panel.querySelector("video").hidden = !camera.running();
    },
  });

  function open(onCode) {
    wanted = onCode;
    panel.hidden = false;
    panel.scrollIntoView({ block: "center" });
    camera.start();
  }

  function close() {
    wanted = null;
    camera.stop();
    panel.hidden = true;
  }

  panel.querySelector("[data-act=close]").addEventListener("click", close);
  panel.querySelector("input[type=file]").addEventListener("change", (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (file) camera.readPhoto(file);
  });
  return { open, close };
}
