// Fill blank meals with what the last weeks suggest; a person looks and saves.
const button = document.querySelector("[data-use-suggested]");
const inputs = [...document.querySelectorAll("[data-suggested]")];

button.hidden = inputs.length === 0;
button.addEventListener("click", () => {
  for (const input of inputs) {
    if (!input.value.trim()) input.value = input.dataset.suggested;
  }
});
