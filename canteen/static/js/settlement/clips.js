/**
 * Speaking without a voice on the device: short sounds laid one after the other without a gap.
 *
 * What is said is cut out of the sentence that is shown, longest word first, so that ear and
 * eye cannot be told different amounts. A name that nobody recorded is left out.
 */

const PAUSE_S = 0.22;
const PAUSES = /[，。、；！？,.;!?\s]/;
const SLOWEST = 0.85; // beyond these a voice becomes a bear's or a mouse's
const FASTEST = 1.25;

/** The words of a sentence as [{word} or {pause: true}]; `known` is a Set of words. Pure. */
export function cutIntoClips(sentence, known) {
  const longest = Math.max(...[...known].map((word) => word.length));
  const found = [];
  for (let at = 0; at < sentence.length; ) {
    const word = wordAt(sentence, at, known, longest);
    if (word) found.push({ word });
    else if (PAUSES.test(sentence[at]) && found.length && !found.at(-1).pause) found.push({ pause: true });
    at += word ? word.length : 1;
  }
  return found;
}

function wordAt(sentence, at, known, longest) {
  for (let length = Math.min(longest, sentence.length - at); length > 0; length -= 1) {
    const word = sentence.slice(at, at + length);
    if (known.has(word)) return word;
  }
  return null;
}

/** The sounds of a pack: {rate, clips: Map(word → Uint8Array)}. Throws for what is no pack. */
export function readPack(buffer) {
  const size = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
  const sounds = new Uint8Array(buffer, 4 + size);
  const clips = new Map(head.clips.map(([word, at, length]) => [word, sounds.subarray(at, at + length)]));
  return { rate: head.rate, clips };
}

/** Samples of -1 to 1 from mu-law bytes (ITU-T G.711). */
function fromMuLaw(bytes) {
  return Float32Array.from(bytes, (byte) => {
    const code = ~byte & 0xff;
    const size = (((code & 0x0f) << 3) + 0x84) << ((code & 0x70) >> 4);
    return ((code & 0x80 ? -1 : 1) * (size - 0x84)) / 32768;
  });
}

/**
 * Put a sentence on a context's timeline from `at` seconds on. Answers {ends, stop}: when it
 * is over, and a function that ends it before. The same for a loudspeaker and for a test.
 */
export function scheduleClips(context, pack, sentence, { volume, speed, at }) {
  const rate = Math.min(FASTEST, Math.max(SLOWEST, speed));
  const loudness = context.createGain();
  loudness.gain.value = volume;
  loudness.connect(context.destination);
  let when = at;
  const playing = [];
  for (const { word } of cutIntoClips(sentence, new Set(pack.clips.keys()))) {
    if (!word) {
      when += PAUSE_S / speed; // a pause takes any speed, a voice does not
      continue;
    }
    const source = context.createBufferSource();
    source.buffer = bufferOf(context, pack, word);
    source.playbackRate.value = rate;
    source.connect(loudness);
    source.start(when);
    when += source.buffer.duration / rate;
    playing.push(source);
  }
  return { ends: when, stop: () => playing.forEach((source) => source.stop()) };
}

function bufferOf(context, pack, word) {
  const samples = fromMuLaw(pack.clips.get(word));
  const buffer = context.createBuffer(1, samples.length, pack.rate);
  buffer.copyToChannel(samples, 0);
  return buffer;
}

/** The pack, fetched at the first need and kept; null where there is none to be had. */
export function makeClips(url) {
  let pack = null;
  let asked = null;

  async function fetchPack() {
    const response = await fetch(url);
    if (response.ok) pack = readPack(await response.arrayBuffer());
  }

  return {
    pack: () => pack,
    /** Have it ready before somebody has to speak. */
    prepare() {
      if (!url || pack) return asked ?? Promise.resolve();
      asked ??= fetchPack().catch(() => {}).finally(() => (asked = null));
      return asked;
    },
  };
}
