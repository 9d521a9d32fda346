/** Pieces of the page: a template's copy with its words and what its buttons do. */

/**
 * A copy of `<template id>`. values: text by slot, null hides it. acts: what a button
 * (`data-act`) does; `self` for the piece itself.
 */
export function filled(id, values = {}, acts = {}) {
  const part = document.getElementById(id).content.firstElementChild.cloneNode(true);
  for (const [name, text] of Object.entries(values)) {
    const slot = part.querySelector(`[data-slot=${name}]`);
    slot.hidden = text === null;
    slot.textContent = text ?? "";
  }
  for (const [name, act] of Object.entries(acts)) {
    const button = name === "self" ? part : part.querySelector(`[data-act=${name}]`);
    button.addEventListener("click", act);
  }
  return part;
}

export function made(tag, classes, text) {
  const element = document.createElement(tag);
  element.className = classes;
  element.textContent = text;
  return element;
}

export const put = (place, parts) => place.replaceChildren(...parts);

/** A number between two buttons that a glove hits. onChange(number). */
export function stepper({ what, plan, start, most = 99, onChange = () => {} }) {
  let number = start;
  const part = filled("t-count", { what, plan, count: String(number) }, {
    less: () => change(-1),
    more: () => change(1),
  });
  function change(by) {
    number = Math.max(0, Math.min(most, number + by));
    part.querySelector("[data-slot=count]").textContent = String(number);
    onChange(number);
  }
  return { part, value: () => number };
}
