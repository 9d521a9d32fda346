// Keyboard: arrows walk through the grid; space takes a dish up and puts it down, Esc lets go.
import { announce, grid, said } from "./grid.js";
import { swap } from "./swapping.js";

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
let carried = null;

const held = () => carried && document.getElementById(carried);

function walk(place, [down, across]) {
  const row = Number(place.dataset.row) + down;
  const column = Number(place.dataset.column) + across;
  const next = grid.querySelector(`[data-place][data-row="${row}"][data-column="${column}"]`);
  if (!next) return;
  if (across) grid.dispatchEvent(new CustomEvent("grid:show-day", { detail: String(column) }));
  next.focus();
  if (carried) {
    const { title, dish } = next.dataset;
    announce(said.dataset.over, { place: title, dish: dish ?? said.dataset.empty });
  }
}

function take(place) {
  carried = place.id;
  place.classList.add("carried");
  announce(said.dataset.taken, place.dataset);
}

function letGo() {
  held()?.classList.remove("carried");
  carried = null;
}

async function put(place) {
  const from = held();
  letGo();
  if (!from || from === place) {
    announce(said.dataset.cancelled);
    return;
  }
  await swap(from, place);
}

grid.addEventListener("keydown", (event) => {
  const place = event.target.closest("[data-place]");
  if (!place || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in STEPS) {
    event.preventDefault();
    walk(place, STEPS[event.key]);
  } else if (event.key === " " || (event.key === "Enter" && carried)) {
    event.preventDefault(); // the click of a button would open the picker
    if (event.repeat) return;
    if (carried) put(place);
    else if (place.dataset.dish) take(place);
  } else if (event.key === "Escape" && carried) {
    letGo();
    announce(said.dataset.cancelled);
  }
});
grid.addEventListener("keyup", (event) => {
  if (event.key === " " && event.target.closest("[data-place]")) event.preventDefault();
});
grid.addEventListener("grid:changed", () => {
  carried = null;
});
