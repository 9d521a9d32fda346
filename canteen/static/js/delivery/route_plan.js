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

// --- dragging by the handle: mouse, pen or finger ---------------------------------------------
const FAR = 8; // px: less is a tap that opens the form
let drag = null;

const unmark = () => {
  for (const one of document.querySelectorAll(".drop-before, .drop-end"))
    one.classList.remove("drop-before", "drop-end");
};

const under = (event) => {
  const element = document.elementFromPoint(event.clientX, event.clientY);
  const round = element?.closest("[data-courier]");
  return round ? { round, door: element.closest("[data-stop]") } : null;
};

const end = () => {
  drag?.door.classList.remove("dragged");
  drag = null;
  unmark();
};

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest?.(".move > summary");
  if (!handle || event.button !== 0) return;
  drag = { door: handle.closest("[data-stop]"), handle, x: event.clientX, y: event.clientY };
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  if (!drag.begun) {
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR) return;
    drag.begun = true;
    drag.handle.setPointerCapture(event.pointerId);
    drag.door.classList.add("dragged");
  }
  const edge = 60; // px from the edge of the window: scroll along
  if (event.clientY < edge) window.scrollBy(0, -12);
  if (event.clientY > window.innerHeight - edge) window.scrollBy(0, 12);
  unmark();
  const target = under(event);
  if (!target || target.door === drag.door) return;
  if (target.door && target.round.dataset.courier !== "0") target.door.classList.add("drop-before");
  else target.round.classList.add("drop-end");
});

document.addEventListener("pointerup", (event) => {
  const { door, begun, handle } = drag ?? {};
  if (begun) handle.addEventListener("click", (click) => click.preventDefault(), { once: true });
  const target = begun ? under(event) : null;
  end();
  if (!target || target.door === door) return;
  let position = 0;
  if (target.door) {
    const from = place(door);
    const to = place(target.door);
    position = to.courier === from.courier && from.at < to.at ? to.at - 1 : to.at;
  }
  void move(door.dataset.stop, target.round.dataset.courier, position);
});

document.addEventListener("pointercancel", end);

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
