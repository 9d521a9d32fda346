// Doors of a plan are moved by dragging, or with the arrow keys on their handle. The server says
// what a move costs; the page is what it answers.
const frame = () => document.querySelector("[data-route-plan]");

const move = async (stop, courier, position) => {
  const form = document.querySelector(`[data-stop="${stop}"] form`);
  const body = new FormData(form);
  body.set("volunteer_id", courier);
  body.set("position", position);
  frame().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.querySelector("main").replaceWith(page.querySelector("main"));
    document.querySelector(`[data-stop="${stop}"] summary`)?.focus();
  } catch {
    window.location.reload(); // the server knows how it stands
  }
};

const place = (element) => {
  const round = element.closest("[data-courier]");
  const doors = [...round.querySelectorAll("[data-stop]")];
  return { courier: round.dataset.courier, at: doors.indexOf(element) + 1, count: doors.length };
};

// --- dragging ---------------------------------------------------------------------------------
let dragged = null;

const unmark = () => {
  for (const one of document.querySelectorAll(".drop-before, .drop-end"))
    one.classList.remove("drop-before", "drop-end");
};

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-stop]") ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
  dragged.classList.add("dragged");
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  dragged = null;
  unmark();
});

document.addEventListener("dragover", (event) => {
  const round = event.target.closest?.("[data-courier]");
  if (!dragged || !round) return;
  event.preventDefault();
  unmark();
  const door = event.target.closest("[data-stop]");
  if (door && round.dataset.courier !== "0") door.classList.add("drop-before");
  else round.classList.add("drop-end");
});

document.addEventListener("drop", (event) => {
  const round = event.target.closest?.("[data-courier]");
  if (!dragged || !round) return;
  event.preventDefault();
  const door = event.target.closest("[data-stop]");
  if (door === dragged) return;
  const from = place(dragged);
  let position = 0;
  if (door) {
    const to = place(door);
    position = to.courier === from.courier && from.at < to.at ? to.at - 1 : to.at;
  }
  void move(dragged.dataset.stop, round.dataset.courier, position);
});

// --- keyboard ---------------------------------------------------------------------------------
document.addEventListener("keydown", (event) => {
  const handle = event.target.closest?.(".move > summary");
  if (!handle || !event.key.startsWith("Arrow") || event.altKey || event.ctrlKey) return;
  const door = handle.closest("[data-stop]");
  const { courier, at, count } = place(door);
  const rounds = [...document.querySelectorAll("[data-courier]")].map((one) => one.dataset.courier);
  const beside = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  event.preventDefault();
  if (beside) {
    const next = rounds.filter((one) => one !== "0" || courier === "0");
    const to = next[next.indexOf(courier) + beside];
    if (to) void move(door.dataset.stop, to, 0);
  } else if (courier !== "0") {
    const to = at + (event.key === "ArrowUp" ? -1 : 1);
    if (to >= 1 && to <= count) void move(door.dataset.stop, courier, to);
  }
});
