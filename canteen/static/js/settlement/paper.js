/**
 * Meals that were written on paper because nothing answered. One of them may have reached the
 * server all the same; when the way is open again it is taken back, because cash was paid.
 */

import { jot } from "../shared/jot.js";
import { postJson } from "./post.js";

const STORED = "till-paper";

/** onChecked(kind): "undone" when one was booked and is taken back, "kept" when it stands. */
export function makePaper({ url, onChecked }) {
  let busy = false;

  let unkept = []; // on a device that is full, as long as the page is open

  const ids = () => [...new Set([...JSON.parse(localStorage.getItem(STORED) ?? "[]"), ...unkept])];

  function store(list) {
    unkept = jot(localStorage, STORED, JSON.stringify(list)) ? [] : list;
  }

  return {
    add: (orders) => store([...ids(), ...orders.map((order) => order.id)]),
    /** Ask about each one; what gets no answer is asked again later. */
    async check() {
      if (busy) return;
      busy = true;
      for (const id of ids()) {
        const answer = await postJson(`${url}/${id}/reversal`, {});
        if (answer.status === 0 || answer.status === 401) break;
        store(ids().filter((each) => each !== id));
        if (answer.status === 200) onChecked("undone");
        if (answer.status === 409) onChecked("kept");
      }
      busy = false;
    },
  };
}
