/* A Flow of the bot's: the simulator draws none, but whoever tests may answer as the filled form would. */

import { find } from "./dom.js";
import { attempt, tell } from "./news.js";
import { openSheet } from "./sheets.js";

let target = null;

export function fillForm(chat, entry) {
  const parameters = entry.message.interactive.action.parameters;
  const payload = parameters.flow_action_payload || {};
  target = { chat, entry, token: parameters.flow_token || "unused" };
  find("judul-isian").textContent = parameters.flow_cta;
  find("asal-isian").textContent = [`Formulir ${parameters.flow_name || parameters.flow_id}`, payload.screen ? `layar ${payload.screen}` : ""].filter(Boolean).join(" · ");
  find("jawaban-isian").value = JSON.stringify(payload.data || {}, null, 2);
  openSheet("isian");
}

find("formulir-isian").addEventListener("submit", (event) => {
  let answers;
  try {
    answers = JSON.parse(find("jawaban-isian").value);
  } catch (problem) {
    event.preventDefault();
    tell("Jawaban formulir harus berupa JSON.");
    return;
  }
  const { chat, entry, token } = target;
  const reply = { name: "flow", body: "Sent", response_json: JSON.stringify({ ...answers, flow_token: token }) };
  attempt(() => chat.send({ type: "interactive", interactive: { type: "nfm_reply", nfm_reply: reply }, context: { id: entry.id } }));
});
