/* Where the citizen writes: text, a reply to a message, a change of one, a file dropped or pasted. */

import { askFile, attach, kindOf } from "./attach.js";
import { current } from "./chat.js";
import { attempt } from "./news.js";
import { preview } from "./preview.js";
import { world } from "./world.js";

const TALLEST = 132;

export class Composer {
  /** @param pane the chat's pane, with the elements `formulir`, `pesan`, `kirim`, `lampiran` and `balasan` in it. */
  constructor(pane) {
    this.pane = pane;
    this.input = pane.part("pesan");
    this.strip = pane.part("balasan");
    this.replied = null;
    this.edited = null;
    pane.part("formulir").addEventListener("submit", (event) => { event.preventDefault(); attempt(() => this.#submit()); });
    pane.part("lampiran").addEventListener("click", () => attach(pane.chat));
    pane.part("batal-balasan").addEventListener("click", () => this.release());
    this.input.addEventListener("input", () => this.fit());
    this.input.addEventListener("keydown", (event) => this.#keys(event));
    this.input.addEventListener("paste", (event) => this.#file(event, event.clipboardData));
    pane.element.addEventListener("dragover", (event) => event.preventDefault());
    pane.element.addEventListener("drop", (event) => this.#file(event, event.dataTransfer));
  }

  /** Begin with what was left unsent to this contact. */
  open() {
    this.#leave();
    this.input.value = world.drafts.get(this.pane.chat.waId) || "";
    this.fit();
  }

  /** Keep what is written for when the contact is opened again. */
  close() {
    if (!this.edited) { world.drafts.set(this.pane.chat.waId, this.input.value); }
  }

  focus() {
    this.input.focus();
  }

  replyTo(entry) {
    if (entry.revoked) { return; }
    this.release();
    this.replied = entry;
    this.#show(entry, entry.direction === "out" ? "Siaga" : "Anda");
  }

  edit(entry) {
    this.release();
    this.edited = entry;
    this.input.value = current(entry).text.body;
    this.#show(entry, "Ubah pesan");
  }

  /** Put the reply or the change away. */
  release() {
    if (this.edited) { this.input.value = ""; }
    this.#leave();
    this.fit();
  }

  #leave() {
    this.replied = null;
    this.edited = null;
    this.strip.hidden = true;
  }

  #show(entry, title) {
    this.strip.querySelector("b").textContent = title;
    this.strip.querySelector("span").textContent = preview(current(entry));
    this.strip.hidden = false;
    this.fit();
    this.focus();
  }

  /** As tall as what is written, up to a limit. */
  fit() {
    this.input.style.height = "auto";
    this.input.style.height = Math.min(this.input.scrollHeight + 2, TALLEST) + "px";
    this.pane.part("kirim").disabled = !this.input.value.trim();
  }

  #keys(event) {
    if (event.key === "Escape" && (this.replied || this.edited)) {
      this.release();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      attempt(() => this.#submit());
    }
  }

  #file(event, carried) {
    const file = carried?.files[0];
    if (file) {
      event.preventDefault();
      askFile(this.pane.chat, kindOf(file), file);
    }
  }

  async #submit() {
    const body = this.input.value.trim();
    if (!body) { return; }
    const { replied, edited } = this;
    this.input.value = "";
    this.#leave();
    this.fit();
    try {
      await this.pane.chat.send(this.#message(body, replied, edited));
    } catch (problem) {
      // What was written is not lost with the attempt.
      if (!this.input.value) {
        if (replied) { this.replyTo(replied); }
        if (edited) { this.edit(edited); }
        this.input.value = body;
        this.fit();
      }
      throw problem;
    }
  }

  #message(body, replied, edited) {
    const text = { type: "text", text: { body } };
    if (edited) { return { type: "edit", edit: { original_message_id: edited.id, message: text } }; }
    return replied ? { ...text, context: { id: replied.id } } : text;
  }
}
