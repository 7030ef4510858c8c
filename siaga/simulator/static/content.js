/* The inside of a bubble, by the type of its message. */

import { icon, make } from "./dom.js";
import { formatText } from "./format.js";
import { audioPlayer } from "./player.js";
import { enlarge } from "./viewer.js";

export const text = (value, extra = "") => make("div", { class: `teks ${extra}`.trim(), html: formatText(value || "") });

const source = (block) => (block.id ? `/api/media/${block.id}` : block.link);

/** The nodes of a message. `shown` is what a template reads as, where the simulator knows it. */
export function content(message, shown) {
  const block = message[message.type] || {};
  const show = BY_TYPE[message.type];
  const nodes = show ? show(block, shown) : [make("p", { class: "redup" }, `Pesan jenis “${message.type}” tidak ditampilkan di sini.`)];
  return [referral(message.referral), ...nodes].filter(Boolean);
}

const BY_TYPE = {
  text: (block) => [text(block.body, /^\p{Extended_Pictographic}{1,3}$/u.test(block.body || "") ? "besar" : "")],
  image: (block) => [picture(block), caption(block)],
  sticker: (block) => [picture(block, "stiker")],
  video: (block) => [video(block), caption(block)],
  audio: (block) => [audioPlayer(source(block), block.voice !== false)],
  document: (block) => [file(block), caption(block)],
  location: (block) => [place(block)],
  contacts: (block) => (Array.isArray(block) ? block : []).map(card),
  interactive,
  button: (block) => [text(block.text)],
  template,
  order: (block) => [text(`🛒 Pesanan ${(block.product_items || []).length} barang`), block.text ? text(block.text) : null],
  unsupported: () => [make("p", { class: "redup" }, "Pesan ini tidak didukung WhatsApp Business.")],
};

const caption = (block) => (block.caption ? text(block.caption) : null);

function picture(block, extra = "") {
  const name = block.caption ? block.caption.slice(0, 80) : extra ? "Stiker" : "Gambar";
  const image = make("img", { src: source(block), alt: name, onerror: () => {
    image.closest(".bubble")?.classList.remove("polos");
    image.replaceWith(missing(`${name} tidak dapat ditampilkan`));
  } });
  return make("button", {
    type: "button", class: `gambar ${extra}`.trim(), "aria-label": `Perbesar: ${name}`,
    onclick: () => { if (image.isConnected) { enlarge(image.src, name); } },
  }, image);
}

const missing = (words) => make("span", { class: "hilang" }, icon("foto"), words);

function video(block) {
  const player = make("video", {
    class: "video", controls: true, preload: "metadata", src: source(block), "aria-label": "Video",
    onerror: () => player.replaceWith(file({ ...block, filename: "Video" })),
  });
  return player;
}

function file(block) {
  const name = block.filename || "Dokumen";
  const ending = (name.match(/\.(\w{1,5})$/) || [])[1] || (block.mime_type || "").split("/").pop().slice(0, 5);
  return make("a", { class: "berkas", href: source(block), download: name, rel: "noopener", "aria-label": `Unduh ${name}` },
    make("span", { class: "jenis" }, icon("berkas")),
    make("span", { class: "dua-baris" }, make("b", {}, name), make("small", {}, ending ? ending.toUpperCase() : "Berkas")), icon("unduh"));
}

const degrees = (value) => Number(value).toFixed(5);

function place(block) {
  const where = `${degrees(block.latitude)}, ${degrees(block.longitude)}`;
  const map = `https://www.openstreetmap.org/?mlat=${block.latitude}&mlon=${block.longitude}#map=15/${block.latitude}/${block.longitude}`;
  return make("div", { class: "tempat" },
    make("a", { class: "peta", href: map, target: "_blank", rel: "noopener noreferrer", "aria-label": `Buka peta di ${where}` }, icon("pin")),
    make("strong", {}, block.name || "Lokasi"), block.address ? make("span", {}, block.address) : null, make("small", {}, where));
}

function card(person) {
  const name = (person.name || {}).formatted_name || "Kontak";
  const phones = (person.phones || []).map((phone) => phone.phone || phone.wa_id).filter(Boolean);
  return make("div", { class: "kartu" }, make("span", { class: "jenis" }, icon("orang")),
    make("span", { class: "dua-baris" }, make("b", {}, name), make("small", {}, phones.join(" · ") || "tanpa nomor")));
}

function interactive(block) {
  const reply = block.button_reply || block.list_reply;
  if (reply) { return [text(reply.title), reply.description ? make("small", { class: "redup" }, reply.description) : null]; }
  if (block.nfm_reply) { return [text("Formulir terkirim"), answers(block.nfm_reply.response_json)]; }
  return [...header(block.header || {}), text((block.body || {}).text), block.footer ? text(block.footer.text, "kaki") : null];
}

/** What a form was filled with, without its token. */
function answers(json) {
  let given = {};
  try { given = JSON.parse(json); } catch (problem) { return null; }
  const pairs = Object.entries(given).filter(([name]) => name !== "flow_token");
  return pairs.length ? pairList(pairs) : null;
}

const pairList = (pairs) => make("dl", { class: "isian" },
  pairs.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, typeof value === "string" ? value : JSON.stringify(value))]));

function header(block) {
  switch (block.type) {
    case "text": return [make("h3", {}, block.text)];
    case "image": return [picture(block.image)];
    case "video": return [video(block.video)];
    case "document": return [file(block.document)];
    default: return [];
  }
}

/** A template as the citizen reads it; of one that the simulator does not know, its name and values. */
function template(block, shown) {
  const parts = block.components || [];
  const values = (type) => parts.filter((part) => part.type === type).flatMap((part) => part.parameters || []);
  const media = values("header").filter((value) => value.type !== "text").flatMap(header);
  if (shown) {
    return [...media, shown.header ? make("h3", {}, shown.header) : null, shown.body ? text(shown.body) : null,
      shown.footer ? text(shown.footer, "kaki") : null];
  }
  const body = values("body").map((value, place) => [value.parameter_name || `{{${place + 1}}}`, said(value)]);
  return [
    make("small", { class: "templat" }, icon("berkas"), `Templat ${block.name} · ${(block.language || {}).code}`),
    ...values("header").flatMap((value) => header({ ...value, text: said(value) })),
    body.length ? pairList(body) : make("p", { class: "redup" }, "Tanpa isian."),
  ];
}

export const said = (value) =>
  value.text || value.payload || (value.currency || {}).fallback_value || (value.date_time || {}).fallback_value || value.coupon_code || "";

/** The advertisement or post by which a citizen came. */
function referral(block) {
  return block ? make("div", { class: "kutipan" }, make("b", {}, block.headline || "Iklan"), make("span", {}, block.body || block.source_url || "")) : null;
}
