/* The stream of what happens, and coming back after it broke off. */

import { call } from "./api.js";
import { attempt } from "./news.js";
import { announce, world } from "./world.js";

const AGAIN = 2000;

/** Listen for as long as the page is open; `caughtUp` runs after each (new) beginning, `happen` for each event. */
export function listen(caughtUp, happen) {
  const source = new EventSource("/api/events");
  source.onopen = () => attempt(async () => {
    setConnected(true);
    await caughtUp();
  });
  source.onmessage = (event) => happen(JSON.parse(event.data));
  source.onerror = () => {
    setConnected(false);
    if (source.readyState === EventSource.CLOSED) { setTimeout(() => listen(caughtUp, happen), AGAIN); }
  };
}

function setConnected(connected) {
  world.connected = connected;
  document.body.dataset.siap = connected ? "ya" : "tidak";
  announce("connection");
}

/** Contacts and clock as they are now. */
export async function readWorld() {
  const [contacts, clock] = await Promise.all([call("/api/contacts"), call("/api/clock")]);
  world.contacts = new Map(contacts.map((contact) => [contact.wa_id, contact]));
  world.offset = clock.offset;
  announce("clock");
  announce("contacts");
}
