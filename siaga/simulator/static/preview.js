/* What a message or a contact is called in one line. */

import { make } from "./dom.js";
import { plainText } from "./format.js";

const KINDS = {
  image: "📷 Foto", audio: "🎤 Pesan suara", video: "🎥 Video", document: "📄 Dokumen", sticker: "Stiker", location: "📍 Lokasi",
  contacts: "👤 Kontak", order: "🛒 Pesanan", unsupported: "Pesan tidak didukung", system: "Perubahan nomor",
  edit: "Pesan diubah", revoke: "Pesan dihapus",
};
const COLOURS = 6;

/** What a message says, in one line; `shown` is what a template reads as. */
export function preview(message, shown) {
  const block = message[message.type] || {};
  switch (message.type) {
    case "text": return plainText(block.body || "");
    case "button": return block.text || "";
    case "reaction": return block.emoji ? "Menanggapi " + block.emoji : "Menghapus tanggapan";
    case "interactive": {
      const reply = block.button_reply || block.list_reply;
      if (reply) { return reply.title; }
      return block.nfm_reply ? "Formulir terkirim" : plainText((block.body || {}).text || "");
    }
    case "template": return shown?.body ? plainText(shown.body) : `Templat ${block.name}`;
    case "document": return `📄 ${block.filename || "Dokumen"}`;
    case "location": return `📍 ${block.name || "Lokasi"}`;
    case "contacts": return `👤 ${((block[0] || {}).name || {}).formatted_name || "Kontak"}`;
    default: {
      const kind = KINDS[message.type] || "Pesan";
      return block.caption ? `${kind} · ${plainText(block.caption)}` : kind;
    }
  }
}

/** The text that "Salin" copies; empty when there is none. */
export function words(message) {
  const block = message[message.type] || {};
  const reply = block.button_reply || block.list_reply;
  return block.body?.text || (typeof block.body === "string" ? block.body : "") || block.caption || block.text || reply?.title || "";
}

export const number = (waId) => waId.replace(/^(\d{5})(\d{4})(\d+)$/, "$1-$2-$3");

/** A round face: the last digits of the number on one of a few colours. */
export function face(contact) {
  const last = Number(contact.wa_id.slice(-4));
  return make("span", { class: `rupa warna-${last % COLOURS}`, "aria-hidden": "true" }, String(last % 1000).padStart(3, "0"));
}
