/* Sheets: dialogs that come from below on a phone. Escape, ✕ and a tap beside them put them away. */

import { find } from "./dom.js";

export function openSheet(id) {
  const sheet = find(id);
  if (!sheet.open) { sheet.showModal(); }
  return sheet;
}

export const closeSheet = (id) => find(id).close();

document.querySelectorAll("dialog").forEach((dialog) => {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-tutup]")) { dialog.close(); }
  });
});
