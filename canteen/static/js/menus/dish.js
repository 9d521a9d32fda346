// More rows for a recipe without leaving the page.
const rows = document.querySelector("[data-recipe]");
const more = document.querySelector("[data-more-rows]");

more.hidden = false;
more.addEventListener("click", () => {
  const row = rows.lastElementChild.cloneNode(true);
  for (const input of row.querySelectorAll("input")) {
    input.value = "";
    input.removeAttribute("aria-invalid");
  }
  row.querySelector(".mistake")?.remove();
  rows.append(row);
  row.querySelector("input").focus();
});
