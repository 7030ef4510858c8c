/* What can be done with one message: react, reply, copy, forward, change, delete, look inside. */

import { current } from "./chat.js";
import { showDetails } from "./details.js";
import { find, make } from "./dom.js";
import { forward } from "./forward.js";
import { attempt, tell } from "./news.js";
import { words } from "./preview.js";
import { closeSheet, openSheet } from "./sheets.js";

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const EDIT_WITHIN = 15 * 60;
const REVOKE_WITHIN = 2 * 86400;

let pane = null;
let entry = null;

/** Open the menu for an entry; on a wide screen beside `anchor`. */
export function openMenu(of, about, anchor) {
  pane = of;
  entry = about;
  const mine = entry.direction === "in";
  const age = (Date.now() - Date.parse(entry.at)) / 1000;
  find("emoji").replaceChildren(...EMOJI.map((emoji) => make("button", {
    type: "button", "aria-label": `Tanggapi ${emoji}`, "aria-pressed": String(entry.reaction === emoji), "data-emoji": emoji,
    onclick: () => { closeSheet("menu-pesan"); attempt(() => react(emoji)); },
  }, emoji)));
  const allowed = {
    salin: Boolean(words(current(entry))) && !entry.revoked,
    teruskan: Boolean(words(current(entry))) && !entry.revoked,
    ubah: mine && entry.message.type === "text" && !entry.revoked && age < EDIT_WITHIN,
    hapus: mine && !entry.revoked && age < REVOKE_WITHIN,
  };
  for (const item of find("menu-pesan").querySelectorAll("[data-tindakan]")) { item.hidden = allowed[item.dataset.tindakan] === false; }
  const sheet = openSheet("menu-pesan");
  place(sheet, anchor);
}

/** Beside the message on a wide screen; a sheet from below on a phone. */
function place(sheet, anchor) {
  const wide = matchMedia("(min-width: 760px)").matches && anchor;
  sheet.classList.toggle("melayang", Boolean(wide));
  if (!wide) { sheet.style.left = sheet.style.top = ""; return; }
  const box = anchor.getBoundingClientRect();
  sheet.style.left = `${Math.max(8, Math.min(box.left, innerWidth - sheet.offsetWidth - 8))}px`;
  sheet.style.top = `${Math.max(8, Math.min(box.bottom + 4, innerHeight - sheet.offsetHeight - 8))}px`;
}

/** The same emoji again takes the reaction back, as Meta tells it: without an emoji. */
function react(emoji) {
  const taken = entry.reaction === emoji;
  return pane.chat.send({ type: "reaction", reaction: { message_id: entry.id, ...(taken ? {} : { emoji }) } });
}

const actions = {
  balas: () => pane.composer.replyTo(entry),
  async salin() {
    await navigator.clipboard.writeText(words(current(entry)));
    tell("Pesan disalin.");
  },
  teruskan: () => forward(pane.chat, words(current(entry))),
  ubah: () => pane.composer.edit(entry),
  hapus: () => pane.chat.send({ type: "revoke", revoke: { original_message_id: entry.id } }),
  rincian: () => showDetails(entry),
};

find("menu-pesan").addEventListener("click", (event) => {
  const item = event.target.closest("[data-tindakan]");
  if (item) {
    closeSheet("menu-pesan");
    attempt(actions[item.dataset.tindakan]);
  }
});
