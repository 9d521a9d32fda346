/**
 * Drawing one screen at a time from the page's templates.
 *
 * `<template data-screen="receipt">` holds a screen; in it `data-slot="price"` takes a text
 * and hides when there is none, `data-repeat="parts"` is copied for each item of a list,
 * `data-icon` takes the name of a drawing, `data-href` an address.
 */

const stage = () => document.querySelector("[data-stage]");

/** Put a screen on the stage and answer it. `tone` colours the whole page. */
export function show(name, tone, slots = {}) {
  const template = document.querySelector(`template[data-screen="${name}"]`);
  const screen = template.content.firstElementChild.cloneNode(true);
  fillIn(screen, slots);
  stage().replaceChildren(screen);
  stage().scrollTop = 0;
  window.scrollTo(0, 0); // a low window scrolls as a whole
  document.body.dataset.tone = tone;
  document.body.dataset.showing = name;
  return screen;
}

/** The name of the screen that is showing. */
export const showing = () => document.body.dataset.showing;

/** Fill texts, lists, icons and links below `root`. */
export function fillIn(root, slots) {
  for (const pattern of root.querySelectorAll("[data-repeat]")) {
    const items = slots[pattern.dataset.repeat] ?? [];
    const copies = items.map((item) => {
      const copy = pattern.cloneNode(true);
      copy.removeAttribute("data-repeat");
      fillIn(copy, item);
      return copy;
    });
    pattern.replaceWith(...copies);
  }
  for (const place of withSelf(root, "data-slot")) {
    const value = slots[place.dataset.slot];
    if (value === undefined) continue; // another list's
    place.hidden = value === null || value === "";
    place.textContent = value ?? "";
  }
  for (const row of withSelf(root, "data-if")) row.hidden = !slots[row.dataset.if];
  for (const use of root.querySelectorAll("use[data-icon]")) {
    if (slots[use.dataset.icon]) setIcon(use, slots[use.dataset.icon]);
  }
  for (const link of withSelf(root, "data-href")) {
    if (slots[link.dataset.href]) link.href = slots[link.dataset.href];
  }
}

/** Point a `<use>` at another drawing of the counter's icons. */
function setIcon(use, name) {
  const [file] = use.getAttribute("href").split("#");
  use.setAttribute("href", `${file}#${name}`);
}

/** Tell those who listen to the page instead of looking at it. */
export function announce(text, { urgent = false } = {}) {
  const region = document.querySelector(urgent ? "[data-alert]" : "[data-status]");
  region.textContent = "";
  setTimeout(() => (region.textContent = text), 30); // the same words twice are said twice
}

function withSelf(root, attribute) {
  const inside = [...root.querySelectorAll(`[${attribute}]`)];
  return root.hasAttribute?.(attribute) ? [root, ...inside] : inside;
}
