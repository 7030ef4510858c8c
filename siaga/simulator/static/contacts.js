/* The list of contacts: the one that was active last first, with what was said last and how much was not read. */

import { post } from "./api.js";
import { find, icon, make } from "./dom.js";
import { isActive, isOpen, openBeside, openChat } from "./layout.js";
import { attempt } from "./news.js";
import { face, number, preview } from "./preview.js";
import { ticks } from "./ticks.js";
import { lately } from "./time.js";
import { hear, world } from "./world.js";

const MOST = 300;
let planned = false;

/** Draw the list before the next frame; many changes at once draw it once. */
export function showContacts() {
  if (planned) { return; }
  planned = true;
  requestAnimationFrame(() => { planned = false; draw(); });
}

function draw() {
  const wanted = find("cari-kontak").value.trim().toLowerCase();
  const matches = (contact) => !wanted || `${contact.name} ${contact.wa_id} ${number(contact.wa_id)}`.toLowerCase().includes(wanted);
  const ordered = [...world.contacts.values()].filter(matches).sort((a, b) =>
    (b.last ? Date.parse(b.last.at) : 0) - (a.last ? Date.parse(a.last.at) : 0) || b.wa_id.localeCompare(a.wa_id));
  const focused = document.activeElement?.closest?.(".kontak")?.dataset.waId;
  find("daftar-kontak").replaceChildren(...ordered.slice(0, MOST).map(row));
  if (focused) { find("daftar-kontak").querySelector(`.kontak[data-wa-id="${CSS.escape(focused)}"]`)?.focus(); }
  const waiting = [...world.unread.values()].reduce((sum, count) => sum + count, 0);
  document.title = (waiting ? `(${waiting}) ` : "") + "Siaga · simulator obrolan";
}

function row(contact) {
  const unread = world.unread.get(contact.wa_id);
  const last = contact.last;
  return make("li", { class: isOpen(contact.wa_id) ? "terbuka" : "" },
    make("button", {
      type: "button", class: "kontak", "data-wa-id": contact.wa_id,
      "aria-current": isActive(contact.wa_id) ? "true" : null, onclick: () => attempt(() => openChat(contact.wa_id)),
    },
    face(contact),
    make("span", { class: "nama" }, contact.name, contact.hidden ? make("small", { class: "redup" }, " tanpa nomor") : null),
    make("span", { class: "kapan" }, last ? lately(last.at) : ""),
    make("span", { class: "cuplik" }, last && last.direction === "in" ? ticks(last) : null, last ? preview(last.message, last.shown) : number(contact.wa_id)),
    unread ? make("span", { class: "belum", "aria-label": `${unread} belum dibaca` }, String(unread)) : null),
    make("button", {
      type: "button", class: "bulat di-samping", "aria-label": `Buka ${contact.name} di samping`, title: "Buka di samping",
      onclick: () => attempt(() => openBeside(contact.wa_id)),
    }, icon("samping")));
}

/** A contact with the next free test number. `hidden` ones show the bot their user id only; those of the kind "preview" are
    answered with what is not published yet. */
export async function addContact({ kind = "people", hidden = false, name } = {}) {
  const contact = await post("/api/contacts", { kind, hidden, ...(name && { name }) });
  world.contacts.set(contact.wa_id, contact);
  await openChat(contact.wa_id);
}

find("cari-kontak").addEventListener("input", showContacts);
find("kontak-baru").addEventListener("click", () => attempt(() => addContact()));
hear("contacts", showContacts);
hear("layout", showContacts);
