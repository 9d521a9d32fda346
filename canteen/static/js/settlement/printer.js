// At the counter: whether the printer of this window needs a hand. Asked now and then, aside.
const EVERY_MS = 20_000;
const note = document.querySelector("[data-printer-note]");
const device = document.querySelector("[data-bar=device]");

if (note && device) {
  device.addEventListener("change", look);
  setInterval(look, EVERY_MS);
  look();
}

async function look() {
  if (document.hidden) {
    return;
  }
  try {
    const answer = await fetch(note.dataset.printerNote, { headers: { Accept: "application/json" } });
    show(answer.ok ? (await answer.json())[device.value] : undefined);
  } catch {
    // No network: the counter itself says so.
  }
}

function show(trouble) {
  note.hidden = !trouble;
  if (trouble) {
    note.querySelector("span").textContent = trouble.text;
    note.title = trouble.next_step;
    note.setAttribute("aria-label", `${trouble.text} ${trouble.next_step}`);
  }
  if (trouble?.url) {
    note.href = trouble.url;
  }
}
