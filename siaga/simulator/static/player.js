/* A voice message: play, pause, how far. */

import { icon, make } from "./dom.js";
import { tell } from "./news.js";
import { length } from "./time.js";

let playing = null;

export function audioPlayer(source, voice) {
  const sound = new Audio();
  sound.preload = "none";
  const clock = make("small", {}, "0.00");
  const bar = make("progress", { max: "1", value: "0", "aria-label": "Posisi" });
  const button = make("button", { type: "button", class: "bulat putar", "aria-label": "Putar pesan suara" }, icon("putar"));

  const show = (isPlaying) => {
    button.replaceChildren(icon(isPlaying ? "jeda" : "putar"));
    button.setAttribute("aria-label", isPlaying ? "Jeda" : "Putar pesan suara");
  };
  button.addEventListener("click", () => {
    if (!sound.src) { sound.src = source; }
    if (!sound.paused) { sound.pause(); return; }
    playing?.pause();
    playing = sound;
    // A browser plays Ogg and MP3; the AMR of a sample, like some phones', it does not.
    sound.play().catch(() => tell("Peramban ini tidak bisa memutar jenis suara ini."));
  });
  sound.addEventListener("play", () => show(true));
  sound.addEventListener("pause", () => show(false));
  sound.addEventListener("ended", () => { bar.value = 0; show(false); });
  sound.addEventListener("timeupdate", () => {
    clock.textContent = length(sound.currentTime);
    if (Number.isFinite(sound.duration)) { bar.value = sound.currentTime / sound.duration; }
  });
  return make("div", { class: "suara" }, button, make("span", { class: "gelombang" }, bar, clock), icon(voice ? "mik" : "not"));
}
