// Of the one-day form only the fields of the chosen kind are shown.
for (const form of document.querySelectorAll("[data-special]")) {
  const show = () => {
    for (const part of form.querySelectorAll("[data-for]"))
      part.hidden = part.dataset.for !== form.elements.kind.value;
  };
  form.elements.kind.addEventListener("change", show);
  show();
}
