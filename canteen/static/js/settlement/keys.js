/** Everything a finger can do, a key can do. */

import { isComposing } from "../shared/composing.js";

const KEYS = {
  F2: "find",
  F4: "guest",
  F6: "tray",
  F8: "takeaway",
  F9: "camera",
  F10: "sound",
  Escape: "idle",
};

/** Runs `acts[name](button)` for clicks on `data-act` and for the counter's keys. */
export function attachActs(acts) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button && !button.disabled) acts[button.dataset.act]?.(button);
  });
  document.addEventListener("keydown", (event) => {
    if (isComposing(event) || event.repeat) return;
    const name = nameOf(event);
    if (!name) return;
    event.preventDefault();
    acts[name]();
  });
}

function nameOf(event) {
  const control = event.ctrlKey || event.metaKey;
  if (control && !event.shiftKey && event.code === "KeyZ") {
    return event.target.value ? null : "undo"; // in a field with text it undoes the typing
  }
  if (control || event.altKey || event.shiftKey) return null;
  return KEYS[event.key] ?? null;
}
