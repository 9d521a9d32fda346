/** Finding a diner by name, initials, phone tail or card number, with keys or fingers. */

import { isComposing } from "../shared/composing.js";
import { getJson } from "./post.js";
import { fillIn } from "./screen.js";
import { fill, yuan } from "../shared/words.js";

const PAUSE_MS = 150;

/** Attach to a search screen. onPick(diner): somebody was chosen. */
export function attachSearch(screen, { url, words, onPick, onSignedOut }) {
  const field = screen.querySelector("input");
  const list = screen.querySelector("[role=listbox]");
  const note = screen.querySelector("[data-note]");
  const pattern = screen.querySelector("template");
  let diners = [];
  let at = 0;
  let timer = 0;
  let running = new AbortController();

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (isComposing(event)) return; // the input method has the keys
    if (event.key === "ArrowDown") move(event, at + 1);
    if (event.key === "ArrowUp") move(event, at - 1);
    if (event.key === "Enter") choose(event);
  });
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) onPick(diners[[...list.children].indexOf(option)]);
  });
  field.focus();

  async function look() {
    const wanted = field.value.trim();
    running.abort();
    running = new AbortController();
    if (!wanted) return draw([], words.search_hint);
    const answer = await getJson(`${url}?q=${encodeURIComponent(wanted)}`, running.signal);
    if (field.value.trim() !== wanted) return undefined; // typed on meanwhile
    if (answer?.status === 401) return onSignedOut();
    if (answer?.status !== 200) return draw([], words.search_failed);
    return draw(answer.data, answer.data.length ? "" : words.search_none);
  }

  function draw(found, said) {
    diners = found;
    note.textContent = said;
    list.replaceChildren(...found.map(optionOf));
    mark(0);
  }

  function optionOf(diner, place) {
    const option = pattern.content.firstElementChild.cloneNode(true);
    option.id = `diner-${place}`;
    fillIn(option, {
      name: diner.name,
      title: diner.title,
      age: diner.age === null ? null : fill(words.age, { age: diner.age }),
      place: diner.place || null,
      card: diner.card_tail ? fill(words.card_tail, { tail: diner.card_tail }) : words.no_card,
      balance: diner.balance_fen === null ? null : yuan(diner.balance_fen),
    });
    return option;
  }

  function move(event, to) {
    event.preventDefault();
    mark(Math.max(0, Math.min(diners.length - 1, to)));
  }

  function mark(to) {
    at = to;
    [...list.children].forEach((option, place) => {
      option.setAttribute("aria-selected", String(place === at));
      if (place === at) option.scrollIntoView({ block: "nearest" });
    });
    field.setAttribute("aria-expanded", String(diners.length > 0));
    field.setAttribute("aria-activedescendant", diners.length ? `diner-${at}` : "");
  }

  /** Enter before the list came: look first, choose only what was seen. */
  function choose(event) {
    event.preventDefault();
    if (diners[at]) onPick(diners[at]);
  }
}
