/**
 * A manager lets a refused tray through, and says why: by their PIN, or by name and password.
 *
 * A clerk hands the tablet over for it; a manager who stands at the counter only says why.
 */

/**
 * Put the override on the stage by `display`; onSend({reason, manager}) when it is filled in.
 * `mistake`: what was wrong with the last try.
 */
export function showOverrideForm({ display, facts, refusal, order, mistake, onSend }) {
  const { managers } = facts;
  const screen = display("override", "refused", {
    title: refusal.title ?? null,
    text: mistake ? null : refusal.text,
    mistake: mistake ? [mistake.text, mistake.next_step].filter(Boolean).join(" ") : null,
    people: managers,
  });
  const form = screen.querySelector("form");
  for (const [place, box] of [...form.querySelectorAll("[name=person]")].entries()) {
    box.value = String(managers[place].id);
    box.checked = managers[place].id === (order.manager?.staff_id ?? managers[0].id);
  }
  form.reason.value = order.reason;
  ask(form, facts.is_manager ? "nobody" : startingWay(order, managers));
  focusFirst(form);
  form.addEventListener("click", (event) => {
    const { wayTo } = event.target.closest("[data-way-to]")?.dataset ?? {};
    if (!wayTo) return;
    ask(form, wayTo);
    focusFirst(form);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const empty = asked(form).find((each) => !each.value.trim());
    if (empty) return empty.focus();
    return onSend({ reason: form.reason.value.trim(), manager: managerOf(form) });
  });
}

const startingWay = (order, managers) =>
  managers.length && !order.manager?.username ? "pin" : "password";

/** Show what this way of proving oneself asks for, and nothing else. */
function ask(form, way) {
  form.dataset.way = way;
  for (const each of form.querySelectorAll("[data-way]")) each.hidden = each.dataset.way !== way;
  const hasPins = form.querySelector("[name=person]") !== null;
  for (const each of form.querySelectorAll("[data-way-to]")) {
    each.hidden = way === "nobody" || each.dataset.wayTo === way || !hasPins;
  }
}

/** The fields that are to be filled in as things stand. */
const asked = (form) =>
  [...form.querySelectorAll("[required]")].filter((each) => !each.closest("[hidden]"));

function focusFirst(form) {
  const fields = asked(form);
  (fields.find((each) => !each.value) ?? fields[0]).focus();
}

function managerOf(form) {
  const way = form.dataset.way;
  if (way === "pin") {
    const person = form.querySelector("[name=person]:checked");
    return { staff_id: Number(person.value), pin: form.pin.value };
  }
  if (way === "password") {
    return { username: form.username.value.trim(), password: form.password.value };
  }
  return null;
}
