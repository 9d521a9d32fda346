// Locking: a small button on each place, the letter L, or a mode in which every touch locks.
import { announce, grid, named, said, send } from "./grid.js";

const mode = document.querySelector("[data-lock-mode]");

async function toggle(place, pinned) {
  const { id } = place;
  if (await send(grid.dataset.pins, { ...named(place), pinned })) {
    announce(pinned ? said.dataset.locked : said.dataset.unlocked);
  }
  document.getElementById(id)?.focus();
}

const isPinned = (place) => place.closest(".spot").classList.contains("pinned");

grid.addEventListener("click", (event) => {
  const day = event.target.closest("[data-lock-day]");
  if (day) {
    const pinned = day.getAttribute("aria-pressed") !== "true";
    send(grid.dataset.pins, { day: day.dataset.lockDay, pinned });
    return;
  }
  const lock = event.target.closest("[data-lock]");
  const place = (lock ?? event.target).closest(".spot")?.querySelector("[data-place]");
  if (place?.dataset.dish && (lock || grid.dataset.mode === "lock") && !event.defaultPrevented) {
    toggle(place, !isPinned(place));
  }
});

grid.addEventListener("keydown", (event) => {
  const place = event.target.closest("[data-place]");
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
  if (place?.dataset.dish && plain && event.key.toLowerCase() === "l") {
    event.preventDefault();
    toggle(place, !isPinned(place));
  }
});

mode.addEventListener("click", () => {
  const locking = mode.getAttribute("aria-pressed") !== "true";
  mode.setAttribute("aria-pressed", String(locking));
  grid.dataset.mode = locking ? "lock" : "";
  for (const help of document.querySelectorAll("[data-help]")) {
    help.hidden = (help.dataset.help === "lock") !== locking;
  }
});
