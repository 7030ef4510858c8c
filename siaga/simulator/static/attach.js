/* The paper clip: files with or without a caption, samples of them, a place, a person. */

import { upload } from "./api.js";
import { find, make } from "./dom.js";
import { forward } from "./forward.js";
import { attempt } from "./news.js";
import { askPlace, readPlaces } from "./places.js";
import { sharePerson } from "./person.js";
import { closeSheet, openSheet } from "./sheets.js";

const FILES = {
  image: { title: "Kirim foto", accept: "image/jpeg,image/png", caption: true },
  video: { title: "Kirim video", accept: "video/mp4,video/3gpp", caption: true },
  document: { title: "Kirim dokumen", accept: ".pdf,.txt,.doc,.docx,.xls,.xlsx,.ppt,.pptx", caption: true },
  audio: { title: "Kirim pesan suara", accept: "audio/ogg,audio/mpeg,audio/mp4,audio/aac,audio/amr", caption: false },
  sticker: { title: "Kirim stiker", accept: "image/webp", caption: false },
};
const KINDS = { foto: "image", video: "video", dokumen: "document", suara: "audio", stiker: "sticker" };

let chat = null;
let kind = null;

export function attach(to) {
  chat = to;
  readPlaces().catch(() => {});
  openSheet("dialog-lampiran");
}

/** Ask what to say about a file; without `given` one may be chosen, or none for a sample. */
export function askFile(to, wanted, given = null) {
  chat = to;
  kind = wanted;
  const shape = FILES[kind];
  find("judul-berkas").textContent = shape.title;
  find("pilih-berkas").accept = shape.accept;
  find("baris-keterangan").hidden = !shape.caption;
  if (given) {
    const files = new DataTransfer();
    files.items.add(given);
    find("pilih-berkas").files = files.files;
  }
  showChosen();
  openSheet("berkas");
}

/** The kind of message that may carry a file dropped or pasted here. */
export function kindOf(file) {
  if (["image/jpeg", "image/png"].includes(file.type)) { return "image"; }
  if (file.type === "image/webp") { return "sticker"; }
  if (file.type.startsWith("video/")) { return "video"; }
  return file.type.startsWith("audio/") ? "audio" : "document";
}

function showChosen() {
  const file = find("pilih-berkas").files[0];
  const picture = file && file.type.startsWith("image/");
  find("pratinjau-berkas").replaceChildren(...(picture ? [make("img", { src: URL.createObjectURL(file), alt: "Pratinjau" })] : []));
  find("contoh-berkas").textContent = file ? file.name : "Tanpa berkas, yang dikirim adalah berkas contoh.";
}

find("pilih-berkas").addEventListener("change", showChosen);

find("formulir-berkas").addEventListener("submit", () => attempt(async () => {
  const file = find("pilih-berkas").files[0];
  const caption = FILES[kind].caption ? find("keterangan-berkas").value.trim() : "";
  const block = caption ? { caption } : {};
  if (file) { block.id = await upload(file); }
  if (kind === "document") { block.filename = file ? file.name : "contoh.pdf"; }
  await chat.send({ type: kind, [kind]: block });
  find("formulir-berkas").reset();
}));
find("berkas").addEventListener("close", () => find("formulir-berkas").reset());

const choice = (id, work) => find(id).addEventListener("click", () => { closeSheet("dialog-lampiran"); work(); });
for (const [name, wanted] of Object.entries(KINDS)) {
  // A voice message goes at once, as it does when the microphone is let go of.
  choice(`lampirkan-${name}`, () => (wanted === "audio" ? attempt(() => chat.send({ type: "audio", audio: {} })) : askFile(chat, wanted)));
}
choice("lampirkan-lokasi", () => askPlace(chat));
choice("lampirkan-kontak", () => sharePerson(chat));
choice("lampirkan-audio", () => askFile(chat, "audio"));
choice("lampirkan-terusan", () => forward(chat));
