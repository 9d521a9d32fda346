// New dishes of a printed menu: one that is in the library already needs no recipe.
for (const choice of document.querySelectorAll("[data-same]")) {
  const values = choice.closest("fieldset").querySelector("[data-values]");
  const show = () => {
    values.hidden = choice.value !== "";
  };
  choice.addEventListener("change", show);
  show();
}

const all = document.querySelector("[data-confirm-all]");
if (all) {
  all.hidden = false;
  all.addEventListener("click", () => {
    for (const box of document.querySelectorAll("[data-confirmed]")) box.checked = true;
  });
}
