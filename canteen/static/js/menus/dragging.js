// Mouse: drag a dish onto another place. Finger: hold it for a moment first, so that the page
// can still be scrolled. On a phone, a day's button opens that day while a dish is over it.
import { grid } from "./grid.js";
import { swap } from "./swapping.js";

const HOLD_MS = 350;
const NEAR_PX = 6;
const EDGE_PX = 70;

let from = null; // the place pressed
let start = null; // where
let hold = 0;
let ghost = null; // what moves with the pointer, once it is a drag
let over = null;
let dropped = false;

grid.addEventListener("pointerdown", (event) => {
  const place = event.target.closest("[data-place]");
  if (!place?.dataset.dish || event.button || !event.isPrimary || grid.dataset.mode === "lock") return;
  from = place;
  start = event;
  dropped = false;
  if (event.pointerType !== "mouse") hold = setTimeout(lift, HOLD_MS);
});

document.addEventListener("pointermove", (event) => {
  if (!from) return;
  const far = Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > NEAR_PX;
  if (!ghost && far) {
    if (event.pointerType === "mouse") lift();
    else end(); // a finger that moves at once is scrolling
  }
  if (ghost) follow(event.clientX, event.clientY);
});

document.addEventListener("pointerup", () => {
  const [place, target, dragged] = [from, over, Boolean(ghost)];
  end();
  if (!dragged) return;
  dropped = true; // the click that follows is not a pick
  setTimeout(() => (dropped = false), 400);
  if (target && target !== place) swap(place, target);
});

document.addEventListener("pointercancel", end);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") end();
});
// While a dish is in the hand the page stays where it is.
document.addEventListener("touchmove", (event) => ghost && event.preventDefault(), {
  passive: false,
});
grid.addEventListener("contextmenu", (event) => from && event.preventDefault());
grid.addEventListener("dragstart", (event) => event.preventDefault());
grid.addEventListener(
  "click",
  (event) => {
    if (!dropped) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

function lift() {
  ghost = document.createElement("div");
  ghost.className = "ghost";
  ghost.textContent = from.dataset.dish;
  document.body.append(ghost);
  from.classList.add("carried");
  document.body.classList.add("dragging");
  follow(start.clientX, start.clientY);
}

function follow(x, y) {
  ghost.style.translate = `${x}px ${y}px`;
  const under = document.elementFromPoint(x, y);
  const day = under?.closest("[data-show-day]");
  if (day) grid.dispatchEvent(new CustomEvent("grid:show-day", { detail: day.dataset.showDay }));
  const place = under?.closest("[data-place]") ?? under?.closest(".spot")?.querySelector("[data-place]");
  if (place !== over) {
    over?.classList.remove("target");
    over = place ?? null;
    if (over !== from) over?.classList.add("target");
  }
  if (y < EDGE_PX) scrollBy(0, -12);
  if (y > innerHeight - EDGE_PX) scrollBy(0, 12);
}

function end() {
  clearTimeout(hold);
  ghost?.remove();
  from?.classList.remove("carried");
  over?.classList.remove("target");
  document.body.classList.remove("dragging");
  from = ghost = over = null;
}
