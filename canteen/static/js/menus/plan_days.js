// On a narrow screen a week of a plan shows one day; the buttons above it choose which.
for (const table of document.querySelectorAll(".plan-table")) {
  const grid = table.querySelector("[data-shown-day]");
  const buttons = [...table.querySelectorAll("[data-plan-day]")];
  const show = (day) => {
    grid.dataset.shownDay = day;
    for (const one of buttons) one.setAttribute("aria-pressed", String(one.dataset.planDay === day));
  };
  for (const one of buttons) one.addEventListener("click", () => show(one.dataset.planDay));
  // A link to one place (#p-…) shows its day at once.
  const aimed = document.getElementById(location.hash.slice(1));
  if (aimed && grid.contains(aimed)) show(aimed.closest("[data-day]").dataset.day);
}
