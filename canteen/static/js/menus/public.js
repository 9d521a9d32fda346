// Printing on A4 or A3, and copying the week as text.
const copy = document.querySelector("[data-copy]");
const text = document.querySelector("[data-copied]");
const a3 = document.querySelector("[data-a3]");

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    a3.media = button.dataset.print === "a3" ? "print" : "not all";
    window.print();
  });
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
