// Makes registering quick: a card reader's Enter goes on to the name, and what the ID number
// says of birthday and gender is shown at once. The server reads and checks it all again.

import { isComposing } from "../shared/composing.js";

const form = document.querySelector("[data-person-form]");
const field = (name) => form.elements.namedItem(name);

function showWhatTheNumberSays() {
  const number = field("id_number").value.replace(/\s/g, "");
  const found = /^\d{6}(\d{4})(\d{2})(\d{2})\d{2}(\d)[\dXx]$/.exec(number);
  if (!found) return;
  if (!field("birthday").value) field("birthday").value = found.slice(1, 4).join("-");
  if (field("gender").value === "unknown") field("gender").value = found[4] % 2 ? "male" : "female";
}

function goOnAtEnter(event) {
  if (event.key !== "Enter" || isComposing(event)) return;
  event.preventDefault();
  field("name").focus();
}

let asked = 0;
async function suggestUnits() {
  const list = document.querySelector("#units");
  const typed = field("place").value.trim();
  if (list.dataset.whole || typed.length < 2) return;
  const mine = ++asked;
  const answer = await fetch(`${form.dataset.units}?q=${encodeURIComponent(typed)}`);
  if (!answer.ok || mine !== asked) return;
  const { units } = await answer.json();
  list.replaceChildren(...units.map((label) => Object.assign(document.createElement("option"), { value: label })));
}

field("id_number").addEventListener("input", showWhatTheNumberSays);
field("id_number").addEventListener("keydown", goOnAtEnter);
if (document.querySelector("#units").options.length) document.querySelector("#units").dataset.whole = "yes";
field("place").addEventListener("input", suggestUnits);
