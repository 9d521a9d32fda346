/** The test bench answers while one types: the same form, posted quietly; only its results change. */

const form = document.querySelector("[data-bench]");
const results = document.querySelector("[data-results]");
const PAUSE = 250;
let timer = 0;
let latest = 0;

async function ask() {
  const mine = ++latest;
  results.classList.add("waiting");
  try {
    const answer = await fetch(form.action || location.pathname, {
      method: "POST",
      body: new FormData(form),
      credentials: "same-origin",
    });
    if (mine !== latest || !answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-results]");
    if (fresh) results.replaceChildren(...fresh.childNodes);
  } catch {
    // The button still works; nothing to add while the network is away.
  } finally {
    if (mine === latest) results.classList.remove("waiting");
  }
}

form?.addEventListener("input", (event) => {
  if (event.target.name === "q") return;
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
});
