/** One swap, however it was asked for: by mouse, finger or key. */
import { announce, grid, named, said, seen, send } from "./grid.js";

/** Exchange two places; where a locked dish is in the way, offer to do it all the same. */
export async function swap(from, to, pinnedToo = false) {
  const facts = { dish: from.dataset.dish, place: to.dataset.title };
  const { id } = to;
  const [one, other] = [from, to].map((place) => ({ ...named(place), seen: seen(place) }));
  const body = { one, other, pinned_too: pinnedToo };
  const again = () => swap(from, to, true);
  if (await send(grid.dataset.swaps, body, { again })) {
    announce(said.dataset.put, facts);
    document.getElementById(id)?.focus();
  }
}
