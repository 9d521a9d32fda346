/** The sum of a counted drawer, as it is typed. */

import { yuan } from "../shared/words.js";

for (const count of document.querySelectorAll("[data-count]")) {
  const fields = [...count.querySelectorAll("[data-fen]")];
  const row = count.querySelector("[data-count-sum-row]");
  const sum = count.querySelector("[data-count-sum]");

  const draw = () => {
    const fen = fields.reduce((all, one) => all + Number(one.dataset.fen) * (Number(one.value) || 0), 0);
    row.hidden = fields.every((one) => !one.value.trim());
    sum.value = `¥${yuan(fen)}`;
  };
  count.addEventListener("input", draw);
  draw();
}
