// Printing on A4 or A3, copying the week as text, and large type that this device remembers.
const copy = document.querySelector("[data-copy]");
const text = document.querySelector("[data-copied]");
const a3 = document.querySelector("[data-a3]");
const sizes = document.querySelector("[data-text-sizes]");
const REMEMBERED = "canteen-text-size";

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

sizes.hidden = false;
sizes.addEventListener("click", (event) => {
  const button = event.target.closest("[data-text-size]");
  if (!button) return;
  show(button.dataset.textSize);
  try {
    localStorage.setItem(REMEMBERED, button.dataset.textSize);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
});

function show(size) {
  if (size) document.documentElement.dataset.text = size;
  else delete document.documentElement.dataset.text;
  for (const button of sizes.children) {
    button.setAttribute("aria-pressed", String(button.dataset.textSize === size));
  }
}

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED) ?? "";
  } catch {
    return "";
  }
}

show(remembered());
