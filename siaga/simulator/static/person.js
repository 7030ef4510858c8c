/* Who a chat is written as: the contact's page, sharing a number, changing it. */

import { post } from "./api.js";
import { find, icon, make } from "./dom.js";
import { attempt, tell } from "./news.js";
import { face, number } from "./preview.js";
import { closeSheet, openSheet } from "./sheets.js";
import { world } from "./world.js";

let chat = null;

const card = (contact) => ({
  name: { formatted_name: contact.name, first_name: contact.name },
  phones: [{ phone: "+" + contact.wa_id, wa_id: contact.wa_id, type: "CELL" }],
});

const send = (to, contact, quoted) =>
  to.send({ type: "contacts", contacts: [card(contact)], ...(quoted ? { context: { id: quoted } } : {}) });

export const shareNumber = (to, quoted) => send(to, to.contact, quoted);

/** Choose a contact to send as a card. */
export function sharePerson(to) {
  find("daftar-orang").replaceChildren(...[...world.contacts.values()].slice(0, 100).map((contact) => make("button", {
    type: "button", class: "baris", "data-orang": contact.wa_id,
    onclick: () => { closeSheet("orang"); attempt(() => send(to, contact)); },
  }, face(contact), make("span", { class: "dua-baris" },
    make("b", {}, contact.wa_id === to.waId ? `${contact.name} (Anda)` : contact.name), make("small", {}, number(contact.wa_id))))));
  openSheet("orang");
}

/** The contact's page. */
export function showPerson(of) {
  chat = of;
  draw();
  find("ganti-nomor").reset();
  openSheet("profil");
}

function draw() {
  const contact = chat.contact;
  const facts = [["Nama", contact.name], ["Nomor", number(contact.wa_id)], ["ID pengguna", contact.user_id]];
  find("fakta-orang").replaceChildren(...facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
  find("sembunyikan-nomor").checked = contact.hidden;
  find("blokir").checked = contact.blocked;
  find("tolak-promosi").checked = contact.opted_out;
}

/** A switch that changes the contact, and goes back where it was when that was refused. */
function onSwitch(id, path, content) {
  find(id).addEventListener("change", (event) => attempt(async () => {
    try {
      world.contacts.set(chat.waId, { ...chat.contact, ...await post(`/api/contacts/${chat.waId}${path}`, content(event.target.checked)) });
    } finally {
      draw();
    }
  }));
}

onSwitch("sembunyikan-nomor", "", (on) => ({ hidden: on }));
onSwitch("blokir", "/block", (on) => ({ blocked: on }));
onSwitch("tolak-promosi", "/preferences", (on) => ({ value: on ? "stop" : "resume" }));

find("ganti-nomor").addEventListener("submit", (event) => {
  event.preventDefault();
  const to = find("nomor-baru").value.replace(/\D/g, "");
  attempt(async () => {
    // Without a number the simulator gives the next free one.
    await post(`/api/contacts/${chat.waId}/number`, to ? { to } : {});
    closeSheet("profil");
  });
});

find("salin-tautan").addEventListener("click", () => attempt(async () => {
  await navigator.clipboard.writeText(`${location.origin}/?kontak=${chat.waId}`);
  tell("Tautan obrolan disalin.");
}));
