/** Sounds without files: two rising notes for yes, one low buzz for no, three high ones to look. */

const NOTES = {
  good: [
    { hertz: 660, from: 0, seconds: 0.14, shape: "sine" },
    { hertz: 990, from: 0.15, seconds: 0.22, shape: "sine" },
  ],
  bad: [{ hertz: 150, from: 0, seconds: 0.5, shape: "sawtooth" }],
  look: [0, 0.3, 0.6].map((from) => ({ hertz: 880, from, seconds: 0.2, shape: "square" })),
};

/** Put the notes of `kind` on a context's timeline, starting at `at` seconds. */
function schedule(context, kind, volume, at) {
  for (const note of NOTES[kind]) {
    const tone = context.createOscillator();
    const loudness = context.createGain();
    const begins = at + note.from;
    const ends = begins + note.seconds;
    tone.type = note.shape;
    tone.frequency.value = note.hertz;
    loudness.gain.setValueAtTime(0, begins);
    loudness.gain.linearRampToValueAtTime(volume * 0.5, begins + 0.02);
    loudness.gain.setValueAtTime(volume * 0.5, ends - 0.05);
    loudness.gain.linearRampToValueAtTime(0, ends); // no click at the end
    tone.connect(loudness).connect(context.destination);
    tone.start(begins);
    tone.stop(ends);
  }
}

/** Where it counts: a finger when it is lifted, a mouse when it is pressed (HTML, 6.4.1). */
const TOUCHES = ["pointerdown", "pointerup", "keydown"];

/** Tones through the loudspeaker. A browser keeps silent until the first touch or key. */
export function makeTones() {
  let context = null;

  function unlock() {
    const Context = window.AudioContext ?? window.webkitAudioContext;
    if (!context && Context) context = new Context();
    // "suspended"; or "interrupted", as Safari says after a call or another app
    if (context && context.state !== "running") context.resume().catch(() => {});
  }

  for (const touch of TOUCHES) {
    // After the key's own work: opening a loudspeaker is slow and a gun does not wait.
    document.addEventListener(touch, () => setTimeout(unlock), { capture: true });
  }
  return {
    /** The loudspeaker's context; null before the first touch. */
    context: () => context,
    unlock,
    play(kind, volume) {
      if (context?.state === "running") schedule(context, kind, volume, context.currentTime);
      if (kind === "bad" && "vibrate" in navigator) navigator.vibrate(200);
    },
  };
}
