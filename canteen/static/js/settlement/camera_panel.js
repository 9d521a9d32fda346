/** The camera's corner of the page: picture, plain sentence, photo button, the other camera, lamp. */

import { cameras, makeCamera } from "./camera.js";

/** onCode(text). Answers toggle(). */
export function makeCameraPanel({ url, words, onCode }) {
  const panel = document.querySelector("[data-camera]");
  const button = document.querySelector("[data-act=camera]");
  const find = (name) => panel.querySelector(`[data-camera-${name}]`);
  const video = panel.querySelector("video");
  const camera = makeCamera({ video, url, onCode, onState: draw });

  function draw(state, said) {
    if (state === "read" || state === "two") return note(words[`camera_${state}`]);
    const open = state !== "off";
    const seeing = camera.running();
    panel.hidden = !open;
    button.setAttribute("aria-pressed", String(open));
    video.hidden = !seeing;
    video.classList.toggle("mirrored", seeing && camera.facesUs());
    note(said ?? words[`camera_${state}`] ?? "");
    find("help").hidden = state !== "plain";
    if (state === "on") drawButtons();
    else if (!seeing) find("other").hidden = find("torch").hidden = true;
  }

  function note(text) {
    if (find("note").textContent !== text) find("note").textContent = text;
  }

  async function drawButtons() {
    find("torch").hidden = !camera.hasTorch();
    find("torch").setAttribute("aria-pressed", "false");
    find("other").hidden = (await cameras()).length < 2;
  }

  panel.querySelector("input[type=file]").addEventListener("change", (event) => {
    const [file] = event.target.files;
    event.target.value = ""; // the same photo may be tried again
    if (file) camera.readPhoto(file);
  });
  find("other").addEventListener("click", () => camera.change());
  find("torch").addEventListener("click", async () => {
    const on = find("torch").getAttribute("aria-pressed") !== "true";
    find("torch").setAttribute("aria-pressed", String(await camera.torch(on)));
  });

  return {
    toggle() {
      if (panel.hidden) camera.start();
      else camera.stop();
    },
  };
}
