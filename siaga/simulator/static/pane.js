/* One chat on the screen: whose it is, what was said, what is being written. */

import { call } from "./api.js";
import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { find, make } from "./dom.js";
import { showPerson } from "./person.js";
import { number } from "./preview.js";
import { Thread } from "./thread.js";
import { world } from "./world.js";

const QUIET = "asisten kesehatan";

export class Pane {
  constructor() {
    this.element = find("templat-obrolan").content.firstElementChild.cloneNode(true);
    this.chat = null;
    this.typingTimer = null;
    this.thread = new Thread(this);
    this.composer = new Composer(this);
    this.part("saya").addEventListener("click", () => showPerson(this.chat));
    this.#chooseNumber();
  }

  /** An element of this pane by the name it has in the template. */
  part(name) {
    return this.element.querySelector(`[data-bagian="${name}"]`);
  }

  /** Of several numbers of the bot's, the one to write to. */
  #chooseNumber() {
    const choice = this.part("nomor");
    choice.hidden = world.numbers.length < 2;
    choice.append(...world.numbers.map((id, place) => make("option", { value: id }, `Ke nomor ${place + 1} (…${id.slice(-4)})`)));
    choice.addEventListener("change", () => world.writesTo.set(this.chat.waId, choice.value));
  }

  /** Show the chat of a contact from its beginning. */
  async open(waId) {
    const unread = world.unread.get(waId) || 0;
    const chat = new Chat(waId);
    const [kept, typing] = await Promise.all([chat.fetch(), call(`/api/contacts/${waId}/typing`)]);
    if (this.chat) { this.composer.close(); }
    this.chat = chat;
    world.unread.delete(waId);
    this.element.dataset.waId = waId;
    this.thread.clear();
    // A chat that is opened is not read out from its first message on.
    this.thread.log.setAttribute("aria-live", "off");
    kept.messages.map((entry) => chat.take(entry)).forEach((entry) => { if (entry && !this.thread.find(entry.id)) { this.thread.add(entry, true); } });
    chat.entries.filter((entry) => entry.edited || entry.revoked).forEach((entry) => this.thread.refresh(entry));
    if (!chat.entries.length) { this.thread.list.append(emptiness()); }
    if (unread) { this.thread.markUnread(unread); }
    this.setTyping(typing.seconds);
    this.showContact();
    this.composer.open();
    this.thread.toEnd();
    setTimeout(() => this.thread.log.setAttribute("aria-live", "polite"), 300);
  }

  /** Take in what happened while the page was not listening. */
  async catchUp() {
    const kept = await this.chat.fetch();
    kept.messages.forEach((entry) => this.take(entry));
  }

  /** A message has come, or an old one as it is now. */
  take(entry) {
    const isNew = !this.chat.known.has(entry.id);
    const shown = this.chat.take(entry);
    if (!shown) { return; }
    if (isNew && shown === entry) { this.thread.add(entry); } else { this.thread.refresh(shown); }
  }

  /** Something about a message has changed: `{status}`, `{reaction}`. */
  change(id, changes) {
    const entry = this.chat.known.get(id);
    if (entry) {
      Object.assign(entry, changes);
      this.thread.refresh(entry);
    }
  }

  /** The contact has another number; the chat goes on. */
  moveTo(waId) {
    world.writesTo.set(waId, this.chat.number);
    this.chat.waId = waId;
    this.element.dataset.waId = waId;
    this.showContact();
  }

  setTyping(seconds) {
    clearTimeout(this.typingTimer);
    this.typing = seconds > 0;
    this.thread.setTyping(this.typing);
    this.showState();
    if (this.typing) { this.typingTimer = setTimeout(() => this.setTyping(0), seconds * 1000); }
  }

  showState() {
    const state = this.part("keadaan");
    state.textContent = !world.connected ? "menghubungkan…" : this.typing ? "sedang mengetik…" : QUIET;
    state.classList.toggle("mengetik", Boolean(this.typing && world.connected));
  }

  showContact() {
    this.part("nomor").value = this.chat.number;
    this.part("saya").replaceChildren(make("b", {}, this.chat.contact.name), number(this.chat.waId));
    this.element.setAttribute("aria-label", `Obrolan Siaga dengan ${this.chat.contact.name}`);
  }
}

const emptiness = () => make("div", { class: "kosong" }, make("img", { src: "/static/siaga.svg", alt: "", width: "64", height: "64" }),
  make("p", {}, "Belum ada pesan. Tulis, misalnya, “halo” atau “mau daftar vaksin”."));
