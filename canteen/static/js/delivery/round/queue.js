/**
 * What happened, told to the server in its order when there is a way.
 *
 * An event leaves the queue only by the server's answer for it, its photo by another. Two pages of
 * one phone take turns where the browser can lock; where it cannot, the event's id makes a repeat
 * harmless.
 */

import { postJson, postPicture } from "../../settlement/post.js";
import { changeEvent, eventsOf, photoOf } from "./store.js";

const AT_ONCE = 20;
const LOCK = "canteen-round-queue";

/**
 * onAnswer({event, answer}): for each that was taken otherwise than told, or stays here.
 * onSignedOut(): somebody must sign in before anything can be told; it is kept.
 */
export function makeQueue({ urls, owner, onAnswer, onSignedOut }) {
  let running = null;

  /** Tell everything; true when all of it has arrived. Asked again meanwhile: the same answer. */
  function flush() {
    running ??= (navigator.locks ? navigator.locks.request(LOCK, tell) : tell()).finally(() => {
      running = null;
    });
    return running;
  }

  async function tell() {
    for (;;) {
      const held = await eventsOf(owner());
      const waiting = held.filter((one) => !one.told && !one.stuck);
      if (!waiting.length) return photos(held);
      const sent = waiting.slice(0, AT_ONCE);
      const told = { sent_at: new Date().toISOString(), events: sent.map((one) => one.event) };
      const answer = await postJson(urls.events, told, { patience: 0 });
      if (answer.status === 401) onSignedOut();
      if (answer.status !== 200) return false;
      if (!(await settle(sent, answer.data.answers))) return false;
    }
  }

  /** Whether any of them may be forgotten here: else it is no use to go on. */
  async function settle(sent, answers) {
    let moved = false;
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    for (const { id, event } of sent) {
      const answer = byId.get(id);
      if (!answer || answer.outcome === "later") continue;
      moved = true;
      if (answer.outcome === "refused") {
        await changeEvent(id, (held) => ({ ...held, stuck: answer.text || answer.reason }));
      } else {
        await changeEvent(id, (held) => ({ ...held, told: true }));
      }
      if (answer.outcome === "refused" || answer.text) onAnswer({ event, answer });
    }
    return moved;
  }

  /** Photos of what has arrived. One that the server cannot read is no reason to keep it. */
  async function photos(held) {
    for (const { id } of held.filter((one) => one.told && one.photo)) {
      const picture = await photoOf(id);
      const answer = picture
        ? await postPicture(urls.photo.replace("EVENT", id), picture)
        : { status: 409 };
      if (answer.status !== 200 && answer.status !== 409) return false;
      await changeEvent(id, ({ photo: _sent, ...rest }) => rest);
    }
    return true;
  }

  return { flush };
}

/** What has arrived is part of the server's day from now on. */
export async function dropTold(owner) {
  for (const { id, told, photo } of await eventsOf(owner)) {
    if (told && !photo) await changeEvent(id, () => null);
  }
}
