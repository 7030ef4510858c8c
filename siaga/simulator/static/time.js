/* Times as a phone writes them in Indonesian, by the simulator's clock. */

import { world } from "./world.js";

export const now = () => new Date(Date.now() + world.offset * 1000);
export const time = (at) => new Date(at).toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" });

const daysAgo = (at) => Math.round((new Date(now()).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86400000);

/** The line between two days of a chat. */
export function day(at) {
  const days = daysAgo(at);
  if (days === 0) { return "Hari ini"; }
  if (days === 1) { return "Kemarin"; }
  return new Date(at).toLocaleDateString("id-ID", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

/** When a chat was active last, short enough for a list. */
export function lately(at) {
  const days = daysAgo(at);
  if (days === 0) { return time(at); }
  if (days === 1) { return "Kemarin"; }
  return new Date(at).toLocaleDateString("id-ID", { day: "2-digit", month: "2-digit", year: "2-digit" });
}

export const full = (at) => new Date(at).toLocaleString("id-ID", { dateStyle: "long", timeStyle: "medium" });

/** Seconds as minutes and seconds: 0.03. */
export const length = (seconds) => `${Math.floor(seconds / 60)}.${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
