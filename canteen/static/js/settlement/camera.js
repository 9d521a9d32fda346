/**
 * Reading a card with the tablet's camera. The browser's own detector is used where it has
 * shown that it works; until then, and where there is none, the server reads the frames.
 */

import { jot } from "../shared/jot.js";
import { postPicture } from "./post.js";

const EVERY_MS = 125; // at most eight frames a second, one on its way at a time
const AFTER_FAILURE_MS = 1000;
const MISSES_ALLOWED = 3;
const SECOND_OPINION_EVERY = 8; // frames in which the browser's own detector saw nothing
const PHOTO_SIDE = 1600;
const STORED = "till-camera";
const CARD = /^\d{22}$/;
const TWO = Symbol("two cards at once: guessing which was meant would charge somebody else");

/**
 * onCode(text): a code was read. onState(state): "off", "on", "denied", "none" (no camera),
 * "plain" (no secure address, so no camera), "unread" (a photo without a code), "two" (cards at
 * once), "read" (one again), "refused" (with the server's sentence).
 */
export function makeCamera({ video, url, onCode, onState }) {
  let stream = null;
  let wanted = false; // opened by the clerk, and not put away
  let opening = false;
  let frames = 0;
  const detect = makeDetector();
  const frame = document.createElement("canvas"); // one for all: Safari is slow to let go of them
  document.addEventListener("visibilitychange", () => document.hidden || wake());

  async function start() {
    wanted = true;
    if (stream || opening) return;
    opening = true;
    await open().finally(() => (opening = false));
  }

  async function open() {
    if (!window.isSecureContext) return onState("plain");
    if (!navigator.mediaDevices?.getUserMedia) return onState("none");
    try {
      stream = await openCamera();
    } catch (error) {
      const isDenied = error.name === "NotAllowedError";
      if (isDenied && !document.hidden) wanted = false; // who said no is not asked at every return
      return onState(isDenied ? "denied" : "none");
    }
    if (!wanted) return close(); // put away meanwhile
    const mine = stream;
    track().addEventListener("ended", lost);
    video.srcObject = stream;
    onState("on"); // shown first: Safari may not play what nobody sees
    await video.play().catch(() => {});
    if (stream === mine) watch(mine);
  }

  /** Unplugged, or taken by another program: another camera of this device, or the sentence. */
  function lost() {
    if (!stream) return;
    close();
    start();
  }

  /** Back from another page or app: an iPad stops its cameras meanwhile. */
  function wake() {
    if (wanted && !stream) start();
    else if (stream) video.play().catch(() => {});
  }

  navigator.mediaDevices?.addEventListener?.("devicechange", () => wanted && !stream && start());

  function stop() {
    wanted = false;
    close();
    onState("off");
  }

  function close() {
    for (const each of stream?.getTracks() ?? []) {
      each.removeEventListener("ended", lost);
      each.stop();
    }
    stream = null;
    video.srcObject = null;
  }

  /** The next camera of this device: front for back, or one window's for another's. */
  async function change() {
    const now = track()?.getSettings().deviceId;
    const all = await cameras();
    const next = all[(all.findIndex((each) => each.deviceId === now) + 1) % all.length];
    if (!next) return;
    jot(localStorage, STORED, next.deviceId);
    close();
    await start();
  }

  const track = () => stream?.getVideoTracks()[0] ?? null;

  /** Whether the picture faces who looks at it: then it is shown as in a mirror. */
  const facesUs = () => track()?.getSettings().facingMode === "user";

  const hasTorch = () => Boolean(track()?.getCapabilities?.().torch);

  /** Whether the lamp is on now. */
  async function torch(on) {
    const applied = track()?.applyConstraints({ advanced: [{ torch: on }] });
    return applied.then(() => on).catch(() => !on);
  }

  async function watch(mine) {
    while (stream === mine) {
      const began = performance.now();
      const text = video.videoWidth ? await read(centre(video, frame)) : null;
      if (stream !== mine) return;
      if (text) onState("read");
      if (text) onCode(text);
      await sleep(Math.max(0, EVERY_MS - (performance.now() - began)));
    }
  }

  /** The code in a canvas, or null. A card's counts whatever other code is beside it. */
  async function read(canvas, { still = false } = {}) {
    const own = await detect.read(canvas);
    frames += 1;
    if (own === TWO) return onState("two") ?? null;
    const isEnough = detect.proven() && !still && frames % SECOND_OPINION_EVERY;
    if (isEnough || CARD.test(own ?? "")) return own;
    const address = still ? url : `${url}?look=${frames}`;
    const answer = await postPicture(address, await jpeg(canvas));
    if (answer.status === 409) onState("refused", answer.data.text);
    if (answer.status === 0) await sleep(AFTER_FAILURE_MS);
    const text = answer.status === 200 ? answer.data.text : null;
    if (text && !own && !still && !detect.proven()) detect.missed();
    return text ?? own;
  }

  async function readPhoto(file) {
    try {
      const text = await read(whole(await createImageBitmap(file)), { still: true });
      return text ? onCode(text) : onState("unread");
    } catch {
      return onState("unread"); // not a picture
    }
  }

  return { start, stop, change, facesUs, hasTorch, torch, readPhoto, running: () => stream !== null };
}

