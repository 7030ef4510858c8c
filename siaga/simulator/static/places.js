/* The location picker: every regency by name, this device's place, or coordinates. There is no map: it works offline. */

import { call } from "./api.js";
import { find, icon, make } from "./dom.js";
import { attempt, tell } from "./news.js";
import { openSheet } from "./sheets.js";

const MOST = 60;
let reading = null;
let places = [];
let target = null;

/** Begin to read the places, before somebody waits for them. */
export function readPlaces() {
  reading = reading || call("/api/places").then((all) => { places = all; }).catch((problem) => { reading = null; throw problem; });
  return reading;
}

/** Let the citizen choose a place for a chat; `quoted` is the message that asked for it, if one did. */
export function askPlace(chat, quoted = null) {
  target = { chat, quoted };
  find("cari-tempat").value = "";
  find("tempat").scrollTop = 0;
  openSheet("lokasi");
  attempt(async () => {
    await readPlaces();
    show(find("cari-tempat").value);
  });
}

function show(wanted) {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const found = places.filter((place) => words.every((word) => `${place.name} ${place.province}`.toLowerCase().includes(word)));
  find("tempat").replaceChildren(...found.slice(0, MOST).map((place) => make("button", {
    type: "button", class: "baris", "data-tempat": place.name, "aria-pressed": "false",
    onclick: (event) => choose(place, event.currentTarget),
  }, icon("pin"), make("span", { class: "dua-baris" }, make("b", {}, place.name), make("small", {}, place.province)))));
  if (!found.length) { find("tempat").append(make("p", { class: "catatan" }, "Tidak ada tempat dengan nama itu.")); }
}

function choose(place, pressed) {
  put(place.latitude, place.longitude);
  for (const other of find("tempat").querySelectorAll("button")) { other.setAttribute("aria-pressed", String(other === pressed)); }
}

function put(latitude, longitude) {
  find("lintang").value = latitude;
  find("bujur").value = longitude;
}

find("cari-tempat").addEventListener("input", (event) => { if (places.length) { show(event.target.value); } });

find("lokasi-saya").addEventListener("click", () => {
  if (!navigator.geolocation) { tell("Peramban ini tidak tahu di mana Anda."); return; }
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => put(Number(coords.latitude.toFixed(6)), Number(coords.longitude.toFixed(6))),
    () => tell("Lokasi Anda tidak bisa diambil. Pilih tempat, atau isi koordinatnya."));
});

find("formulir-lokasi").addEventListener("submit", () => attempt(async () => {
  const { chat, quoted } = target;
  const location = { latitude: Number(find("lintang").value), longitude: Number(find("bujur").value) };
  const name = find("nama-tempat").value.trim();
  if (name) { location.name = name; }
  await chat.send({ type: "location", location, ...(quoted ? { context: { id: quoted } } : {}) });
  find("nama-tempat").value = "";
}));
