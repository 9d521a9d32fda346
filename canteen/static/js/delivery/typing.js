// A sheet typed in by the keyboard alone: a digit chooses, Enter goes to the next door, R hands
// over the rest, which is shown before anything is stored. Without this script the page is a
// form of radio buttons.

import { isComposing } from "../shared/composing.js";

const form = document.querySelector("form[data-typing]");
const lines = [...form.querySelectorAll("[data-line]")];
const sum = form.querySelector("[data-typing-sum]");
const rest = form.querySelector("[data-rest]");
const save = form.querySelector("[data-save]");
const time = form.elements.back_at;

const chosen = (line) => line.querySelector("input[type=radio]:checked");
const lineOf = (element) => element.closest?.("[data-line]") ?? null;

const focusOn = (line) => {
  (chosen(line) ?? line.querySelector("input[type=radio]")).focus({ preventScroll: true });
  line.scrollIntoView({ block: "center" });
};

const step = (line, by) => {
  const next = lines[lines.indexOf(line) + by];
  if (next) focusOn(next);
  else if (by > 0) save.focus();
  else time.focus();
};

const show = () => {
  const counts = new Map();
  let open = 0;
  for (const line of lines) {
    const one = chosen(line);
    line.classList.toggle("chosen", one !== null);
    if (one) counts.set(one.dataset.name, (counts.get(one.dataset.name) ?? 0) + 1);
    else if (!("done" in line.dataset)) open += 1;
  }
  const words = [...counts].map(([name, count]) => `${name} ${count}`);
  if (open) words.push(`${sum.dataset.openName} ${open}`);
  if (lines.some((line) => line.classList.contains("filled"))) words.push(sum.dataset.filledName);
  sum.textContent = words.join(" · ");
};

const clear = (line) => {
  const one = chosen(line);
  if (one) one.checked = false;
  line.classList.remove("filled");
  show();
};

const handOverTheRest = () => {
  for (const line of lines) {
    if (chosen(line) || "done" in line.dataset) continue;
    line.querySelector("input[value=handed_over]").checked = true;
    line.classList.add("filled");
  }
  show();
  save.focus();
};

const typed = (line, key) => {
  const one = line.querySelector(`input[data-key="${key}"]`);
  if (!one) return;
  one.checked = true;
  one.focus({ preventScroll: true });
  line.classList.remove("filled");
  show();
};

form.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.altKey || event.ctrlKey || event.metaKey) return;
  const line = lineOf(event.target);
  const writing = event.target.matches("input:not([type=radio])");
  if (event.key === "Enter" && "clock" in event.target.dataset) {
    event.preventDefault();
    focusOn(lines.find((one) => !("done" in one.dataset)) ?? lines[0]);
  } else if (line && event.key === "Enter") {
    event.preventDefault();
    step(line, 1);
  } else if (line && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault(); // or the arrow would choose another outcome
    step(line, event.key === "ArrowDown" ? 1 : -1);
  } else if (line && !writing) {
    const key = event.key.toLowerCase();
    if (/^[1-9]$/.test(key)) typed(line, key);
    else if (["0", "backspace", "delete"].includes(key)) clear(line);
    else if (key === "n") line.querySelector(".line-note").focus();
    else if (key === "r") handOverTheRest();
    else return;
    event.preventDefault();
  }
});
form.addEventListener("change", (event) => {
  lineOf(event.target)?.classList.remove("filled");
  show();
});
rest.addEventListener("click", handOverTheRest);
rest.hidden = false;
form.querySelector("[data-typing-help]").hidden = false;
form.classList.add("by-key");
show();
