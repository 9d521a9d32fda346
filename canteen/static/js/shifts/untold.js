/** A drawer is counted when all is told: what this device served and has not told says so here. */

import { mealsKept } from "../settlement/offline/store.js";
import { fill } from "../shared/words.js";

const UNSENT = "till-unsent"; // trays without an answer, see settlement/orders.js

const note = document.querySelector("[data-untold]");
if (note) look();

async function look() {
  const kept = await mealsKept().catch(() => []); // a browser that keeps nothing has served nothing
  const count = kept.filter((meal) => !meal.told).length + unsent();
  note.hidden = count === 0;
  const place = note.querySelector("[data-untold-text]");
  place.textContent = fill(place.dataset.untoldText, { count });
}

function unsent() {
  try {
    return JSON.parse(localStorage.getItem(UNSENT) ?? "[]").length;
  } catch {
    return 0;
  }
}
