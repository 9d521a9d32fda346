/** On, off, how loud and how fast: a small panel beside the sound button. */

export function attachSoundPanel({ voice, words }) {
  const panel = document.querySelector("[data-sound]");
  const button = document.querySelector("[data-act=sound]");
  const on = panel.querySelector("[data-sound-on]");
  const volume = panel.querySelector("[data-sound-volume]");
  const speed = panel.querySelector("[data-sound-speed]");
  const note = panel.querySelector("[data-sound-note]");

  function draw() {
    on.checked = voice.settings.on;
    volume.value = String(Math.round(voice.settings.volume * 100));
    speed.value = String(Math.round(voice.settings.speed * 100));
    volume.disabled = speed.disabled = !voice.settings.on;
    button.dataset.on = String(voice.settings.on);
    note.textContent = words[`voice_${voice.kind() ?? "none"}`];
  }

  on.addEventListener("change", () => {
    voice.change({ on: on.checked });
    draw();
  });
  for (const [slider, name] of [[volume, "volume"], [speed, "speed"]]) {
    slider.addEventListener("change", () => {
      voice.change({ [name]: Number(slider.value) / 100 });
      voice.tell("good", words.voice_sample);
    });
  }
  draw();

  return {
    toggle() {
      panel.hidden = !panel.hidden;
      button.setAttribute("aria-expanded", String(!panel.hidden));
      draw();
      if (panel.hidden) return;
      on.focus();
      voice.prepare().then(draw);
    },
    close() {
      panel.hidden = true;
      button.setAttribute("aria-expanded", "false");
    },
  };
}
