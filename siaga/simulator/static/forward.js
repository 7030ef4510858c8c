/* Forwarding: the text goes to the bot marked as forwarded, once or many times over, as a hoax arrives. */

import { find } from "./dom.js";
import { attempt } from "./news.js";
import { openSheet } from "./sheets.js";

let chat = null;

export function forward(to, text = "") {
  chat = to;
  find("isi-teruskan").value = text;
  openSheet("teruskan");
}

find("formulir-teruskan").addEventListener("submit", (event) => {
  const body = find("isi-teruskan").value.trim();
  if (!body) { event.preventDefault(); return; }
  const often = find("sering").checked;
  const context = often ? { forwarded: true, frequently_forwarded: true } : { forwarded: true };
  attempt(() => chat.send({ type: "text", text: { body }, context }));
});
