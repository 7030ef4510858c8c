/* What can be tapped under a message of the bot's. */

import { call } from "./api.js";
import { said } from "./content.js";
import { icon, make } from "./dom.js";
import { fillForm } from "./forms.js";
import { chooseRow } from "./list-sheet.js";
import { attempt, tell } from "./news.js";
import { shareNumber } from "./person.js";
import { askPlace, readPlaces } from "./places.js";

const button = (attributes, ...children) => make("button", { type: "button", ...attributes, class: `opsi ${attributes.class || ""}`.trim() }, ...children);
const link = (url, label) => make("a", { class: "opsi", href: url, target: "_blank", rel: "noopener noreferrer" }, icon("tautan"), label);

/** The buttons of an entry; each answers in the chat with the entry quoted. */
export function optionsOf(chat, entry) {
  const message = entry.message;
  if (message.type === "template") { return templateButtons(chat, entry); }
  const block = message.interactive;
  const action = (block || {}).action || {};
  const answer = (kind, chosen) => attempt(() => chat.send({
    type: "interactive", interactive: { type: kind, [kind]: chosen }, context: { id: entry.id } }));
  switch ((block || {}).type) {
    case "button":
      return action.buttons.map(({ reply: { id, title } }) =>
        button({ "data-opsi-id": id, onclick: () => answer("button_reply", { id, title }) }, icon("balas"), title));
    case "list":
      return [button({ class: "daftar-opsi", "aria-haspopup": "dialog", onclick: () => chooseRow(action, (row) => answer("list_reply", row)) },
        icon("daftar"), action.button)];
    case "location_request_message":
      readPlaces().catch(() => {});
      return [button({ class: "minta-lokasi", "aria-haspopup": "dialog", onclick: () => askPlace(chat, entry.id) }, icon("pin"), "Kirim lokasi")];
    case "cta_url":
      return [link(action.parameters.url, action.parameters.display_text)];
    case "contact_request":
      return [button({ class: "bagikan-nomor", onclick: () => attempt(() => shareNumber(chat, entry.id)) }, icon("orang"), "Bagikan nomor")];
    case "flow":
      return [button({ class: "buka-formulir", "aria-haspopup": "dialog", onclick: () => fillForm(chat, entry) }, icon("berkas"), action.parameters.flow_cta)];
    default:
      return [];
  }
}

/** A template's buttons: what they are called is known at once, what they are only in the simulator's catalogue. */
function templateButtons(chat, entry) {
  const block = entry.message.template;
  const parts = (block.components || []).filter((part) => part.type === "button");
  const labels = (entry.shown || {}).buttons || parts.map((part) => (part.parameters || []).map(said).join(" ") || part.sub_type);
  return labels.map((label, place) => {
    const part = parts.find((one) => Number(one.index) === place) || {};
    const payload = (part.parameters || []).map(said).join(" ") || label;
    return button({ "data-opsi-id": payload, onclick: () => attempt(async () => {
      switch (await buttonType(block, place)) {
        case "QUICK_REPLY": await chat.send({ type: "button", button: { payload, text: label }, context: { id: entry.id } }); break;
        case "REQUEST_CONTACT_INFO": await shareNumber(chat, entry.id); break;
        default: tell("Di WhatsApp, tombol ini membuka tautan, telepon atau layar lain.");
      }
    }) }, label);
  });
}

async function buttonType(block, place) {
  const templates = await call("/api/templates");
  const template = templates.find((one) => one.name === block.name && one.language === block.language.code);
  const buttons = template?.components.find((part) => part.type.toUpperCase() === "BUTTONS")?.buttons || [];
  return buttons[place] ? buttons[place].type.toUpperCase() : "QUICK_REPLY";
}
