/* What the page knows beyond the chats it shows, and who wants to hear of changes. */

export const world = {
  /** wa_id → contact as `/api/contacts` gives it */
  contacts: new Map(),
  /** wa_id → how many of the bot's messages were not looked at */
  unread: new Map(),
  /** wa_id → what was written and not sent */
  drafts: new Map(),
  /** the bot's numbers, by their ids, the first first */
  numbers: [],
  /** wa_id → which of them this contact writes to, if not the first */
  writesTo: new Map(),
  /** seconds between the simulator's clock and this machine's */
  offset: 0,
  connected: false,
};

const listeners = new Map();

export function hear(kind, work) {
  listeners.set(kind, [...(listeners.get(kind) || []), work]);
}

export function announce(kind, happening) {
  (listeners.get(kind) || []).forEach((work) => work(happening));
}
