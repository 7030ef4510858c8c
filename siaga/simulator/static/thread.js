/* The messages of one chat on the screen: days, bubbles, typing, and where it is scrolled to. */

import { bubble, group, note } from "./bubble.js";
import { quotedId } from "./chat.js";
import { make } from "./dom.js";
import { day } from "./time.js";

const NEAR = 120;
const DAY_SHOWN_MS = 1500;
const NOTES = new Set(["system", "request_welcome"]);

export class Thread {
  /** @param pane the chat's pane, with the elements `percakapan` (scrolls), `gulungan` (grows) and `ke-bawah`. */
  constructor(pane) {
    this.pane = pane;
    this.log = pane.part("percakapan");
    this.list = pane.part("gulungan");
    this.down = pane.part("ke-bawah");
    this.atEnd = true;
    this.missed = 0;
    this.last = null;
    this.measured = "";
    this.log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.log.addEventListener("keydown", (event) => this.#keys(event));
    this.down.addEventListener("click", () => this.toEnd(true));
    // Pictures load, the keyboard comes up: who was at the end stays there.
    this.watcher = new ResizeObserver(() => {
      this.measured = this.#size();
      if (this.atEnd) { this.toEnd(); }
    });
    this.watcher.observe(this.list);
    this.watcher.observe(this.log);
  }

  clear() {
    this.list.replaceChildren();
    this.last = null;
    this.missed = 0;
    this.atEnd = true;
    this.#showDown();
  }

  /** Put a new message at the end. `quietly`: it was there before the chat was opened. */
  add(entry, quietly = false) {
    this.list.querySelector(".kosong")?.remove();
    const nodes = [];
    if (!this.last || day(this.last.at) !== day(entry.at)) { nodes.push(make("div", { class: "hari" }, make("span", {}, day(entry.at)))); }
    nodes.push(NOTES.has(entry.message.type) ? note(entry) : group(this.pane, entry, this.last));
    this.last = entry;
    const typing = this.list.querySelector(".kelompok.mengetik");
    if (typing) { typing.before(...nodes); } else { this.list.append(...nodes); }
    if (entry.direction === "in") { this.#markChosen(entry); }
    if (quietly) { return; }
    if (this.atEnd || entry.direction === "in") { this.toEnd(); }
    else { this.missed += 1; this.#showDown(); }
  }

  /** Draw a message anew after its status, reaction or text has changed. */
  refresh(entry) {
    const old = this.find(entry.id);
    if (!old || !old.classList.contains("bubble")) { return; }
    const entries = this.pane.chat.entries;
    const fresh = bubble(this.pane, entry, entries[entries.indexOf(entry) - 1]);
    // The content stays as it is when only its frame has changed: a voice message plays on, a picture is not loaded again.
    if (!entry.edited && !entry.revoked) { fresh.querySelector(".isi").replaceWith(old.querySelector(".isi")); }
    const focused = old.contains(document.activeElement);
    old.replaceWith(fresh);
    if (focused) { fresh.focus({ preventScroll: true }); }
  }

  find(id) {
    return this.list.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  /** Scroll to a message and let it be seen. */
  goTo(id) {
    const node = this.find(id);
    if (!node) { return; }
    node.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
    node.classList.remove("sorot");
    requestAnimationFrame(() => node.classList.add("sorot"));
    node.addEventListener("animationend", () => node.classList.remove("sorot"), { once: true });
    node.focus({ preventScroll: true });
  }

  toEnd(smoothly = false) {
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: smoothly && !calm() ? "smooth" : "auto" });
    this.atEnd = true;
    this.missed = 0;
    this.#showDown();
  }

  setTyping(isTyping) {
    this.list.querySelector(".kelompok.mengetik")?.remove();
    if (!isTyping) { return; }
    this.list.append(make("div", { class: "kelompok dari-siaga ganti mengetik", "aria-hidden": "true" },
      make("div", { class: "bubble masuk mengetik" }, make("span", { class: "titik-titik" }, make("i"), make("i"), make("i")))));
    if (this.atEnd) { this.toEnd(); }
  }

  /** A line above the first of the last `count` messages of the bot's. */
  markUnread(count) {
    const first = [...this.list.querySelectorAll(".dari-siaga:not(.mengetik)")].slice(-count)[0];
    first?.before(make("div", { class: "belum-dibaca" }, make("span", {}, `${count} pesan belum dibaca`)));
  }

  #markChosen(entry) {
    const block = entry.message.interactive || {};
    const chosen = (block.button_reply || block.list_reply || {}).id || (entry.message.button || {}).payload;
    const quoted = quotedId(entry.message);
    if (!chosen || !quoted) { return; }
    this.find(quoted)?.parentElement.querySelector(`.opsi[data-opsi-id="${CSS.escape(chosen)}"]`)?.classList.add("terpilih");
  }

  #size() {
    return [this.log.clientWidth, this.log.clientHeight, this.log.scrollHeight].join();
  }

  #scrolled() {
    // Not a hand but a change of size has moved it: the watcher comes to that.
    if (this.atEnd && this.measured !== this.#size()) { return; }
    this.log.classList.add("bergulir");
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.log.classList.remove("bergulir"), DAY_SHOWN_MS);
    this.atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
    if (this.atEnd) { this.missed = 0; }
    this.#showDown();
  }

  #showDown() {
    this.down.hidden = this.atEnd;
    const badge = this.down.querySelector("b");
    badge.textContent = this.missed || "";
    badge.hidden = !this.missed;
    this.down.setAttribute("aria-label", this.missed ? `Ke pesan terbaru, ${this.missed} baru` : "Ke pesan terbaru");
  }

  /** Arrow keys walk from message to message. */
  #keys(event) {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") { return; }
    const bubbles = [...this.list.querySelectorAll(".bubble:not(.mengetik)")];
    const at = bubbles.indexOf(document.activeElement);
    if (!bubbles.length || (at < 0 && event.target !== this.log)) { return; }
    event.preventDefault();
    const next = at < 0 ? bubbles.length - 1 : at + (event.key === "ArrowUp" ? -1 : 1);
    bubbles[Math.max(0, Math.min(next, bubbles.length - 1))].focus();
  }
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
