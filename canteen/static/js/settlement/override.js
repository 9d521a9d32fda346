/** A manager lets a refused tray through, and says why. */

/**
 * Put the override on the stage by `display`; onSend({reason, manager}) when it is filled in.
 * `mistake`: what was wrong with the last try.
 */
export function showOverrideForm({ display, facts, refusal, order, mistake, onSend }) {
  const screen = display("override", "refused", {
    title: refusal.title ?? null,
    text: mistake ? null : refusal.text,
    mistake: mistake?.text ?? null,
    ask_manager: !facts.is_manager,
  });
  const form = screen.querySelector("form");
  form.reason.value = order.reason;
  const [first] = [...form.elements].filter((each) => each.matches("input") && !each.value);
  first?.focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const empty = [...form.querySelectorAll("[required]")].find((each) => !each.value.trim());
    if (empty && !empty.closest("[hidden]")) return empty.focus();
    const manager = { username: form.username.value.trim(), password: form.password.value };
    return onSend({ reason: form.reason.value.trim(), manager: facts.is_manager ? null : manager });
  });
}
