// Every place is a button that opens the picker; a pick is sent at once.
import { isComposing } from "../shared/composing.js";
import { askWhichStays } from "./taken.js";
import { grid, named, seen, send } from "./grid.js";

const picker = document.querySelector("[data-picker]");
const text = picker.querySelector("[data-picker-text]");
const list = picker.querySelector("[data-picker-list]");
const every = picker.querySelector("[data-picker-every]");
const note = picker.querySelector("[data-picker-note]");
const clear = picker.querySelector("[data-picker-clear]");

let place = null;
let asked = 0;
let waiting = 0;

grid.addEventListener("click", (event) => {
  const button = event.target.closest("[data-place]");
  if (button && grid.dataset.mode !== "lock" && !event.defaultPrevented) open(button);
});

grid.addEventListener("keydown", (event) => {
  const button = event.target.closest("[data-place]");
  if (button && (event.key === "Delete" || event.key === "Backspace") && button.dataset.dish) {
    event.preventDefault();
    place = button;
    put(null);
  }
});

function open(button) {
  place = button;
  picker.querySelector("[data-picker-title]").textContent = button.dataset.title;
  text.value = "";
  every.checked = false;
  clear.hidden = !button.dataset.dish;
  picker.showModal();
  // A finger gets the list first: the keyboard of a tablet would cover half of it.
  if (matchMedia("(pointer: fine)").matches) text.focus();
  search();
}

async function search() {
  const mine = ++asked;
  const query = new URLSearchParams({ q: text.value });
  if (!every.checked && place.dataset.categories) query.set("category", place.dataset.categories);
  const answer = await fetch(`${grid.dataset.choices}?${query}`, {
    headers: { Accept: "application/json" },
  }).catch(() => null);
  if (mine !== asked || !answer?.ok) return;
  show(await answer.json());
}

function show(found) {
  list.replaceChildren(...found.dishes.map(option));
  mark(list.firstElementChild);
  const said = found.dishes.length ? (found.more ? note.dataset.more : "") : note.dataset.none;
  note.textContent = said;
  note.hidden = !said;
}

function option(dish) {
  const item = document.createElement("li");
  item.setAttribute("role", "option");
  item.id = `choice-${dish.id}`;
  item.dataset.id = dish.id;
  item.append(words("dish", dish.name));
  if (dish.standing) item.append(words("standing", dish.standing));
  item.append(words("about", dish.about));
  return item;
}

function words(kind, content) {
  const span = document.createElement("span");
  span.className = kind;
  span.textContent = content;
  return span;
}

function mark(item) {
  for (const one of list.children) one.setAttribute("aria-selected", String(one === item));
  text.setAttribute("aria-activedescendant", item?.id ?? "");
  item?.scrollIntoView({ block: "nearest" });
}

const marked = () => list.querySelector('[aria-selected="true"]');

text.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(search, 120);
});
every.addEventListener("change", search);
list.addEventListener("click", (event) => {
  const item = event.target.closest("[data-id]");
  if (item) pick(item);
});
picker.addEventListener("keydown", (event) => {
  if (isComposing(event)) return;
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (step) {
    event.preventDefault();
    mark(marked()?.[step] ?? marked());
  }
  if (event.key === "Enter" && event.target === text) {
    event.preventDefault();
    if (marked()) pick(marked());
  }
});
clear.addEventListener("click", () => put(null));
picker.querySelector("[data-picker-close]").addEventListener("click", () => picker.close());
picker.addEventListener("click", (event) => {
  if (event.target === picker) picker.close();
});

const pick = (item) => put(Number(item.dataset.id), item.querySelector(".dish").textContent);

async function put(dish, name = "") {
  const { id } = place;
  if (picker.open) picker.close();
  const body = { ...named(place), dish_id: dish, seen: seen(place) };
  const taken = () => {
    place = document.getElementById(id);
    askWhichStays(place, name, () => put(dish, name));
  };
  await send(grid.dataset.places, body, { taken });
  document.getElementById(id)?.focus();
}
