// On a narrow screen the grid shows one day; the buttons above choose which.
const grid = document.querySelector("[data-grid]");
let shown = null;

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
  const today = grid.querySelector("[data-show-day][data-today]");
  show(shown ?? today?.dataset.showDay ?? "0");
}

grid.addEventListener("click", (event) => {
  const button = event.target.closest("[data-show-day]");
  if (button) show(button.dataset.showDay);
});
grid.addEventListener("grid:changed", start);
start();
