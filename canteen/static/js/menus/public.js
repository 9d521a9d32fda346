// Printing, and copying the week as text; both are buttons only where the browser can do them.
const print = document.querySelector("[data-print]");
const copy = document.querySelector("[data-copy]");
const text = document.querySelector("[data-text]");

if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}

if (copy) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await put(text.value);
    copy.querySelector("span").textContent = copy.dataset.done;
  });
}

async function put(words) {
  if (navigator.clipboard) {
    try {
      return await navigator.clipboard.writeText(words);
    } catch {
      // Refused by the browser: fall through to the old way.
    }
  }
  // Plain http on a canteen's own network has no clipboard; selecting and copying still works.
  text.hidden = false;
  text.select();
  document.execCommand("copy");
  text.hidden = true;
}
