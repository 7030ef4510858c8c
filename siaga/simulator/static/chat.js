/* One contact's chat as data: its messages in order, and what later messages changed about earlier ones. */

import { call, write } from "./api.js";
import { world } from "./world.js";

/** Messages that change another one, and are no bubble of their own. */
const CHANGES = new Set(["reaction", "edit", "revoke"]);

/** The id of the message that this one answers, in either direction's form; null when it answers none. */
export const quotedId = (message) => (message.context && (message.context.id || message.context.message_id)) || null;

export class Chat {
  constructor(waId) {
    this.waId = waId;
    /** entries as `GET …/messages` gives them, in order, bubbles only */
    this.entries = [];
    this.known = new Map();
  }

  get contact() {
    return world.contacts.get(this.waId) || { wa_id: this.waId, name: "" };
  }

  fetch() {
    return call(`/api/contacts/${this.waId}/messages`);
  }

  send(message) {
    return write(this.waId, world.numbers.length > 1 ? { ...message, to: this.number } : message);
  }

  /** The bot's number that this contact writes to. */
  get number() {
    return world.writesTo.get(this.waId) || world.numbers[0];
  }

  /** Take an entry in. Returns the entry that is to be shown anew, or null when nothing is to be shown. */
  take(entry) {
    const before = this.known.get(entry.id);
    if (before) {
      Object.assign(before, entry);
      return before;
    }
    this.known.set(entry.id, entry);
    if (CHANGES.has(entry.message.type)) { return this.#change(entry.message); }
    this.entries.push(entry);
    return entry;
  }

  #change(message) {
    if (message.type === "reaction") { return null; }
    const change = message[message.type];
    const target = this.known.get(change.original_message_id);
    if (!target) { return null; }
    if (message.type === "revoke") { target.revoked = true; }
    else { target.edited = change.message; }
    return target;
  }
}

/** A message as it reads now, after its edits. */
export const current = (entry) => entry.edited || entry.message;
