/** A draft's form: says that something is not saved yet, and asks before a draft is thrown away. */

const form = document.querySelector("[data-draft]");
const hint = document.querySelector("[data-unsaved]");
let changed = false;

form?.addEventListener("input", () => {
  changed = true;
  hint.hidden = false;
});
form?.addEventListener("submit", () => {
  changed = false;
});
window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
for (const asking of document.querySelectorAll("form[data-ask]")) {
  asking.addEventListener("submit", (event) => {
    if (window.confirm(asking.dataset.ask)) changed = false;
    else event.preventDefault();
  });
}
