// The inbox: a list that follows what happens, a conversation that loses nothing that is typed, and the keyboard.

const frame = document.querySelector(".kotak");
const me = frame.dataset.saya;
const headers = JSON.parse(document.body.getAttribute("hx-headers"));
const title = document.title;
const wide = matchMedia("(min-width: 801px)");
// Back and forward fetch the page anew: nothing that was shown is kept by the browser.
htmx.config.refreshOnHistoryMiss = true;

const byId = (id) => document.getElementById(id);
const panel = () => byId("percakapan");
const shown = () => panel()?.dataset.id ?? "";
const composer = () => byId("teks");
const tell = (text) => document.dispatchEvent(new CustomEvent("siaga:kabar", { detail: text }));

// ------------------------------------------------------------------ times
function lengthOf(seconds) {
  const minutes = Math.floor(Math.max(0, seconds) / 60);
  if (minutes < 1) return "kurang dari semenit";
  if (minutes < 60) return `${minutes} menit`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} jam`;
  return `${Math.floor(minutes / 1440)} hari`;
}

function tickTimes() {
  const now = Date.now();
  for (const time of document.querySelectorAll("time[data-sejak]")) {
    const words = lengthOf((now - Date.parse(time.dataset.sejak)) / 1000);
    if (time.textContent !== words) time.textContent = words;
  }
  for (const time of document.querySelectorAll("time[data-sampai]")) {
    const left = (Date.parse(time.dataset.sampai) - now) / 1000;
    time.textContent = left > 0 ? lengthOf(left) : "habis";
    if (left <= 0) fetchNews();
  }
}

// ------------------------------------------------------------------ the list
const list = () => byId("daftar");
let places = new Map();

function tabOf(place) {
  if (place.keadaan === "closed") return "selesai";
  if (place.keadaan === "waiting") return "menunggu";
  return place.pemegang === me ? "saya" : "rekan";
}

function readPlaces() {
  places = new Map(JSON.parse(list().dataset.tempat).map((place) => [place.id, place]));
  const labels = byId("saring-label");
  labels.hidden = labels.options.length < 2;
  dress();
  count();
  filter();
}

// What is known here only: which row is open, and which is meant for me.
function dress() {
  for (const row of document.querySelectorAll(".baris")) {
    const link = row.querySelector("a");
    if (row.dataset.id === shown()) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    const passed = row.querySelector("[data-diteruskan]");
    if (passed) passed.textContent = row.dataset.untuk === me ? "Diteruskan kepada Anda" : "Diteruskan";
  }
}

function count() {
  const counts = { saya: 0, menunggu: 0, rekan: 0 };
  let mine = 0;
  for (const place of places.values()) {
    const tab = tabOf(place);
    if (tab in counts) counts[tab] += 1;
    if (tab === "saya" && place.baru) mine += 1;
  }
  for (const mark of document.querySelectorAll("[data-jumlah]")) mark.textContent = counts[mark.dataset.jumlah];
  document.title = mine ? `(${mine}) ${title}` : title;
}

function filter() {
  const reason = byId("saring-alasan").value;
  const label = byId("saring-label").value;
  let visible = 0;
  for (const row of document.querySelectorAll(".baris")) {
    const fits = (!reason || row.dataset.alasan === reason) && (!label || JSON.parse(row.dataset.label).includes(label));
    row.hidden = !fits;
    visible += fits;
  }
  byId("daftar-kosong").hidden = visible > 0;
}

function sortKey(row) {
  const first = list().dataset.tab === "menunggu" && row.dataset.untuk === me ? "0" : "1";
  return first + row.dataset.urut;
}

function placeRow(told) {
  const before = places.get(told.id);
  if (told.keadaan === "closed") places.delete(told.id);
  else places.set(told.id, told);
  alarm(before, told);
  const old = byId(`baris-${told.id}`);
  const focused = old?.contains(document.activeElement);
  old?.remove();
  if (tabOf(told) === list().dataset.tab) {
    const [row] = parsed(told.html);
    const rows = [...document.querySelectorAll(".baris")];
    const next = rows.find((other) => sortKey(other) > sortKey(row));
    byId("baris-baris").insertBefore(row, next ?? null);
    htmx.process(row);
    if (focused) row.querySelector("a").focus({ preventScroll: true });
  }
  dress();
  count();
  filter();
  tickTimes();
}

function removeRow(id) {
  places.delete(id);
  byId(`baris-${id}`)?.remove();
  count();
  filter();
}

const fetchList = (tab = list().dataset.tab) =>
  htmx.ajax("GET", `/kotak/daftar?tab=${tab}`, { source: "#daftar", target: "#daftar", swap: "outerHTML" });

// ------------------------------------------------------------------ sound
let audio = null;

function alarm(before, now) {
  const tab = tabOf(now);
  const isNew = tab === "menunggu" && (!before || tabOf(before) !== "menunggu");
  const hasWords = tab === "saya" && now.baru > (before?.baru ?? 0);
  const toMe = tab === "saya" && before && tabOf(before) !== "saya" && Number(shown()) !== now.id;
  const danger = now.bahaya && now.bahaya !== before?.bahaya;
  if (danger && tab !== "rekan") tell(`Percakapan ${now.id}: warga menyebut tanda bahaya.`);
  if (isNew || hasWords || toMe || danger) beep();
}

function beep() {
  if (localStorage.getItem("siaga-bunyi") === "mati" || !navigator.userActivation?.hasBeenActive) return;
  audio ??= new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = 740;
  volume.gain.setValueAtTime(0.08, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.35);
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.35);
}

function dressSound() {
  const button = byId("tombol-bunyi");
  const on = localStorage.getItem("siaga-bunyi") !== "mati";
  button.hidden = false;
  button.setAttribute("aria-pressed", String(on));
  button.textContent = on ? "Bunyi: nyala" : "Bunyi: mati";
}

// ------------------------------------------------------------------ the conversation
let fetching = null;
let again = false;

async function fetchNews(after = panel()?.dataset.terakhir) {
  const id = shown();
  if (!id) return;
  if (fetching) {
    again = true;
    return;
  }
  fetching = id;
  try {
    const answer = await fetch(`/kotak/${id}/baru?setelah=${after}`, {
      headers: { "HX-Request": "true" },
    });
    if (answer.headers.get("HX-Redirect")) location.assign(answer.headers.get("HX-Redirect"));
    else if (answer.ok) {
      const news = await answer.json();
      byId("putus").hidden = stream?.readyState === EventSource.OPEN;
      if (shown() === id) show(news);
      again ||= news.lagi;
    }
  } catch {
    // The stream may live on while this fails: it is asked again, until it is answered.
    byId("putus").hidden = false;
    setTimeout(fetchNews, 2000);
  } finally {
    fetching = null;
    if (again) {
      again = false;
      fetchNews();
    }
  }
}

function parsed(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return [...holder.content.children];
}

function show(news) {
  const atEnd = isAtEnd(byId("gulir-pesan"));
  for (const bubble of parsed(news.pesan)) {
    const old = byId(bubble.id);
    if (!old) {
      byId("pesan").append(bubble);
      htmx.process(bubble);
      if (bubble.matches(COMING)) pause = FIRST_PAUSE;
    } else if (old.matches(COMING)) old.replaceWith(bubble);
  }
  for (const bubble of parsed(news.ditarik)) {
    const old = byId(bubble.id);
    if (old && !old.hasAttribute("data-ditarik")) old.replaceWith(bubble);
  }
  panel().dataset.terakhir = Math.max(Number(panel().dataset.terakhir), news.terakhir);
  swapHead(news.kepala);
  news.centang.forEach(showTick);
  if (news.keadaan !== panel().dataset.keadaan) {
    panel().dataset.keadaan = news.keadaan;
    refreshPanel();
  }
  if (atEnd) toEnd();
  tickTimes();
  lookForFiles();
}

// A citizen's file comes some moments after its message: it is looked for, ever more seldom.
const COMING = "[data-berkas-datang]";
const FIRST_PAUSE = 500;
let pause = FIRST_PAUSE;

function lookForFiles() {
  clearTimeout(lookForFiles.timer);
  if (!document.querySelector(COMING)) return;
  lookForFiles.timer = setTimeout(() => {
    const first = document.querySelector(COMING);
    pause = Math.min(30000, pause * 2);
    if (first) fetchNews(Number(first.dataset.pesan) - 1);
  }, pause);
}

const isAtEnd = (scroller) => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 90;

// Whether the end is in sight, which it stays while pictures come in.
let stuck = true;

function toEnd() {
  const scroller = byId("gulir-pesan");
  if (scroller) scroller.scrollTop = scroller.scrollHeight;
  stuck = true;
}

// ... and while what is below grows.
const resized = new ResizeObserver(() => {
  if (stuck) toEnd();
});

function watchEnd() {
  resized.disconnect();
  if (byId("gulir-pesan")) resized.observe(byId("gulir-pesan"));
}

document.addEventListener(
  "scroll",
  (event) => {
    if (event.target.id === "gulir-pesan") stuck = isAtEnd(event.target);
  },
  true,
);
document.addEventListener(
  "load",
  (event) => {
    if (stuck && event.target.closest?.("#pesan")) toEnd();
  },
  true,
);

function swapHead(html) {
  const head = byId("kepala-percakapan");
  const focused = head.contains(document.activeElement) ? document.activeElement.id : "";
  head.outerHTML = html;
  htmx.process(byId("kepala-percakapan"));
  if (focused) byId(focused)?.focus();
}

// It has come into other hands, or the time to write is over: other things may be done, and what is typed stays.
function refreshPanel() {
  htmx.ajax("GET", `/kotak/${shown()}`, { source: "#percakapan", target: "#percakapan", swap: "outerHTML" });
}

function showTick(tick) {
  const place = document.querySelector(`[data-keluar="${CSS.escape(tick.id)}"] .centang`);
  if (!place || place.dataset.status === tick.status) return;
  place.className = `centang centang--${tick.status}`;
  place.dataset.status = tick.status;
  place.title = tick.kata;
  const sign = document.createElement("span");
  sign.setAttribute("aria-hidden", "true");
  sign.textContent = tick.tanda;
  const words = document.createElement("span");
  words.className = "centang-kata";
  words.textContent = tick.kata;
  place.replaceChildren(sign, " ", words);
}

function showColleagues(told) {
  const line = byId("rekan-melihat");
  if (!line || String(told.id) !== shown()) return;
  const said = [];
  if (told.mengetik.length) said.push(`${told.mengetik.join(", ")} sedang menulis…`);
  if (told.melihat.length) said.push(`Sedang dilihat oleh ${told.melihat.join(", ")}`);
  line.textContent = said.join(" ");
  clearTimeout(showColleagues.timer);
  if (told.mengetik.length) showColleagues.timer = setTimeout(() => showColleagues({ ...told, mengetik: [] }), 9000);
}

// ------------------------------------------------------------------ what is typed is never lost
const typed = new Map();

function keepTyped() {
  for (const field of panel()?.querySelectorAll("[data-simpan]") ?? []) {
    const key = `${shown()}:${field.id}`;
    if (field.value) typed.set(key, field.value);
    else typed.delete(key);
  }
}

function restoreTyped() {
  for (const field of panel()?.querySelectorAll("[data-simpan]") ?? []) {
    const kept = typed.get(`${shown()}:${field.id}`);
    if (kept && !field.value) {
      field.value = kept;
      const tool = field.closest("details");
      if (tool) tool.open = true;
    }
  }
}

window.addEventListener("beforeunload", (event) => {
  keepTyped();
  if (typed.size) event.preventDefault();
});

// A form that was taken has nothing to lose any more.
function forget(form) {
  for (const field of form.querySelectorAll("[data-simpan]")) {
    typed.delete(`${shown()}:${field.id}`);
    field.value = "";
  }
}

// What is to be as it was after the panel has been replaced by one of the same conversation.
let before = {};

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr, requestConfig } = event.detail;
  if (target?.classList.contains("rahasia")) target.dataset.semula = target.innerHTML;
  if (target?.id !== "percakapan") return;
  // Somebody else was faster: the panel that comes back says so.
  if (xhr.status === 409) event.detail.shouldSwap = true;
  const form = requestConfig.elt.closest?.("form");
  if (form && xhr.status < 400) forget(form);
  keepTyped();
  const active = document.activeElement;
  const field = composer();
  before = {
    id: shown(),
    claimed: requestConfig.path.endsWith("/ambil") && xhr.status < 400,
    inside: target.contains(active),
    focus: active.id || active.closest?.("details")?.id || "",
    caret: active === field ? [field.selectionStart, field.selectionEnd] : null,
    tools: [...target.querySelectorAll("details[open]")].map((tool) => tool.id),
    scroll: stuck ? null : byId("gulir-pesan")?.scrollTop,
    quiet: requestConfig.elt === target,
  };
});

document.addEventListener("htmx:afterSwap", (event) => {
  const target = event.detail.target;
  if (target.id === "daftar" || target.querySelector?.("#daftar")) readPlaces();
  if (target.id === "hadir") dressSound();
  if (target.id === "percakapan") opened();
  if (target.classList.contains("rahasia")) hideAgain(target);
  if (target.id === "daftar-balasan") choose(0);
  // What is asked before a message goes out is answered by the keyboard, too.
  if (target.id === "masalah-balas") target.querySelector("button")?.focus();
});

function opened() {
  document.body.classList.toggle("ada-percakapan", Boolean(shown()));
  restoreTyped();
  dressComposer();
  dress();
  tickTimes();
  connect();
  watchEnd();
  pause = FIRST_PAUSE;
  lookForFiles();
  if (!shown()) {
    list().querySelector(".baris a")?.focus();
    return;
  }
  const isSame = before.id === shown();
  if (isSame) for (const id of before.tools) if (byId(id)) byId(id).open = true;
  if (isSame && before.scroll != null) byId("gulir-pesan").scrollTop = before.scroll;
  else toEnd();
  const problem = panel().querySelector(".percakapan-tengah > .pesan")?.textContent;
  if (problem || panel().dataset.kabar) tell(problem ?? panel().dataset.kabar);
  if (before.claimed && list().dataset.tab !== "saya") fetchList("saya");
  // Whoever is busy in the list is left there when only a colleague has done something.
  if (isSame && before.quiet && !before.inside) return;
  const wanted = byId(before.claimed ? "teks" : isSame && before.inside ? before.focus : "") ?? byId("judul-percakapan");
  const field = wanted.tagName === "DETAILS" ? wanted.querySelector("summary") : wanted;
  (field.offsetParent ? field : byId("judul-percakapan")).focus({ preventScroll: true });
  if (before.caret && field.id === "teks" && isSame) field.setSelectionRange(...before.caret);
}

function hideAgain(place) {
  const seconds = Number(place.querySelector("[data-detik]")?.dataset.detik ?? 0);
  if (!seconds) return;
  setTimeout(() => {
    if (!place.isConnected || place.dataset.semula === undefined) return;
    place.innerHTML = place.dataset.semula;
    delete place.dataset.semula;
    htmx.process(place);
  }, seconds * 1000);
}

// ------------------------------------------------------------------ writing
let sent = "";

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.id === "balas") sent = composer().value;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (!event.detail.successful || (form.id !== "balas" && form.id !== "balas-templat")) return;
  form.elements.kunci.value = JSON.parse(event.detail.xhr.responseText).kunci;
  byId("masalah-balas").replaceChildren();
  if (form.id === "balas") {
    // What was typed while it was on its way stays.
    const rest = composer().value;
    composer().value = rest.startsWith(sent) ? rest.slice(sent.length).trimStart() : rest;
    typed.delete(`${shown()}:teks`);
    if (byId("berkas")) byId("berkas").value = "";
    nameFile();
    grow();
    composer().focus();
  }
  toEnd();
  fetchNews();
});

function dressComposer() {
  const button = byId("tombol-balasan");
  if (button) button.hidden = false;
  grow();
}

function grow() {
  const field = composer();
  if (!field) return;
  const lines = field.value.split("\n").length + Math.floor(field.value.length / 70);
  field.rows = Math.min(8, Math.max(2, lines));
}

function nameFile() {
  const name = byId("nama-berkas");
  if (name) name.textContent = byId("berkas").files[0]?.name ?? "";
}

let typingTold = 0;

function tellTyping() {
  if (Date.now() - typingTold < 5000) return;
  typingTold = Date.now();
  fetch(`/kotak/${shown()}/mengetik`, { method: "POST", headers: { ...headers, "HX-Request": "true" } }).catch(() => {});
}

function insert(text) {
  const field = composer();
  if (!field) {
    tell("Ambil percakapan ini dulu.");
    return;
  }
  const before = field.value.slice(0, field.selectionStart);
  field.setRangeText(before && !/\s$/.test(before) ? ` ${text}` : text, field.selectionStart, field.selectionEnd, "end");
  if (location.hash === "#alat") location.hash = "#akhir";
  grow();
  field.focus();
}

// ------------------------------------------------------------------ ready replies
const replies = () => [...document.querySelectorAll("#daftar-balasan [role=option]")];

function openReplies() {
  const box = byId("balasan");
  if (!box) return;
  box.hidden = false;
  const field = byId("cari-balasan");
  field.value = "";
  field.focus();
  htmx.trigger(field, "buka");
}

function closeReplies() {
  byId("balasan").hidden = true;
  composer().focus();
}

function choose(place) {
  const found = replies();
  found.forEach((one, at) => one.setAttribute("aria-selected", String(at === place)));
  const chosen = found[place];
  if (chosen) {
    byId("cari-balasan").setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }
}

function inReplies(event) {
  const found = replies();
  const at = found.findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") choose(Math.min(found.length - 1, at + 1));
  else if (event.key === "ArrowUp") choose(Math.max(0, at - 1));
  else if (event.key === "Escape") closeReplies();
  else if (event.key === "Enter") {
    if (found[at]) {
      byId("balasan").hidden = true;
      insert(found[at].dataset.pakai);
    }
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

// ------------------------------------------------------------------ the keyboard
function move(step) {
  const links = [...document.querySelectorAll(".baris:not([hidden]) a")];
  if (!links.length) return;
  let at = links.indexOf(document.activeElement);
  if (at < 0) at = links.findIndex((link) => link.hasAttribute("aria-current"));
  links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))].focus();
}

function openTool(id) {
  const tool = byId(id);
  if (!tool) return;
  tool.open = true;
  if (!tool.offsetParent) location.hash = "#alat";
  (tool.querySelector("textarea, select, input:not([type=hidden])") ?? tool.querySelector("summary")).focus();
}

function claim() {
  const row = document.activeElement.closest?.(".baris");
  if (row && row.dataset.id !== shown()) {
    const id = row.dataset.id;
    htmx.ajax("POST", `/kotak/${id}/ambil`, { target: "#percakapan", swap: "outerHTML" });
    history.pushState(null, "", `/kotak/${id}`);
    return;
  }
  byId("tombol-ambil")?.click();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  a: claim,
  r: () => composer()?.focus(),
  n: () => openTool("alat-catatan"),
  t: () => openTool("alat-alihkan"),
  x: () => openTool("alat-tutup"),
  "?": () => byId("tombol-cepat").showModal(),
};

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.target.id === "cari-balasan") {
    inReplies(event);
    return;
  }
  if (field) {
    if (field.id === "teks" && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      field.form.requestSubmit(field.form.querySelector(".kirim"));
    } else if (field.id === "teks" && event.key === "/" && !/[^\n]$/.test(field.value.slice(0, field.selectionStart))) {
      event.preventDefault();
      openReplies();
    } else if (event.key === "Escape") field.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || byId("tombol-cepat").open) return;
  const isArrow = event.key.startsWith("Arrow");
  if (isArrow && document.activeElement !== document.body && !document.activeElement.closest(".baris")) return;
  const act = KEYS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

document.addEventListener("click", (event) => {
  const use = event.target.closest("[data-pakai]");
  if (use) {
    if (byId("balasan")) byId("balasan").hidden = true;
    insert(use.dataset.pakai);
  }
  if (event.target.closest("#tombol-balasan")) openReplies();
  if (event.target.closest("#tombol-bunyi")) {
    localStorage.setItem("siaga-bunyi", localStorage.getItem("siaga-bunyi") === "mati" ? "nyala" : "mati");
    dressSound();
    beep();
  }
});

document.addEventListener("input", (event) => {
  if (event.target.id === "teks") {
    grow();
    tellTyping();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.id === "saring-alasan" || event.target.id === "saring-label") filter();
  if (event.target.id === "berkas") nameFile();
});

// ------------------------------------------------------------------ the stream
let stream = null;
let streamFor = null;

function connect() {
  if (stream && streamFor === shown() && stream.readyState !== EventSource.CLOSED) return;
  stream?.close();
  streamFor = shown();
  const opening = new EventSource(streamFor ? `/kotak/aliran?percakapan=${streamFor}` : "/kotak/aliran");
  stream = opening;
  const on = (name, act) =>
    opening.addEventListener(name, (event) => {
      if (stream === opening) act(JSON.parse(event.data));
    });
  opening.addEventListener("open", () => {
    byId("putus").hidden = true;
  });
  opening.addEventListener("error", () => {
    if (stream !== opening) return;
    byId("putus").hidden = false;
    // Closed for good, as when nobody is signed in any more: asking once tells.
    if (opening.readyState === EventSource.CLOSED) {
      setTimeout(() => {
        if (stream === opening) connect();
        fetchNews();
      }, 3000);
    }
  });
  on("lagi", () => {
    fetchList();
    fetchNews();
  });
  on("baris", placeRow);
  on("hilang", (told) => removeRow(told.id));
  on("percakapan", (told) => {
    if (String(told.id) === shown()) fetchNews();
  });
  on("centang", (told) => {
    if (String(told.id) === shown()) told.pesan.forEach(showTick);
  });
  on("rekan", showColleagues);
}

window.addEventListener("pagehide", () => stream?.close());
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

readPlaces();
dressSound();
dressComposer();
restoreTyped();
toEnd();
watchEnd();
connect();
tickTimes();
lookForFiles();
setInterval(tickTimes, 15000);
if (shown() && wide.matches && !location.hash) composer()?.focus();
