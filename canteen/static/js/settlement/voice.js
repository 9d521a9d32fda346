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
  window.speechSynthesis?.getVoices(); // some browsers load the list at the first question
  setTimeout(prepare, 1500); // by then the list is there, and the page has been drawn

  function prepare() {
    return localChineseVoice() ? Promise.resolve() : clips.prepare();
  }

  function say(kind, sentence) {
    hush(); // the next diner does not wait for the last one's sentence
    turn += 1;
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
      mute.add(voice.voiceURI);
      clips.prepare().then(() => mine === turn && settings.on && sayByClips(kind, sentence));
    });
    speechSynthesis.speak(words);
  }

  function sayByClips(kind, sentence) {
    const pack = clips.pack();
    const context = tones.context();
    if (!pack) return void clips.prepare();
    if (context?.state !== "running") return undefined;
    const { volume, speed } = settings;
    const at = context.currentTime + AFTER_TONE_S[kind];
    return void ({ stop: stopClips } = scheduleClips(context, pack, sentence, { volume, speed, at }));
  }

  function hush() {
    window.speechSynthesis?.cancel();
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
