/* Which chats are open, side by side on a wide screen and one at a time on a phone, and what the address says of it. */

import { find } from "./dom.js";
import { Pane } from "./pane.js";
import { announce, world } from "./world.js";

const MOST = 3;

export const panes = [];
const place = find("obrolan-obrolan");

/** The pane that was touched last. */
let active = null;

export const paneOf = (waId) => panes.find((pane) => pane.chat && pane.chat.waId === waId);
export const isOpen = (waId) => Boolean(paneOf(waId));
export const isActive = (waId) => Boolean(active && active.chat && active.chat.waId === waId);

/** Show a contact's chat in the pane used last, or go to it where it is open already. */
export async function openChat(waId) {
  const pane = paneOf(waId) || active || addPane();
  if (!pane.chat || pane.chat.waId !== waId) { await pane.open(waId); }
  world.unread.delete(waId);
  document.body.classList.remove("daftar");
  activate(pane);
  if (matchMedia("(hover: hover)").matches) { pane.composer.focus(); }
}

/** Show a contact's chat beside the others; the oldest makes room. */
export async function openBeside(waId) {
  if (paneOf(waId)) { await openChat(waId); return; }
  if (panes.length >= MOST) { closePane(panes[0]); }
  const pane = addPane();
  try {
    await pane.open(waId);
  } catch (problem) {
    closePane(pane);
    throw problem;
  }
  document.body.classList.remove("daftar");
  activate(pane);
}

function addPane() {
  const pane = new Pane();
  panes.push(pane);
  place.append(pane.element);
  pane.element.addEventListener("focusin", () => activate(pane));
  pane.element.addEventListener("pointerdown", () => activate(pane));
  pane.part("tutup-obrolan").addEventListener("click", () => closePane(pane));
  pane.part("kembali").addEventListener("click", () => document.body.classList.add("daftar"));
  return pane;
}

function closePane(pane) {
  if (pane.chat) { pane.composer.close(); }
  pane.thread.watcher.disconnect();
  panes.splice(panes.indexOf(pane), 1);
  pane.element.remove();
  if (active === pane) { active = null; }
  if (panes.length) { activate(active || panes[0]); }
}

function activate(pane) {
  const changed = active !== pane;
  active = pane;
  panes.forEach((other) => {
    other.element.classList.toggle("aktif", other === pane);
    giveIds(other, other === panes[0]);
  });
  document.body.classList.toggle("berdampingan", panes.length > 1);
  showAddress();
  // A pane that was not shown could not be measured.
  if (changed) { pane.composer.fit(); }
  announce("layout");
}

/** The address leads back to the chats that are open. */
export function showAddress() {
  const address = "/?kontak=" + panes.filter((one) => one.chat).map((one) => one.chat.waId).join(",");
  if (location.pathname + location.search !== address) { history.replaceState(null, "", address); }
}

/** The first pane's parts carry their names as ids too: what the page is driven by in tests. */
function giveIds(pane, first) {
  for (const part of [pane.element, ...pane.element.querySelectorAll("[data-bagian]")]) {
    if (first) { part.id = part.dataset.bagian; } else { part.removeAttribute("id"); }
  }
}
