/* A message as whoever debugs wants it: how far it came, its JSON, and the webhook it travelled in. */

import { post } from "./api.js";
import { find, make } from "./dom.js";
import { attempt, tell } from "./news.js";
import { openSheet } from "./sheets.js";
import { STATES } from "./ticks.js";
import { full } from "./time.js";

/** message id → [[status, when it was seen here], …] */
const seen = new Map();
let entry = null;

/** Remember when a status came, for as long as the page is open. */
export function noteStatus(id, status, at) {
  seen.set(id, [...(seen.get(id) || []), [status, at]]);
}

export function showDetails(of) {
  entry = of;
  const states = STATES[entry.direction];
  const error = entry.error;
  const facts = [
    [entry.direction === "in" ? "Ditulis" : "Dikirim Siaga", full(entry.at)],
    ["Status", states[entry.status] || entry.status],
    ...(seen.get(entry.id) || []).map(([status, at]) => ["· " + (states[status] || status), full(at)]),
    ...(error ? [["Kode galat", `${error.code} · ${error.title}`]] : []),
    ["ID", entry.id],
  ];
  find("fakta-pesan").replaceChildren(...facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
  choose("pesan");
  openSheet("json");
}

const views = {
  pesan: () => entryJson(),
  webhook: () => post("/api/webhook", { id: entry.id }),
};

/** The entry as the programs' interface gives it, without what this page noted on it. */
function entryJson() {
  const { edited, revoked, ...kept } = entry;
  return kept;
}

function choose(name) {
  for (const tab of document.querySelectorAll("[data-isi]")) { tab.setAttribute("aria-pressed", String(tab.dataset.isi === name)); }
  attempt(async () => {
    const content = await views[name]();
    find("isi-json").textContent = JSON.stringify(content, null, 2);
  });
}

document.querySelectorAll("[data-isi]").forEach((tab) => tab.addEventListener("click", () => choose(tab.dataset.isi)));

find("salin-json").addEventListener("click", () => attempt(async () => {
  await navigator.clipboard.writeText(find("isi-json").textContent);
  tell("JSON disalin.");
}));
