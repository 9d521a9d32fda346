/** Larger letters at once: the cookie that the server reads, without waiting for its page. */

const COOKIE = "canteen_letters";
const REMEMBERED_S = 400 * 86400;
const page = document.documentElement;

for (const form of document.querySelectorAll("[data-text-sizes]")) {
  form.addEventListener("submit", (event) => {
    const size = event.submitter?.dataset.textSize;
    if (!size) return;
    event.preventDefault();
    show(size);
    remember(size);
  });
}

// A page taken from the browser's memory, or kept for a time without network, is of yesterday.
addEventListener("pageshow", () => show(remembered() ?? page.dataset.text));

for (const box of document.querySelectorAll("[data-letters]")) {
  addEventListener("pointerdown", (event) => {
    if (!box.contains(event.target)) box.open = false;
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box.open) return;
    box.open = false;
    box.querySelector("summary").focus();
  });
}

function show(size) {
  page.dataset.text = size;
  for (const button of document.querySelectorAll("[data-text-size]")) {
    button.setAttribute("aria-pressed", String(button.dataset.textSize === size));
  }
}

/** A browser that keeps nothing shows the size on this page all the same. */
function remember(size) {
  document.cookie = `${COOKIE}=${size}; path=/; max-age=${REMEMBERED_S}; samesite=lax`;
}

function remembered() {
  const known = [...document.querySelectorAll("[data-text-size]")].map((b) => b.dataset.textSize);
  const kept = document.cookie.split("; ").find((one) => one.startsWith(`${COOKIE}=`));
  return known.find((size) => kept === `${COOKIE}=${size}`);
}
