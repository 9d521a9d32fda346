/** The camera's corner of the page: picture, plain sentence, photo button. */

import { makeCamera } from "./camera.js";

/** onCode(text). Answers toggle(). */
export function makeCameraPanel({ url, words, onCode }) {
  const panel = document.querySelector("[data-camera]");
  const button = document.querySelector("[data-act=camera]");
  const note = panel.querySelector("[data-camera-note]");
  const video = panel.querySelector("video");
  const camera = makeCamera({ video, url, onCode, onState: draw });

  function draw(state, said) {
    const open = state !== "off";
    const seeing = camera.running();
    panel.hidden = !open;
    button.setAttribute("aria-pressed", String(open));
    video.hidden = !seeing;
    note.textContent = said ?? words[`camera_${state}`] ?? "";
  }

  panel.querySelector("input[type=file]").addEventListener("change", (event) => {
    const [file] = event.target.files;
    event.target.value = ""; // the same photo may be tried again
    if (file) camera.readPhoto(file);
  });

  return {
    toggle() {
      if (panel.hidden) camera.start();
      else camera.stop();
    },
  };
}
