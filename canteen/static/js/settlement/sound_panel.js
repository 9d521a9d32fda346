/** On, off and how loud: a small panel beside the sound button. */

import { localChineseVoice } from "./voice.js";

export function attachSoundPanel({ voice, words }) {
  const panel = document.querySelector("[data-sound]");
  const button = document.querySelector("[data-act=sound]");
  const on = panel.querySelector("[data-sound-on]");
  const volume = panel.querySelector("[data-sound-volume]");
  const note = panel.querySelector("[data-sound-note]");

  function draw() {
    on.checked = voice.settings.on;
    volume.value = String(Math.round(voice.settings.volume * 100));
    volume.disabled = !voice.settings.on;
    button.dataset.on = String(voice.settings.on);
    note.textContent = localChineseVoice() ? words.voice_found : words.voice_missing;
  }

  on.addEventListener("change", () => {
    voice.change({ on: on.checked });
    draw();
  });
  volume.addEventListener("change", () => {
    voice.change({ volume: Number(volume.value) / 100 });
    voice.tell("good", words.voice_sample);
  });
  draw();

  return {
    toggle() {
      panel.hidden = !panel.hidden;
      button.setAttribute("aria-expanded", String(!panel.hidden));
      draw();
      if (!panel.hidden) on.focus();
    },
    close() {
      panel.hidden = true;
      button.setAttribute("aria-expanded", "false");
    },
  };
}
