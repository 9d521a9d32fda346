/**
 * What is said aloud: tones always, and words: by this device's own Chinese voice if it has
 * one, else from the sounds that were made when the canteen was set up.
 */

import { jot } from "../shared/jot.js";
import { makeClips, scheduleClips } from "./clips.js";
import { makeTones } from "./tones.js";

const STORED = "till-sound";
const AFTER_TONE_S = { good: 0.4, bad: 0.55 };
const ABSENT = ["language-unavailable", "voice-unavailable", "synthesis-failed", "synthesis-unavailable"];
const mute = new Set(); // voices of this device that could not speak
const OF_APPLE = /Apple/.test(navigator.vendor); // every browser of an iPad, whatever its name
const TRY_AGAIN_MS = 1000;
const OWN_PACE = 0.9; // what sounds unhurried by a device's own voice at speed 1

/** A voice that speaks Chinese without the network; null if this device has none. */
function localChineseVoice() {
  const voices = window.speechSynthesis?.getVoices() ?? [];
  const able = voices.filter((voice) => voice.localService && !mute.has(voice.voiceURI));
  const chinese = able.filter((voice) => /^(zh|cmn)/i.test(voice.lang));
  return chinese.find((voice) => /cn|hans/i.test(voice.lang)) ?? chinese[0] ?? null;
}

/** The counter's sound, with a volume of 0 to 1 and a speed of about 1 that the device remembers. */
export function makeVoice({ clipsUrl = null } = {}) {
  const tones = makeTones();
  const clips = makeClips(clipsUrl);
  const settings = { on: true, volume: 0.8, speed: 1, ...remembered() };
  let stopClips = () => {};
  let turn = 0; // which sentence: one that was overtaken is not said afterwards
  let begun = false;
  let triedAt = -Infinity;
  window.speechSynthesis?.getVoices(); // some browsers load the list at the first question
  setTimeout(prepare, 1500); // by then the list is there, and the page has been drawn
  for (const touch of OF_APPLE ? ["pointerup", "keydown"] : []) {
    document.addEventListener(touch, () => setTimeout(beginToSpeak), { capture: true });
  }

  function prepare() {
    return localChineseVoice() ? Promise.resolve() : clips.prepare();
  }

  /**
   * An iPad's voice speaks only after it was asked to at a touch, and does not say that it will
   * not; the diner's sentence comes after an answer, when no touch counts any more. So it is
   * asked to say nothing, until it has.
   */
  function beginToSpeak() {
    const voice = begun || performance.now() - triedAt < TRY_AGAIN_MS ? null : localChineseVoice();
    if (!voice) return;
    triedAt = performance.now();
    const nothing = new SpeechSynthesisUtterance("");
    Object.assign(nothing, { voice, lang: voice.lang });
    nothing.addEventListener("end", () => (begun = true));
    nothing.addEventListener("error", ({ error }) => ABSENT.includes(error) && giveUpOn(voice));
    speechSynthesis.speak(nothing);
  }

  function say(kind, sentence) {
    hush(); // the next diner does not wait for the last one's sentence
    if (!sentence) return;
    const voice = localChineseVoice();
    if (voice) sayByDevice(kind, voice, sentence);
    else sayByClips(kind, sentence);
  }

  /** A voice may be listed and yet not be installed: then the sounds speak, now and afterwards. */
  function sayByDevice(kind, voice, sentence) {
    const mine = turn;
    const words = new SpeechSynthesisUtterance(sentence);
    const { volume, speed } = settings;
    Object.assign(words, { voice, lang: voice.lang, volume, rate: OWN_PACE * speed });
    words.addEventListener("error", ({ error }) => {
      if (!ABSENT.includes(error)) return; // hushed by the next sentence, or not yet allowed
      giveUpOn(voice);
      if (mine === turn) sayByClips(kind, sentence);
    });
    speechSynthesis.speak(words);
  }

  function sayByClips(kind, sentence) {
    const pack = clips.pack();
    const context = tones.context();
    if (!pack) return void sayOncePrepared(kind, sentence);
    if (context?.state !== "running") return undefined;
    const { volume, speed } = settings;
    const at = context.currentTime + AFTER_TONE_S[kind];
    return void ({ stop: stopClips } = scheduleClips(context, pack, sentence, { volume, speed, at }));
  }

  /** The sounds are on their way: late is better than not, unless the next diner is there. */
  async function sayOncePrepared(kind, sentence) {
    const mine = turn;
    await clips.prepare();
    if (mine === turn && clips.pack()) sayByClips(kind, sentence);
  }

  function giveUpOn(voice) {
    mute.add(voice.voiceURI);
    clips.prepare();
  }

  function hush() {
    turn += 1;
    const device = window.speechSynthesis;
    if (device?.speaking || device?.pending) device.cancel(); // for nothing, it may take the next one's
    stopClips();
    stopClips = () => {};
  }

  return {
    settings,
    /** What speaks here: "device", "clips", or null for tones alone. */
    kind: () => (localChineseVoice() ? "device" : clips.pack() ? "clips" : null),
    prepare,
    /** kind: "good" or "bad". */
    tell(kind, sentence = "") {
      if (!settings.on) return;
      tones.play(kind, settings.volume);
      say(kind, sentence);
    },
    change(values) {
      Object.assign(settings, values);
      if (!settings.on) hush();
      jot(localStorage, STORED, JSON.stringify(settings));
    },
  };
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? "{}");
  } catch {
    return {};
  }
}
