/** The grid of a week: sending a change, showing what came back, and taking it back again. */

export const grid = document.querySelector("[data-grid]");
export const said = document.querySelector("[data-said]");
const refusal = document.querySelector("[data-refusal]");
const anyway = refusal.querySelector("[data-pinned-too]");
const undo = document.querySelector("[data-undo]");
const token = document.querySelector('meta[name="csrf-token"]').content;
const kept = `canteen-changes-${grid.dataset.week}`;
const MOST_KEPT = 30;

/** What a place is called by the server. */
export const named = ({ dataset }) => ({
  day: dataset.on,
  period: dataset.period,
  slot: dataset.slot,
  position: Number(dataset.position),
});

/** What this page shows in a place: the number of a dish, or null. */
export const seen = ({ dataset }) => (dataset.dishId ? Number(dataset.dishId) : null);

/** Say something to who cannot see it. */
export function announce(sentence, facts = {}) {
  if (said) said.textContent = sentence.replace(/\{(\w+)\}/g, (_all, name) => facts[name] ?? "");
}

/**
 * Post a change. True when it was done; the grid is new then, and the focus where it was.
 * `taken`: what to do when somebody else has filled the place since; without it that is told.
 */
export async function send(url, body, { remember = true, again = null, taken = null } = {}) {
  const focus = document.activeElement?.id;
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": token,
    },
    body: JSON.stringify(body),
  }).catch(() => null);
  const told = answer ? await answer.json().catch(() => ({})) : {};
  refusal.hidden = Boolean(answer?.ok);
  anyway.hidden = !(told.code === "place_pinned" && again);
  anyway.onclick = again;
  if (!answer?.ok) {
    if (told.grid) renew(told.grid, focus);
    if (told.code === "place_taken" && taken) {
      refusal.hidden = true;
      taken();
      return false;
    }
    refusal.querySelector("p").textContent = `${told.text ?? "✕"}${told.next_step ?? ""}`;
    refusal.scrollIntoView({ block: "nearest" });
    return false;
  }
  if (remember && told.changes?.length) remembered([...stack(), told.changes]);
  renew(told.grid, focus);
  return true;
}

function renew(page, focus) {
  // What was sent is a page of our own, with every name escaped by the server.
  grid.innerHTML = page;
  grid.dispatchEvent(new Event("grid:changed"));
  if (focus) document.getElementById(focus)?.focus();
}

/** Take back the last change, if nobody else has been there since. */
async function takeBack() {
  const changes = stack().at(-1);
  if (!changes) return;
  if (await send(grid.dataset.restorations, { changes }, { remember: false })) {
    announce(said.dataset.undone);
  }
  remembered(stack().slice(0, -1));
}

function stack() {
  try {
    return JSON.parse(sessionStorage.getItem(kept)) ?? [];
  } catch {
    return [];
  }
}

function remembered(changes) {
  try {
    sessionStorage.setItem(kept, JSON.stringify(changes.slice(-MOST_KEPT)));
  } catch {
    // A browser without storage has no way back; the change itself is done.
  }
  undo.disabled = !stack().length;
}

undo.addEventListener("click", takeBack);
undo.disabled = !stack().length;
document.addEventListener("keydown", (event) => {
  const writing = event.target.closest?.("input, textarea, select");
  if ((event.ctrlKey || event.metaKey) && event.key === "z" && !writing) {
    event.preventDefault();
    takeBack();
  }
});

// Emptying a day and copying a week are forms that work without a script; with one they can be
// taken back.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-changes]")) return;
  event.preventDefault();
  send(event.target.action, {});
});
