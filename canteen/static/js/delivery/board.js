// The board keeps itself fresh, and is heard: once for each step that is new or late, and again
// every minute while one stays late. Whether it is heard is remembered by this device.
import { makeTones } from "../settlement/tones.js";

const ASK_EVERY = 10_000; // ms
const REMIND_EVERY = 60_000;
const VOLUME = 0.8;
const MUTED = "canteen-board-muted";

const frame = document.querySelector("[data-board]");
const alive = document.querySelector("[data-alive]");
const button = document.querySelector("[data-sound]");
const tones = makeTones();
const heard = new Set();
let mark = null;
let owed = false;
let reminded = Date.now();

const remembered = () => {
  try {
    return localStorage.getItem(MUTED) === "1";
  } catch {
    return false; // a browser that keeps nothing: heard
  }
};
let muted = remembered();

const awake = () => tones.context()?.state === "running";

const showSound = () => {
  const words = muted ? button.dataset.off : awake() ? button.dataset.on : button.dataset.asleep;
  button.querySelector("span").textContent = words;
  button.setAttribute("aria-pressed", String(!muted));
  button.hidden = false;
};

const beep = () => {
  if (muted) return;
  owed = !awake(); // a browser is silent before the first touch: then it is heard at that touch
  if (!owed) tones.play("look", VOLUME);
};

const listen = () => {
  const now = new Set([...frame.querySelectorAll("[data-beep]")].map((one) => one.dataset.beep));
  const isNew = [...now].some((one) => !heard.has(one));
  for (const one of now) heard.add(one);
  const again = frame.querySelector("[data-loud]") && Date.now() - reminded >= REMIND_EVERY;
  if (!isNew && !again) return;
  reminded = Date.now();
  beep();
};

const say = (words) => {
  const clock = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
  if (words === "fresh") alive.dataset.clock = clock;
  alive.textContent = alive.dataset[words].replace("{clock}", alive.dataset.clock ?? clock);
  alive.classList.toggle("lost", words === "lost");
};

const put = (text) => {
  const here = frame.contains(document.activeElement) ? document.activeElement.href : null;
  frame.innerHTML = text;
  if (here) [...frame.querySelectorAll("a")].find((one) => one.href === here)?.focus();
};

const ask = async () => {
  try {
    const headers = { Accept: "text/html", ...(mark ? { "If-None-Match": mark } : {}) };
    const answer = await fetch(frame.dataset.board, { headers, cache: "no-store", redirect: "manual" });
    if (answer.status === 200) {
      mark = answer.headers.get("ETag");
      put(await answer.text());
    } else if (answer.status !== 304) {
      throw new Error(answer.status); // signed out, or a fault: what is shown is old
    }
    say("fresh");
  } catch {
    say("lost");
  }
  listen();
};

button.addEventListener("click", () => {
  const wasAsleep = !muted && !awake();
  if (!wasAsleep) muted = !muted;
  try {
    localStorage.setItem(MUTED, muted ? "1" : "0");
  } catch {
    // not remembered, but done
  }
  tones.unlock();
  showSound();
});

setInterval(() => {
  if (owed && awake()) beep();
  showSound();
}, 500);
setInterval(ask, ASK_EVERY);
document.addEventListener("visibilitychange", () => document.hidden || ask());
tones.unlock(); // a wall screen may be allowed to sound without a touch
showSound();
say("fresh");
listen();
