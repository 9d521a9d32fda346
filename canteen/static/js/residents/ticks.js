// Tick boxes of a list: "all" ticks every row of its form, and a line says how many are ticked.
// The boxes work without this; it only spares touches.

const boxesOf = (form) =>
  [...document.querySelectorAll(`input[type=checkbox][form="${form}"]`)];

for (const form of document.querySelectorAll("form[data-ticks]")) {
  const all = document.querySelector(`[data-tick-all="${form.id}"]`);
  const line = document.querySelector(`[data-tick-count="${form.id}"]`);
  const tell = () => {
    const boxes = boxesOf(form.id);
    const ticked = boxes.filter((box) => box.checked).length;
    if (line) line.textContent = ticked ? line.dataset.words.replace("{n}", String(ticked)) : "";
    if (all) {
      all.checked = ticked > 0 && ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    }
  };
  all?.addEventListener("change", () => {
    for (const box of boxesOf(form.id)) box.checked = all.checked;
    tell();
  });
  for (const box of boxesOf(form.id)) box.addEventListener("change", tell);
  tell();
}
