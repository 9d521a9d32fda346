/**
 * The counter's side of the screen turned to the diner. A second window on this device hears
 * each scene at once, network or not; tablets get it through the server, and only where there
 * are any. The counter never waits for either.
 */

import { idleScene, receiptScene, refusalScene, STAYS_MS, undoneScene } from "./scenes.js";

export const CHANNEL = "canteen-diner";
export const WHO = "who is there"; // what a window asks when it opens
const HERE_EVERY_MS = 30_000; // so that tablets know the counter is alive, and new ones are seen

/** post(url, body, options): {status, data}. device(): which counter. isAlone(): no server. */
export function makeMirror({ facts, post, device, isAlone }) {
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(CHANNEL) : null;
  const { shows_balance: showsBalance } = facts.diner;
  let idle = null;
  let scene = null;
  let timer = 0;
  let tablets = true; // until the server says that there are none
  let sending = false;
  let waiting = false;

  channel?.addEventListener("message", ({ data }) => data === WHO && tellWindow());
  setInterval(push, HERE_EVERY_MS);

  const tellWindow = () => idle && channel?.postMessage({ idle, scene });

  function changed() {
    tellWindow();
    if (tablets) push();
  }

  function show(next) {
    clearTimeout(timer);
    scene = next;
    if (next) timer = setTimeout(() => show(null), STAYS_MS[next.kind]);
    changed();
  }

  /** The newest only: what came while one was on its way goes as one. */
  async function push() {
    if (sending) return void (waiting = true);
    if (!idle || !device() || isAlone()) return undefined;
    sending = true;
    const body = { device_id: device(), idle, scene };
    const answer = await post(facts.urls.diner_scenes, body, { patience: 0 });
    sending = false;
    if (answer.status === 200) tablets = answer.data.tablets;
    if (!waiting) return undefined;
    waiting = false;
    return tablets ? push() : undefined;
  }

  return {
    receipt: (receipt) => show(receiptScene(receipt, { showsBalance })),
    refusal: (refusal, price) => show(refusalScene(refusal, { showsBalance, price })),
    undone: (meal, answer) => show(undoneScene(meal, answer, { showsBalance })),
    /** What the counter would sell now; whoever is being shown stays until their time is over. */
    idle(now) {
      const fresh = idleScene(now);
      if (JSON.stringify(fresh) === JSON.stringify(idle)) return;
      idle = fresh;
      changed();
    },
  };
}
