/** A tablet that belongs to no counter yet: six digits, typed or brought along by the QR code. */

import { postJson } from "../post.js";

export function attachPairing(screen, { url, words }) {
  const form = screen.querySelector("form");
  const mistake = screen.querySelector("[data-slot=mistake]");

  async function pair() {
    const button = form.querySelector("button");
    button.disabled = true;
    const answer = await postJson(url, { code: form.code.value });
    button.disabled = false;
    if (answer.status === 200) return location.reload();
    const said = [answer.data.text, answer.data.next_step].filter(Boolean);
    mistake.textContent = said.length ? said.join(words.comma) : words.unreached;
    mistake.hidden = false;
    return form.code.select();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    pair();
  });
  const brought = location.hash.slice(1);
  history.replaceState(null, "", location.pathname); // a code is for once
  if (/^\d{6}$/.test(brought)) {
    form.code.value = brought;
    pair();
  } else {
    form.code.focus();
  }
}
