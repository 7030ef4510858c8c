/* One message as a bubble: what it quotes, its content, its time and ticks, and the options under it. */

import { current, quotedId } from "./chat.js";
import { content } from "./content.js";
import { showDetails } from "./details.js";
import { icon, make } from "./dom.js";
import { onFinger } from "./gestures.js";
import { openMenu } from "./message-menu.js";
import { optionsOf } from "./options.js";
import { preview } from "./preview.js";
import { ticks } from "./ticks.js";
import { time } from "./time.js";

/** A note in the middle of the chat, for what is no bubble of anyone's. */
export function note(entry) {
  const block = entry.message[entry.message.type] || {};
  const words = entry.message.type === "system" ? block.body || "Nomor kontak berubah" : "Obrolan dibuka";
  return make("div", { class: "catatan-tengah", "data-id": entry.id, "data-tipe": entry.message.type }, make("span", {}, words));
}

/** A bubble with its options; `previous` is the entry above it. */
export function group(pane, entry, previous) {
  const fromBot = entry.direction === "out";
  const changed = !previous || previous.direction !== entry.direction;
  const options = fromBot ? optionsOf(pane.chat, entry) : [];
  const node = make("div", { class: `kelompok ${fromBot ? "dari-siaga" : "dari-warga"}${changed ? " ganti" : ""}` },
    bubble(pane, entry, previous),
    options.length ? make("div", { class: "opsi-kelompok", role: "group", "aria-label": "Pilihan" }, options) : null);
  node.addEventListener("dblclick", (event) => { if (event.target === node) { pane.composer.replyTo(entry); } });
  return node;
}

export function bubble(pane, entry, previous) {
  const fromBot = entry.direction === "out";
  const inside = entry.revoked
    ? [make("p", { class: "teks redup dihapus" }, icon("larang"), fromBot ? "Pesan ini dihapus" : "Anda menghapus pesan ini")]
    : content(current(entry), entry.shown);
  const endsInText = inside[inside.length - 1].classList.contains("teks");
  const onlyPicture = inside.length === 1 && inside[0].classList.contains("gambar");
  const node = make("article", {
    class: `bubble ${fromBot ? "masuk" : "keluar"}${endsInText ? " berekor" : ""}${onlyPicture ? " polos" : ""}`,
    "data-id": entry.id, "data-tipe": entry.message.type, "data-status": entry.status, tabindex: "-1",
    "aria-label": `${fromBot ? "Siaga" : "Anda"} menulis, ${time(entry.at)}`,
  },
  forwarded(entry), quote(pane, entry, previous),
  make("div", { class: "isi" }, inside),
  make("div", { class: "waktu" }, entry.edited && !entry.revoked ? make("span", {}, "Diubah") : null,
    make("time", { datetime: entry.at }, time(entry.at)), ticks(entry)),
  tools(pane, entry), entry.reaction ? reaction(pane, entry) : null);
  onFinger(node, { held: () => openMenu(pane, entry, null), drawn: () => pane.composer.replyTo(entry) });
  node.addEventListener("keydown", (event) => {
    if (event.target === node && (event.key === "Enter" || event.key === "ContextMenu")) { event.preventDefault(); openMenu(pane, entry, node); }
  });
  return node;
}

/** For a mouse: the menu and the JSON, at the bubble's side. */
function tools(pane, entry) {
  return make("div", { class: "alat" },
    make("button", { type: "button", class: "buka-menu", tabindex: "-1", "aria-label": "Menu pesan", "aria-haspopup": "dialog",
      onclick: (event) => openMenu(pane, entry, event.currentTarget) }, icon("bawah")),
    make("button", { type: "button", class: "titik", tabindex: "-1", "aria-label": "Lihat isi pesan (JSON)", "aria-haspopup": "dialog",
      onclick: () => showDetails(entry) }, "⋯"));
}

const reaction = (pane, entry) => make("button", {
  type: "button", class: "tanggapan", "aria-label": `Tanggapan ${entry.reaction}`, onclick: (event) => openMenu(pane, entry, event.currentTarget),
}, entry.reaction);

function forwarded(entry) {
  const context = entry.message.context || {};
  if (!context.forwarded && !context.frequently_forwarded) { return null; }
  const often = Boolean(context.frequently_forwarded);
  return make("div", { class: "diteruskan" }, icon(often ? "teruskan-sering" : "teruskan"), often ? "Sering diteruskan" : "Diteruskan");
}

/** The message that this one answers; a tap goes there. */
function quote(pane, entry, previous) {
  const id = quotedId(entry.message);
  const quoted = id && pane.chat.known.get(id);
  // A tapped option quotes what stands right above it: that needs no repeating.
  const tapped = ["interactive", "button", "location", "contacts"].includes(entry.message.type) && entry.direction === "in";
  if (!quoted || entry.revoked || (tapped && quoted === previous)) { return null; }
  return make("button", { type: "button", class: `kutipan dari-${quoted.direction}`, "aria-label": "Ke pesan yang dikutip", onclick: () => pane.thread.goTo(id) },
    make("b", {}, quoted.direction === "out" ? "Siaga" : "Anda"), make("span", {}, quoted.revoked ? "Pesan dihapus" : preview(current(quoted), quoted.shown)));
}
