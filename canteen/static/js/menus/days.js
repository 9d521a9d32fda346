// On a narrow screen the grid shows one day; the buttons above choose which.
const grid = document.querySelector("[data-grid]");
const narrow = matchMedia("(max-width: 47.99rem)").matches;
let shown = null;
let metersOpen = !narrow; // a phone has the dishes first

function show(day) {
  shown = day;
  const table = grid.querySelector("[data-shown-day]");
  if (!table) return;
  table.dataset.shownDay = day;
  for (const button of grid.querySelectorAll("[data-show-day]")) {
    button.setAttribute("aria-pressed", String(button.dataset.showDay === day));
  }
}

function start() {
  const meters = grid.querySelector("[data-meters]");
  if (meters) {
    meters.open = metersOpen;
    meters.addEventListener("toggle", () => (metersOpen = meters.open));
  }
  const today = grid.querySelector("[data-show-day][data-today]");
  show(shown ?? today?.dataset.showDay ?? "0");
}

grid.addEventListener("click", (event) => {
  const button = event.target.closest("[data-show-day]");
  if (button) show(button.dataset.showDay);
});
grid.addEventListener("grid:show-day", (event) => show(event.detail));
grid.addEventListener("grid:changed", start);
start();
