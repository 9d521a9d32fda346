// A counter for each vote: touch, arrow keys, and Enter to the next one.

import { isComposing } from "../shared/composing.js";

const inputs = [...document.querySelectorAll(".rating input")];
const most = 5000;

const number = (input) => Number.parseInt(input.value, 10) || 0;

const change = (input, by) => {
  const value = Math.min(most, Math.max(0, number(input) + by));
  input.value = value ? String(value) : "";
};

for (const button of document.querySelectorAll("[data-step]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    change(button.parentElement.querySelector("input"), Number(button.dataset.step));
  });
}

for (const [place, input] of inputs.entries()) {
  input.addEventListener("focus", () => input.select());
  input.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    if (event.key === "ArrowUp") change(input, 1);
    else if (event.key === "ArrowDown") change(input, -1);
    else if (event.key === "Enter" && inputs[place + 1]) inputs[place + 1].focus();
    else return;
    event.preventDefault();
  });
}
