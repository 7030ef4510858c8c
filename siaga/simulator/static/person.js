/* Who a chat is written as: the contact's page, sharing a number, changing it. */

import { call, post } from "./api.js";
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
  const contact = chat.contact;
  const facts = [
    ["Nama", contact.name], ["Nomor", number(contact.wa_id)], ["ID pengguna", contact.user_id],
    ["Dilihat bot", contact.hidden ? "hanya ID pengguna (nomor disembunyikan)" : "nomor dan ID pengguna"],
  ];
  find("fakta-orang").replaceChildren(...facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value || "–")]));
  find("ganti-nomor").hidden = true;
  openSheet("profil");
  canChangeNumber(contact.wa_id).then((can) => { find("ganti-nomor").hidden = !can; });
}

/** Whether this simulator can change numbers: asked without a number, one that can says what it misses. */
async function canChangeNumber(waId) {
  try {
    await post(`/api/contacts/${waId}/number`);
    return true;
  } catch (problem) {
    return problem.status === 422;
  }
}

find("ganti-nomor").addEventListener("submit", (event) => {
  event.preventDefault();
  const to = find("nomor-baru").value.replace(/[\s+-]/g, "");
  attempt(async () => {
    await post(`/api/contacts/${chat.waId}/number`, { to });
    location.href = `/?kontak=${to}`;
  });
});

find("salin-tautan").addEventListener("click", () => attempt(async () => {
  await navigator.clipboard.writeText(`${location.origin}/?kontak=${chat.waId}`);
  tell("Tautan obrolan disalin.");
}));
