/* The chat page, without any library: it must work offline. This is where it begins and where events go. */

import { showContacts } from "./contacts.js";
import { noteStatus } from "./details.js";
import { find } from "./dom.js";
import { faultsMayHaveChanged, readFaults } from "./faults.js";
import { openBeside, openChat, paneOf, panes, showAddress } from "./layout.js";
import { listen, readWorld } from "./live.js";
import "./menu.js";
import { attempt } from "./news.js";
import { now } from "./time.js";
import { announce, hear, world } from "./world.js";

const start = JSON.parse(find("awal").textContent);
world.offset = start.offset;
world.numbers = start.numbers;
world.contacts = new Map(start.contacts.map((contact) => [contact.wa_id, contact]));

const happenings = {
  message({ wa_id: waId, entry }) {
    const contact = world.contacts.get(waId);
    if (contact) { contact.last = entry; }
    const pane = paneOf(waId);
    if (pane) { pane.take(entry); }
    // A chat behind another page, or behind the contacts on a phone, was not looked at.
    const looked = pane && !document.hidden && pane.element.checkVisibility();
    if (entry.direction === "out" && entry.message.type !== "reaction" && !looked) { world.unread.set(waId, (world.unread.get(waId) || 0) + 1); }
    faultsMayHaveChanged();
    showContacts();
  },
  status({ wa_id: waId, id, status, error }) {
    noteStatus(id, status, now());
    const last = world.contacts.get(waId)?.last;
    if (last && last.id === id) { last.status = status; showContacts(); }
    paneOf(waId)?.change(id, error ? { status, error } : { status });
  },
  reaction({ wa_id: waId, id, emoji }) { paneOf(waId)?.change(id, { reaction: emoji }); },
  typing({ wa_id: waId, seconds }) { paneOf(waId)?.setTyping(seconds); },
  contact({ contact }) {
    world.contacts.set(contact.wa_id, { ...world.contacts.get(contact.wa_id), ...contact });
    paneOf(contact.wa_id)?.showContact();
    showContacts();
  },
  number({ wa_id: waId, contact }) {
    world.contacts.delete(waId);
    world.contacts.set(contact.wa_id, contact);
    const pane = paneOf(waId);
    if (pane) { pane.moveTo(contact.wa_id); }
    showAddress();
    showContacts();
  },
  clock({ offset }) { world.offset = offset; announce("clock"); },
  reset() { location.href = "/"; },
};

async function catchUp() {
  await readWorld();
  await Promise.all([readFaults(), ...panes.map((pane) => pane.catchUp())]);
  panes.forEach((pane) => pane.showContact());
}

hear("connection", () => {
  find("terputus").hidden = world.connected;
  panes.forEach((pane) => pane.showState());
});

// Who comes back to the page has seen what is open on it.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    panes.forEach((pane) => world.unread.delete(pane.chat.waId));
    showContacts();
  }
});

attempt(async () => {
  const [first, ...others] = start.open;
  await openChat(first);
  for (const waId of others) { await openBeside(waId); }
  announce("clock");
  // Several chats by address: a phone begins with the first of them.
  if (others.length) { await openChat(first); }
}).then(() => listen(catchUp, (happening) => happenings[happening.kind]?.(happening)));
