/* The chat page, without any library: it must work offline. */
"use strict";

(function () {
  const $ = (id) => document.getElementById(id);
  const start = JSON.parse($("awal").textContent);
  const log = $("percakapan");
  const input = $("pesan");

  const state = {
    waId: start.wa_id,
    offset: start.offset,
    contacts: new Map(start.contacts.map((contact) => [contact.wa_id, contact])),
    unread: new Map(),
    entries: [],
    shown: new Map(),
    typingUntil: 0,
    typingTimer: null,
  };

  const PLACES = [
    ["Surabaya", -7.2575, 112.7521], ["Sidoarjo", -7.4478, 112.7183], ["Malang", -7.9797, 112.6304],
    ["Jakarta", -6.1754, 106.8272], ["Kupang", -10.1772, 123.607], ["Jayapura", -2.5337, 140.7181],
  ];
  const COLOURS = ["#1d5a67", "#8a4f7d", "#b0632b", "#3f6f45", "#4d5c9e", "#96483f"];
  const KINDS = { image: "Foto", audio: "Pesan suara", video: "Video", document: "Dokumen", sticker: "Stiker", location: "Lokasi", contacts: "Kontak", template: "Pesan templat" };

  // ---- small helpers -----------------------------------------------------------------------------------------------

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) { continue; }
      if (name === "class") { node.className = value; }
      else if (name === "html") { node.innerHTML = value; }
      else if (name.startsWith("on")) { node.addEventListener(name.slice(2), value); }
      else { node.setAttribute(name, value === true ? "" : value); }
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  }

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "ikon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", "#i-" + name);
    svg.append(use);
    return svg;
  }

  async function call(path, options) {
    let response;
    try {
      response = await fetch(path, options);
    } catch (problem) {
      throw new Error("Simulator tidak menjawab. Apakah masih berjalan?");
    }
    const body = await response.json();
    if (!response.ok) { throw new Error(body.detail || "Permintaan ditolak."); }
    return body;
  }

  function post(path, content) {
    return call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(content || {}) });
  }

  let newsTimer = null;
  function tell(text) {
    $("kabar").textContent = text;
    $("kabar").hidden = false;
    clearTimeout(newsTimer);
    newsTimer = setTimeout(() => { $("kabar").hidden = true; }, 5000);
  }

  const attempt = (work) => work().catch((problem) => tell(problem.message));
  const now = () => new Date(Date.now() + state.offset * 1000);
  const time = (at) => new Date(at).toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" });

  function day(at) {
    const date = new Date(at);
    const days = Math.round((new Date(now()).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86400000);
    if (days === 0) { return "Hari ini"; }
    if (days === 1) { return "Kemarin"; }
    return date.toLocaleDateString("id-ID", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  }

  const number = (waId) => waId.replace(/^(\d{5})(\d{4})(\d+)$/, "$1-$2-$3");

  /** What a message says, in one line. */
  function preview(message) {
    const block = message[message.type] || {};
    if (message.type === "text") { return plainText(block.body || ""); }
    if (message.type === "interactive") {
      const reply = block.button_reply || block.list_reply;
      return reply ? reply.title : plainText((block.body || {}).text || "");
    }
    if (message.type === "reaction") { return "Menanggapi " + (block.emoji || ""); }
    return KINDS[message.type] ? KINDS[message.type] + (block.caption ? " · " + plainText(block.caption) : "") : "Pesan";
  }

  // ---- contacts ----------------------------------------------------------------------------------------------------

  function showContacts() {
    const ordered = [...state.contacts.values()].sort((a, b) =>
      (b.last ? Date.parse(b.last.at) : 0) - (a.last ? Date.parse(a.last.at) : 0) || b.wa_id.localeCompare(a.wa_id));
    $("daftar-kontak").replaceChildren(...ordered.slice(0, 300).map((contact) => {
      const unread = state.unread.get(contact.wa_id);
      return make("li", {}, make("button", {
        type: "button", class: "kontak", "data-wa-id": contact.wa_id,
        "aria-current": contact.wa_id === state.waId ? "true" : null, onclick: () => attempt(() => openChat(contact.wa_id)),
      },
      face(contact),
      make("span", { class: "nama" }, contact.name),
      make("span", { class: "kapan" }, contact.last ? time(contact.last.at) : ""),
      make("span", { class: "cuplik" }, contact.last ? preview(contact.last.message) : number(contact.wa_id)),
      unread ? make("span", { class: "belum", "aria-label": `${unread} belum dibaca` }, String(unread)) : null));
    }));
    const me = state.contacts.get(state.waId);
    $("saya").replaceChildren(make("b", {}, me ? me.name : ""), number(state.waId));
  }

  function face(contact) {
    const last = Number(contact.wa_id.slice(-4));
    const node = make("span", { class: "rupa", "aria-hidden": "true" }, String(last % 1000).padStart(3, "0"));
    node.style.background = COLOURS[last % COLOURS.length];
    return node;
  }

  async function openChat(waId) {
    const [chat, typing] = await Promise.all([
      call(`/api/contacts/${waId}/messages`), call(`/api/contacts/${waId}/typing`)]);
    state.waId = waId;
    state.unread.delete(waId);
    document.body.classList.remove("daftar");
    history.replaceState(null, "", `/?kontak=${waId}`);
    state.entries = [];
    state.shown.clear();
    log.replaceChildren();
    // A chat that is opened is not read out from its first message on.
    log.setAttribute("aria-live", "off");
    chat.messages.forEach(add);
    setTyping(typing.seconds);
    showContacts();
    if (!chat.messages.length) {
      log.append(make("div", { class: "kosong" }, make("img", { src: "/static/siaga.svg", alt: "", width: "64", height: "64" }),
        "Belum ada pesan. Tulis, misalnya, “halo” atau “mau daftar vaksin”."));
    }
    log.scrollTop = log.scrollHeight;
    setTimeout(() => log.setAttribute("aria-live", "polite"), 300);
    if (matchMedia("(hover: hover)").matches) { input.focus(); }
  }

  // ---- bubbles -----------------------------------------------------------------------------------------------------

  function add(entry) {
    if (state.shown.has(entry.id)) { return; }
    const previous = state.entries[state.entries.length - 1];
    state.entries.push(entry);
    state.shown.set(entry.id, entry);
    if (entry.message.type === "reaction") { return; }
    log.querySelector(".kosong")?.remove();
    const near = log.scrollHeight - log.scrollTop - log.clientHeight < 160;
    const typing = $("gelembung-mengetik");
    const nodes = [];
    if (!previous || day(previous.at) !== day(entry.at)) {
      nodes.push(make("div", { class: "hari" }, make("span", {}, day(entry.at))));
    }
    nodes.push(group(entry, previous));
    if (typing) { typing.before(...nodes); } else { log.append(...nodes); }
    if (entry.direction === "in") { markChosen(entry); }
    if (near || entry.direction === "in") { log.scrollTop = log.scrollHeight; }
  }

  function group(entry, previous) {
    const fromBot = entry.direction === "out";
    const changed = !previous || previous.direction !== entry.direction;
    const options = fromBot ? optionsOf(entry) : [];
    return make("div", { class: `kelompok ${fromBot ? "dari-siaga" : "dari-warga"}${changed ? " ganti" : ""}` },
      bubble(entry, fromBot),
      options.length ? make("div", { class: "opsi-kelompok", role: "group", "aria-label": "Pilihan" }, ...options) : null);
  }

  function bubble(entry, fromBot) {
    return make("article", {
      class: `bubble ${fromBot ? "masuk" : "keluar"}`, "data-id": entry.id, "data-tipe": entry.message.type,
      "data-status": entry.status, "aria-label": fromBot ? "Siaga menulis" : "Anda menulis",
    },
    quote(entry), make("div", { class: "isi" }, ...content(entry)), footer(entry),
    make("div", { class: "waktu" },
      make("button", { type: "button", class: "titik", "aria-label": "Lihat isi pesan (JSON)", onclick: () => showJson(entry.id) }, "⋯"),
      make("time", { datetime: entry.at }, time(entry.at)), ticks(entry)),
    entry.reaction ? make("span", { class: "tanggapan" }, entry.reaction) : null);
  }

  function ticks(entry) {
    if (entry.direction === "out") {
      return entry.status === "failed" ? make("span", { class: "gagal" }, "gagal terkirim") : null;
    }
    const [signs, label] = { sent: ["✓", "terkirim"], delivered: ["✓✓", "sampai"], read: ["✓✓", "dibaca"] }[entry.status] || ["…", "menunggu"];
    return make("span", { class: `centang${entry.status === "read" ? " dibaca" : ""}`, role: "img", "aria-label": label, title: label }, signs);
  }

  function quote(entry) {
    const context = entry.message.context;
    const quoted = context && state.shown.get(context.id || context.message_id);
    // A tapped option quotes what stands right above it: that needs no repeating.
    if (!quoted || quoted === state.entries[state.entries.length - 2]) { return null; }
    return make("div", { class: "kutipan" }, preview(quoted.message));
  }

  function footer(entry) {
    const text = ((entry.message.interactive || {}).footer || {}).text;
    return text ? make("div", { class: "kaki", html: formatText(text) }) : null;
  }

  const text = (value) => make("div", { html: formatText(value || "") });

  function picture(block) {
    const source = block.id ? `/api/media/${block.id}` : block.link;
    const name = block.caption ? plainText(block.caption).slice(0, 80) : "Gambar";
    return make("button", { type: "button", class: "gambar", "aria-label": `Perbesar: ${name}`, onclick: () => enlarge(source, name) },
      make("img", { src: source, alt: name, onload: () => { if (log.scrollHeight - log.scrollTop - log.clientHeight < 700) { log.scrollTop = log.scrollHeight; } } }));
  }

  function content(entry) {
    const message = entry.message;
    const block = message[message.type] || {};
    switch (message.type) {
      case "text": return [text(block.body)];
      case "image": case "sticker": return [picture(block), block.caption ? text(block.caption) : null];
      case "audio": return [make("div", { class: "suara" }, icon("mik"), make("i", {}), make("span", {}, "Pesan suara"))];
      case "video": case "document": return [make("p", { class: "berkas" }, icon("berkas"), block.filename || KINDS[message.type]), block.caption ? text(block.caption) : null];
      case "location": return [pin(block)];
      case "contacts": return (Array.isArray(block) ? block : []).map((card) => make("p", { class: "berkas" }, icon("orang"), (card.name || {}).formatted_name || "Kontak"));
      case "interactive": return interactive(block);
      case "button": return [text(block.text)];
      case "template": return template(block);
      default: return [make("p", {}, "Pesan jenis ini tidak ditampilkan.")];
    }
  }

  function pin(block) {
    return make("div", { class: "pin" }, make("span", { class: "peta" }, icon("pin")),
      make("div", {}, make("strong", {}, block.name || "Lokasi"), make("br"),
        make("small", {}, block.address || `${Number(block.latitude).toFixed(4)}, ${Number(block.longitude).toFixed(4)}`)));
  }

  function interactive(block) {
    const reply = block.button_reply || block.list_reply;
    if (reply) { return [make("p", {}, reply.title), reply.description ? make("small", {}, reply.description) : null]; }
    if (block.nfm_reply) { return [make("p", {}, "Formulir terkirim")]; }
    const header = block.header || {};
    const nodes = [];
    if (header.type === "text") { nodes.push(make("h3", {}, header.text)); }
    if (header.type === "image") { nodes.push(picture(header.image)); }
    return [...nodes, text((block.body || {}).text)];
  }

  function template(block) {
    const words = (block.components || []).flatMap((part) => part.parameters || []).map((part) => part.text || part.payload || part.type);
    return [make("h3", {}, "Templat " + block.name), ...words.map((word) => make("p", {}, "• " + word))];
  }

  function optionsOf(entry) {
    const block = entry.message.interactive;
    if (!block) { return []; }
    const action = block.action || {};
    const reply = (kind, chosen) => attempt(() => send({
      type: "interactive", interactive: { type: kind, [kind]: chosen }, context: { id: entry.id } }));
    switch (block.type) {
      case "button":
        return action.buttons.map(({ reply: { id, title } }) => make("button", {
          type: "button", class: "opsi", "data-opsi-id": id, onclick: () => reply("button_reply", { id, title }) }, title));
      case "list":
        return [make("button", { type: "button", class: "opsi daftar-opsi", "aria-haspopup": "dialog",
          onclick: () => chooseRow(action, (row) => reply("list_reply", row)) }, icon("daftar"), action.button)];
      case "location_request_message":
        return [make("button", { type: "button", class: "opsi minta-lokasi", "aria-haspopup": "dialog", onclick: () => askPlace(entry.id) }, icon("pin"), "Kirim lokasi")];
      case "cta_url":
        return [make("a", { class: "opsi", href: action.parameters.url, target: "_blank", rel: "noopener noreferrer" }, icon("tautan"), action.parameters.display_text)];
      case "contact_request":
        return [make("button", { type: "button", class: "opsi", onclick: () => attempt(shareNumber) }, "Bagikan nomor")];
      case "flow":
        return [make("button", { type: "button", class: "opsi", disabled: true }, action.parameters.flow_cta)];
      default: return [];
    }
  }

  function markChosen(entry) {
    const block = entry.message.interactive || {};
    const chosen = block.button_reply || block.list_reply;
    const quoted = entry.message.context && entry.message.context.id;
    if (!chosen || !quoted) { return; }
    const group = log.querySelector(`[data-id="${CSS.escape(quoted)}"]`)?.parentElement;
    group?.querySelector(`.opsi[data-opsi-id="${CSS.escape(chosen.id)}"]`)?.classList.add("terpilih");
  }

  function refresh(id) {
    const entry = state.shown.get(id);
    const old = entry && log.querySelector(`[data-id="${CSS.escape(id)}"]`);
    if (!old) { return; }
    old.setAttribute("data-status", entry.status);
    const line = old.querySelector(".waktu");
    line.querySelector(".centang, .gagal")?.remove();
    const fresh = ticks(entry);
    if (fresh) { line.append(fresh); }
    old.querySelector(".tanggapan")?.remove();
    if (entry.reaction) { old.append(make("span", { class: "tanggapan" }, entry.reaction)); }
  }

  function setTyping(seconds) {
    clearTimeout(state.typingTimer);
    $("gelembung-mengetik")?.remove();
    $("keadaan").textContent = seconds > 0 ? "sedang mengetik…" : "asisten kesehatan";
    $("keadaan").classList.toggle("mengetik", seconds > 0);
    if (seconds <= 0) { return; }
    const near = log.scrollHeight - log.scrollTop - log.clientHeight < 160;
    log.append(make("div", { class: "kelompok dari-siaga ganti", id: "gelembung-mengetik", "aria-hidden": "true" },
      make("div", { class: "bubble masuk mengetik" }, make("span", { class: "titik-titik" }, make("i"), make("i"), make("i")))));
    if (near) { log.scrollTop = log.scrollHeight; }
    state.typingTimer = setTimeout(() => setTyping(0), seconds * 1000);
  }

  // ---- dialogs -----------------------------------------------------------------------------------------------------

  function openDialog(id) { $(id).showModal(); }

  document.querySelectorAll("dialog").forEach((dialog) => {
    // A tap beside the sheet closes it.
    dialog.addEventListener("click", (event) => { if (event.target === dialog) { dialog.close(); } });
  });

  function showJson(id) {
    $("isi-json").textContent = JSON.stringify(state.shown.get(id), null, 2);
    openDialog("json");
  }

  function enlarge(source, name) {
    const image = $("gambar").querySelector("img");
    image.src = source;
    image.alt = name;
    openDialog("gambar");
  }
  $("gambar").addEventListener("click", () => $("gambar").close());

  function chooseRow(action, choose) {
    $("judul-pilihan").textContent = action.button;
    $("baris-pilihan").replaceChildren(...action.sections.flatMap((section) => [
      section.title ? make("h3", {}, section.title) : null,
      ...section.rows.map((row) => make("button", {
        type: "button", class: "baris opsi-baris", "data-opsi-id": row.id, onclick: () => { $("pilihan").close(); choose(row); },
      }, make("b", {}, row.title), row.description ? make("small", {}, row.description) : null)),
    ]).filter(Boolean));
    openDialog("pilihan");
  }

  let placeFor = null;
  function askPlace(quoted) {
    placeFor = quoted || null;
    openDialog("lokasi");
  }

  $("tempat").append(...PLACES.map(([name, latitude, longitude]) => make("button", {
    type: "button", "data-tempat": name, "aria-pressed": "false", onclick: (event) => {
      $("lintang").value = latitude;
      $("bujur").value = longitude;
      $("tempat").querySelectorAll("button").forEach((other) => other.setAttribute("aria-pressed", String(other === event.currentTarget)));
    } }, name)));

  $("formulir-lokasi").addEventListener("submit", () => attempt(async () => {
    const location = { latitude: Number($("lintang").value), longitude: Number($("bujur").value) };
    const name = $("nama-tempat").value.trim();
    if (name) { location.name = name; }
    await send({ type: "location", location, ...(placeFor ? { context: { id: placeFor } } : {}) });
  }));

  $("formulir-foto").addEventListener("submit", () => attempt(async () => {
    const file = $("berkas-foto").files[0];
    const caption = $("keterangan-foto").value.trim();
    const image = caption ? { caption } : {};
    if (file) {
      image.id = (await call("/api/media", { method: "POST", headers: { "Content-Type": file.type }, body: file })).id;
    }
    await send({ type: "image", image });
    $("formulir-foto").reset();
  }));

  $("lampiran").addEventListener("click", () => openDialog("dialog-lampiran"));
  const attach = (id, work) => $(id).addEventListener("click", () => { $("dialog-lampiran").close(); work(); });
  attach("lampirkan-foto", () => openDialog("foto"));
  attach("lampirkan-suara", () => attempt(() => send({ type: "audio", audio: {} })));
  attach("lampirkan-lokasi", () => askPlace(null));

  const shareNumber = () => {
    const me = state.contacts.get(state.waId);
    return send({ type: "contacts", contacts: [{ name: { formatted_name: me.name, first_name: me.name }, phones: [{ phone: "+" + me.wa_id, wa_id: me.wa_id }] }] });
  };

  // ---- the simulator's menu ----------------------------------------------------------------------------------------

  $("menu").addEventListener("click", () => openDialog("dialog-menu"));
  document.querySelectorAll("[data-jam]").forEach((button) => button.addEventListener("click", () => {
    $("dialog-menu").close();
    attempt(() => post("/api/clock", { advance: button.dataset.jam }));
  }));
  $("jam-kembali").addEventListener("click", () => attempt(() => post("/api/clock", { offset: 0 })));
  $("hapus-semua").addEventListener("click", () => {
    if (confirm("Hapus semua obrolan di simulator? Data di bot tidak ikut terhapus.")) {
      $("dialog-menu").close();
      attempt(() => post("/api/reset"));
    }
  });

  function showClock() {
    const hours = state.offset / 3600;
    $("jam").hidden = Math.abs(state.offset) < 1;
    const amount = Math.abs(hours).toLocaleString("id-ID", { maximumFractionDigits: 1 });
    $("jam").querySelector("span").textContent = `Jam simulator ${hours < 0 ? "mundur" : "maju"} ${amount} jam`;
  }

  // ---- writing -----------------------------------------------------------------------------------------------------

  const send = (message) => post(`/api/contacts/${state.waId}/messages`, message);

  function fit() {
    input.style.height = "auto";
    input.style.height = Math.min(input.scrollHeight + 2, 130) + "px";
    $("kirim").disabled = !input.value.trim();
  }

  async function submit() {
    const body = input.value.trim();
    if (!body) { return; }
    input.value = "";
    fit();
    try {
      await send({ type: "text", text: { body } });
    } catch (problem) {
      // What was written is not lost with the attempt.
      if (!input.value) { input.value = body; fit(); }
      throw problem;
    }
  }

  $("formulir").addEventListener("submit", (event) => { event.preventDefault(); attempt(submit); });
  input.addEventListener("input", fit);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      attempt(submit);
    }
  });

  $("kontak-baru").addEventListener("click", () => attempt(async () => {
    const contact = await post("/api/contacts");
    state.contacts.set(contact.wa_id, contact);
    await openChat(contact.wa_id);
  }));
  $("kembali").addEventListener("click", () => document.body.classList.add("daftar"));

  // ---- what happens ------------------------------------------------------------------------------------------------

  const happenings = {
    message({ wa_id: waId, entry }) {
      const contact = state.contacts.get(waId);
      if (contact) { contact.last = entry; }
      if (waId === state.waId) { add(entry); }
      else if (entry.direction === "out") { state.unread.set(waId, (state.unread.get(waId) || 0) + 1); }
      showContacts();
    },
    status({ wa_id: waId, id, status }) {
      const entry = waId === state.waId && state.shown.get(id);
      if (entry) { entry.status = status; refresh(id); }
    },
    reaction({ wa_id: waId, id, emoji }) {
      const entry = waId === state.waId && state.shown.get(id);
      if (entry) { entry.reaction = emoji; refresh(id); }
    },
    typing({ wa_id: waId, seconds }) { if (waId === state.waId) { setTyping(seconds); } },
    contact({ contact }) { state.contacts.set(contact.wa_id, { ...state.contacts.get(contact.wa_id), ...contact }); showContacts(); },
    clock({ offset }) { state.offset = offset; showClock(); },
    reset() { location.href = "/"; },
  };

  async function catchUp() {
    const [contacts, clock] = await Promise.all([call("/api/contacts"), call("/api/clock")]);
    state.contacts = new Map(contacts.map((contact) => [contact.wa_id, contact]));
    state.offset = clock.offset;
    showClock();
    if (state.contacts.has(state.waId)) {
      const chat = await call(`/api/contacts/${state.waId}/messages`);
      for (const entry of chat.messages) {
        const known = state.shown.get(entry.id);
        if (known) { Object.assign(known, entry); refresh(entry.id); } else { add(entry); }
      }
    }
    showContacts();
  }

  function listen() {
    const source = new EventSource("/api/events");
    source.onopen = () => { document.body.dataset.siap = "ya"; attempt(catchUp); };
    source.onmessage = (event) => {
      const happening = JSON.parse(event.data);
      happenings[happening.kind]?.(happening);
    };
    source.onerror = () => { document.body.dataset.siap = "tidak"; };
  }

  showClock();
  fit();
  attempt(() => openChat(state.waId)).then(listen);
})();
