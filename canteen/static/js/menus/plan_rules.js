// Beside each slider stands a word for its number.
const words = JSON.parse(document.querySelector("[data-importance]").textContent);
for (const slider of document.querySelectorAll("[data-slider]")) {
  const output = slider.parentElement.querySelector("output");
  slider.addEventListener("input", () => { output.textContent = words[slider.value]; });
}