/** Every camera of this device. Their number is known to anybody, their names are not. */
export async function cameras() {
  const all = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
  return all.filter((each) => each.kind === "videoinput");
}

/**
 * The camera that was picked here last, if it is there still; else the one at the back. Safari
 * tells no names before it has asked, and asks on every visit: then it may be there.
 */
async function openCamera() {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  const open = (video) => navigator.mediaDevices.getUserMedia({ video, audio: false });
  const picked = localStorage.getItem(STORED);
  const there = picked && (await cameras()).some(({ deviceId }) => !deviceId || deviceId === picked);
  const back = { ...size, facingMode: "environment" };
  if (!there) return open(back);
  try {
    return await open({ ...size, deviceId: { exact: picked } });
  } catch (error) {
    if (error.name === "NotAllowedError") throw error; // nobody is asked twice
    return open(back);
  }
}

/** The browser's own detector, distrusted until its first success. */
function makeDetector() {
  let detector = null;
  let proven = false;
  let misses = 0;
  const ready = prepare();

  async function prepare() {
    if (!("BarcodeDetector" in window)) return;
    const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
    if (formats.includes("qr_code")) detector = new BarcodeDetector({ formats: ["qr_code"] });
  }

  return {
    proven: () => proven,
    missed() {
      misses += 1;
      if (misses >= MISSES_ALLOWED) detector = null;
    },
    async read(canvas) {
      await ready;
      const found = (await detector?.detect(canvas).catch(() => [])) ?? [];
      const texts = [...new Set(found.map((each) => each.rawValue).filter(Boolean))];
      proven ||= texts.length > 0;
      const cards = texts.filter((text) => CARD.test(text));
      return cards.length > 1 ? TWO : (cards[0] ?? texts[0] ?? null);
    },
  };
}

/** The middle square, at full resolution: a card held up is read by its finest dots. */
function centre(video, canvas) {
  const side = Math.min(video.videoWidth, video.videoHeight);
  const left = (video.videoWidth - side) / 2;
  const top = (video.videoHeight - side) / 2;
  return drawn(canvas, side, side, (pen) => pen.drawImage(video, left, top, side, side, 0, 0, side, side));
}

function whole(picture) {
  const scale = Math.min(1, PHOTO_SIDE / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width * scale, picture.height * scale].map(Math.round);
  const canvas = document.createElement("canvas");
  return drawn(canvas, width, height, (pen) => pen.drawImage(picture, 0, 0, width, height));
}

function drawn(canvas, width, height, draw) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  draw(canvas.getContext("2d"));
  return canvas;
}

const jpeg = (canvas) => new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
