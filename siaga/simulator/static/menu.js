/* The simulator's own menu: its clock, a contact without a number or with a preview, forgetting everything. */

import { post } from "./api.js";
import { addContact } from "./contacts.js";
import { find } from "./dom.js";
import { attempt } from "./news.js";
import { closeSheet, openSheet } from "./sheets.js";
import { hear, world } from "./world.js";

find("menu").addEventListener("click", () => openSheet("dialog-menu"));

document.querySelectorAll("[data-jam]").forEach((button) => button.addEventListener("click", () => {
  closeSheet("dialog-menu");
  attempt(() => post("/api/clock", { advance: button.dataset.jam }));
}));

find("jam-kembali").addEventListener("click", () => attempt(() => post("/api/clock", { offset: 0 })));

find("kontak-tanpa-nomor").addEventListener("click", () => {
  closeSheet("dialog-menu");
  attempt(() => addContact({ hidden: true }));
});

find("kontak-pratinjau").addEventListener("click", () => {
  closeSheet("dialog-menu");
  attempt(() => addContact({ kind: "preview", name: "Pratinjau konten" }));
});

find("hapus-semua").addEventListener("click", () => {
  if (confirm("Hapus semua obrolan di simulator? Data di bot tidak ikut terhapus.")) {
    closeSheet("dialog-menu");
    attempt(() => post("/api/reset"));
  }
});

function showClock() {
  const hours = world.offset / 3600;
  find("jam").hidden = Math.abs(world.offset) < 1;
  const amount = Math.abs(hours).toLocaleString("id-ID", { maximumFractionDigits: 1 });
  find("jam").querySelector("span").textContent = `Jam simulator ${hours < 0 ? "mundur" : "maju"} ${amount} jam`;
}

hear("clock", showClock);
