// "Everybody" ticks and unticks a whole list; the list works without it, row by row.
for (const whole of document.querySelectorAll("[data-all]")) {
  const boxes = [...document.querySelectorAll(`input[name="${whole.dataset.all}"]`)];
  const count = document.querySelector("[data-count]");
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    whole.checked = chosen === boxes.length;
    whole.indeterminate = chosen > 0 && chosen < boxes.length;
    if (count) count.textContent = String(chosen);
  };
  whole.addEventListener("change", () => {
    for (const box of boxes) box.checked = whole.checked;
    show();
  });
  for (const box of boxes) box.addEventListener("change", show);
  show();
}
