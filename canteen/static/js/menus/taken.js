// Somebody else has filled the place since this page was read: say what stands there now and let
// the person choose. Closing it, like Esc, leaves what stands.
const dialog = document.querySelector("[data-taken-by-other]");
const keep = dialog.querySelector("[data-keep]");
const change = dialog.querySelector("[data-change]");
const fill = (words, facts) => words.replace(/\{(\w+)\}/g, (_all, name) => facts[name] ?? "");

/** Ask; `anyway` does what the person first wanted. `wanted` "": they wanted the place empty. */
export function askWhichStays(place, wanted, anyway) {
  const facts = { place: place.dataset.title, now: place.dataset.dish, wanted };
  dialog.querySelector("[data-where]").textContent = facts.place;
  for (const part of dialog.querySelectorAll("[data-words]")) {
    const { words, emptied } = part.dataset;
    part.textContent = fill(wanted ? words : emptied ?? words, facts);
  }
  const { id } = place;
  dialog.onclose = () => document.getElementById(id)?.focus();
  keep.onclick = () => dialog.close();
  change.onclick = () => {
    dialog.close();
    anyway();
  };
  dialog.showModal();
  keep.focus();
}
