/** The tray beside the stage: dishes to tap, a keypad, and what they come to. */

import { fill, yuan } from "../shared/words.js";
import { fillIn } from "./screen.js";

/** Draws `tray` into the page's panel; `set()` is today's, `held()` says whether a card waits. */
export function makeTrayPanel({ tray, words, set, held, limitFen }) {
  const panel = document.querySelector("[data-tray]");
  if (!panel) return { draw() {} };
  const find = (name) => panel.querySelector(`[data-tray-${name}]`);
  const button = document.querySelector("[data-act=tray]");

  panel.addEventListener("click", (event) => {
    const pressed = event.target.closest("button");
    if (!pressed) return;
    const { dish, less, key, tab, traySet } = pressed.dataset;
    if (traySet !== undefined) tray.toggleSet();
    if (dish) tray.add(Number(dish), 1);
    if (less) tray.add(Number(less), -1);
    if (key) tray.type(key);
    if (tab) tray.pickTab(tab);
  });

  function draw() {
    panel.hidden = !tray.isOpen();
    document.body.dataset.trayIs = tray.isOpen() ? (tray.isEmpty() ? "empty" : "full") : "closed";
    button?.setAttribute("aria-pressed", String(tray.isOpen()));
    if (!tray.isOpen()) return;
    find("total").textContent = yuan(tray.total());
    find("note").textContent = note();
    panel.dataset.tooDear = String(tray.isTooDear());
    for (const each of panel.querySelectorAll("[data-tab]")) {
      each.setAttribute("aria-pressed", String(each.dataset.tab === tray.tab()));
    }
    drawSet();
    find("dishes").hidden = tray.tab() !== "dishes";
    find("keys").hidden = tray.tab() !== "amount";
    find("typed").textContent = tray.typed() || "0";
    drawDishes();
    const confirm = panel.querySelector("[data-act=confirm]");
    confirm.hidden = !held();
    confirm.disabled = tray.isEmpty() || tray.isTooDear();
  }

  /** The set on the tray, or what it would cost to have it there too. */
  function drawSet() {
    const button = find("set");
    if (!button) return;
    const today = set();
    button.hidden = today === null;
    button.setAttribute("aria-pressed", String(tray.ofSet() !== null));
    if (today) fillIn(button, { name: today.name, price: yuan(today.price_fen) });
  }

  function note() {
    if (tray.isTooDear()) return fill(words.tray_too_dear, { limit: yuan(limitFen) });
    if (held()) return tray.isEmpty() ? words.tray_wanted : words.tray_confirm;
    return tray.isEmpty() ? words.tray_first : words.tray_scan;
  }

  /** Buttons are changed in place: the one under a finger, or with the focus, stays. */
  function drawDishes() {
    const list = find("dishes");
    const dishes = tray.dishes();
    const known = [...list.querySelectorAll("[data-dish]")].map((each) => each.dataset.dish).join();
    if (known !== dishes.map((dish) => dish.id).join()) {
      const pattern = document.querySelector("template[data-bar=dish-pattern]").content;
      list.replaceChildren(...dishes.map((dish, place) => rowOf(pattern, dish, place)));
      if (!dishes.length) list.textContent = words.tray_no_dishes;
    }
    for (const row of list.children) {
      const count = tray.countOf(Number(row.querySelector("[data-dish]").dataset.dish));
      row.dataset.count = String(count);
      row.querySelector("[data-slot=count]").textContent = count ? `× ${count}` : "";
      row.querySelector("[data-less]").hidden = !count;
    }
  }

  function rowOf(pattern, dish, place) {
    const row = pattern.firstElementChild.cloneNode(true);
    const key = place < 9 ? String(place + 1) : null;
    fillIn(row, { key, name: dish.name, price: yuan(dish.price_fen) });
    row.querySelector("[data-dish]").dataset.dish = String(dish.id);
    const less = row.querySelector("[data-less]");
    less.dataset.less = String(dish.id);
    less.setAttribute("aria-label", fill(words.tray_less, { dish: dish.name }));
    return row;
  }

  return { draw };
}
