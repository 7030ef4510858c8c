/* How far a message has come: one tick, two, two blue ones, or a failure with its code. */

import { icon, make } from "./dom.js";

const MINE = {
  sent: ["centang", "Terkirim, belum diterima Siaga"], delivered: ["centang-dua", "Diterima Siaga"], read: ["centang-dua", "Dibaca Siaga"],
};

/** Meta's states of a message of the bot's, and of the citizen's, in words. */
export const STATES = {
  out: { accepted: "Diterima server", sent: "Terkirim", delivered: "Sampai di ponsel", read: "Dibaca", played: "Diputar", failed: "Gagal" },
  in: { sent: "Terkirim, belum diterima Siaga", delivered: "Diterima Siaga", read: "Dibaca Siaga" },
};

export function ticks(entry) {
  if (entry.direction === "out") {
    if (entry.status !== "failed") { return null; }
    return make("span", { class: "gagal" }, icon("awas"), entry.error ? `gagal · ${entry.error.code}` : "gagal");
  }
  const [name, label] = MINE[entry.status] || ["jam", "Menunggu"];
  return make("span", { class: `centang${entry.status === "read" ? " dibaca" : ""}`, role: "img", "aria-label": label, title: label }, icon(name));
}
