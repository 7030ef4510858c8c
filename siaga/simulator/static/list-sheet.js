/* A list of the bot's as a sheet: sections, rows to choose from, and one button to send. */

import { find, make } from "./dom.js";
import { openSheet } from "./sheets.js";

let choose = null;
let rows = new Map();

const chosen = () => find("baris-pilihan").querySelector("input:checked");

export function chooseRow(action, work) {
  choose = work;
  rows = new Map(action.sections.flatMap((section) => section.rows).map((row) => [row.id, row]));
  find("judul-pilihan").textContent = action.button;
  find("baris-pilihan").replaceChildren(...action.sections.map((section) => make("fieldset", {},
    section.title ? make("legend", {}, section.title) : make("legend", { class: "tersembunyi" }, action.button),
    section.rows.map((row) => make("label", { class: "baris opsi-baris", "data-opsi-id": row.id },
      make("span", { class: "dua-baris" }, make("b", {}, row.title), row.description ? make("small", {}, row.description) : null),
      make("input", { type: "radio", name: "pilihan", value: row.id }))))));
  find("kirim-pilihan").disabled = true;
  find("baris-pilihan").scrollTop = 0;
  openSheet("pilihan");
}

find("baris-pilihan").addEventListener("change", () => { find("kirim-pilihan").disabled = !chosen(); });
find("formulir-pilihan").addEventListener("submit", (event) => {
  const row = chosen();
  if (row) { choose(rows.get(row.value)); } else { event.preventDefault(); }
});
