/** What is said aloud: tones always, words if this device itself has a Chinese voice. */

import { makeTones } from "./tones.js";

const STORED = "till-sound";

/** A voice that speaks Chinese without the network; null if this device has none. */
export function localChineseVoice() {
  const voices = window.speechSynthesis?.getVoices() ?? [];
  const chinese = voices.filter((voice) => voice.localService && /^(zh|cmn)/i.test(voice.lang));
  return chinese.find((voice) => /cn|hans/i.test(voice.lang)) ?? chinese[0] ?? null;
}

/** The counter's sound, with a volume of 0 to 1 that the device remembers. */
export function makeVoice() {
  const play = makeTones();
  const settings = { on: true, volume: 0.8, ...remembered() };
  window.speechSynthesis?.getVoices(); // some browsers load the list at the first question

  function say(sentence) {
    const voice = localChineseVoice();
    if (!voice || !sentence) return;
    const words = new SpeechSynthesisUtterance(sentence);
    Object.assign(words, { voice, lang: voice.lang, volume: settings.volume, rate: 0.9 });
    speechSynthesis.cancel(); // the next diner does not wait for the last one's sentence
    speechSynthesis.speak(words);
  }

  return {
    settings,
    /** kind: "good" or "bad". */
    tell(kind, sentence = "") {
      if (!settings.on) return;
      play(kind, settings.volume);
      say(sentence);
    },
    change(values) {
      Object.assign(settings, values);
      if (!settings.on) window.speechSynthesis?.cancel();
      localStorage.setItem(STORED, JSON.stringify(settings));
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
