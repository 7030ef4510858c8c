// The editor: what is typed is not lost, lengths are counted, lines have numbers, rows are added and moved.

const form = document.querySelector("[data-tulis]");
const tell = (text) => document.dispatchEvent(new CustomEvent("siaga:kabar", { detail: text }));

// ---------------------------------------------------------------- what is not kept yet
if (form) {
  const state = form.querySelector("[data-keadaan]");
  let changed = form.hasAttribute("data-berubah");
  const note = () => { state.textContent = changed ? "Ada perubahan yang belum disimpan." : ""; };
  form.addEventListener("input", () => { changed = true; note(); });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) { event.preventDefault(); } });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-simpan]"));
    }
  });
  note();
}

// A question before what cannot be undone with a click.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset?.yakin;
  if (question && !window.confirm(question)) { event.preventDefault(); }
});

// Enter asks, Shift+Enter is a new line, as in a chat.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && event.target.matches?.("[data-enter]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

// ---------------------------------------------------------------- lengths
const letters = (text) => [...text].length;

function count(field) {
  const shown = document.querySelector(`[data-hitung="${CSS.escape(field.id)}"]`);
  if (!shown) { return; }
  const most = Number(field.dataset.batas);
  const parts = field.hasAttribute("data-per-baris") ? field.value.split("\n").map((line) => letters(line.trim())) : [letters(field.value.trim())];
  const longest = Math.max(0, ...parts);
  shown.textContent = field.hasAttribute("data-per-baris") ? `terpanjang ${longest}/${most}` : `${longest}/${most}`;
  shown.classList.toggle("lebih", longest > most);
}

const countAll = () => document.querySelectorAll("[data-batas]").forEach(count);
document.addEventListener("input", (event) => { if (event.target.matches?.("[data-batas]")) { count(event.target); } });
countAll();

// ---------------------------------------------------------------- YAML with line numbers
const box = document.querySelector("[data-yaml]");
const text = box?.querySelector("textarea");
const numbers = box?.querySelector("ol");

function number() {
  const lines = text.value.split("\n").length;
  while (numbers.children.length < lines) {
    const item = document.createElement("li");
    item.textContent = String(numbers.children.length + 1);
    numbers.append(item);
  }
  while (numbers.children.length > lines) { numbers.lastElementChild.remove(); }
  numbers.scrollTop = text.scrollTop;
}

function goTo(line) {
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[line - 1] || "").length);
  text.scrollTop = Math.max(0, (line - 4) * (text.scrollHeight / lines.length));
}

// Marks the lines of mistakes, and makes each mistake lead to its line.
function mark(within) {
  if (!text) { return; }
  number();
  for (const item of numbers.children) { item.className = ""; }
  for (const mistake of within.querySelectorAll("[data-baris]")) {
    const line = Number(mistake.dataset.baris);
    const item = numbers.children[line - 1];
    if (item) { item.className = mistake.dataset.berat ? "salah-di" : "lihat-di"; }
    const where = mistake.querySelector(".baris-ke");
    if (where && !where.querySelector("button")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = where.textContent.trim();
      button.addEventListener("click", () => goTo(line));
      where.replaceChildren(" ", button);
    }
  }
}

if (text) {
  number();
  text.addEventListener("input", number);
  text.addEventListener("scroll", () => { numbers.scrollTop = text.scrollTop; });
  // The next line begins where this one does.
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) { return; }
    const before = text.value.slice(0, text.selectionStart);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const space = line.match(/^ */)[0];
    if (!space) { return; }
    event.preventDefault();
    text.setRangeText(`\n${space}`, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// ---------------------------------------------------------------- what comes back while typing
document.addEventListener("htmx:afterSettle", (event) => {
  const preview = document.getElementById("pratinjau");
  if (!preview || event.detail.target !== preview) { return; }
  mark(preview);
  for (const place of document.querySelectorAll(".salah[id]")) {
    const wrong = place.textContent.trim() !== "";
    document.querySelectorAll(`[aria-describedby~="${CSS.escape(place.id)}"]`).forEach((field) => {
      if (wrong) { field.setAttribute("aria-invalid", "true"); } else { field.removeAttribute("aria-invalid"); }
    });
  }
  // In the form a line of YAML says nothing.
  if (!text) { preview.querySelectorAll(".baris-ke").forEach((where) => where.remove()); }
});

// Where the phone has been scrolled to, it stays while the text changes.
let scrolled = 0;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id === "pratinjau") { scrolled = document.querySelector(".ponsel-layar")?.scrollTop || 0; }
});
document.addEventListener("htmx:afterSettle", (event) => {
  const screen = event.detail.target?.id === "pratinjau" && document.querySelector(".ponsel-layar");
  if (screen) { screen.scrollTop = scrolled; }
});

// ---------------------------------------------------------------- rows
let fresh = 1000;
const changedRows = () => form?.dispatchEvent(new Event("input", { bubbles: true }));

function addRow(group) {
  const rows = group.querySelectorAll("[data-row]");
  const empty = [...rows[rows.length - 1].querySelectorAll("input:not([type=hidden], [type=checkbox]), select")];
  if (empty.every((field) => field.value === "")) {
    empty[0].focus();
    return;
  }
  const row = rows[rows.length - 1].cloneNode(true);
  fresh += 1;
  for (const field of row.querySelectorAll("input, select")) {
    field.name = field.name.replace(/\.\d+\.([^.]+)$/, `.${fresh}.$1`);
    if (field.name.endsWith(".asal")) { field.remove(); continue; }
    if (field.type === "checkbox") { field.checked = false; } else { field.value = ""; }
  }
  for (const named of row.querySelectorAll("[id], label[for], [data-hitung]")) {
    if (named.id) { named.id += `-${fresh}`; }
    if (named.htmlFor) { named.htmlFor += `-${fresh}`; }
    if (named.dataset.hitung) { named.dataset.hitung += `-${fresh}`; named.textContent = ""; }
  }
  row.setAttribute("aria-label", `Baris baru ${rows.length + 1}`);
  row.classList.remove("akan-hilang");
  rows[rows.length - 1].after(row);
  countAll();
  row.querySelector("input:not([type=hidden])").focus();
}

for (const group of document.querySelectorAll("[data-rows]")) {
  group.querySelectorAll("[data-tambah], .isi-geser").forEach((part) => { part.hidden = false; });
  group.addEventListener("click", (event) => {
    if (event.target.closest("[data-tambah]")) { addRow(group); return; }
    const move = event.target.closest("[data-geser]");
    if (!move) { return; }
    const row = move.closest("[data-row]");
    const up = move.dataset.geser === "naik";
    const other = up ? row.previousElementSibling : row.nextElementSibling;
    if (!other?.matches("[data-row]")) { return; }
    if (up) { other.before(row); } else { other.after(row); }
    move.focus();
    changedRows();
    tell(up ? "Dinaikkan." : "Diturunkan.");
  });
  group.addEventListener("change", (event) => {
    if (event.target.matches("[name$='.buang']")) {
      event.target.closest("[data-row]").classList.toggle("akan-hilang", event.target.checked);
    }
  });
}

// ---------------------------------------------------------------- a long list, filtered
for (const field of document.querySelectorAll("[data-saring]")) {
  field.closest("[data-saring-wadah]").hidden = false;
  const items = [...document.querySelectorAll(`${field.dataset.saring} > li`)];
  field.addEventListener("input", () => {
    const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of items) {
      const words = item.textContent.toLowerCase();
      item.hidden = !wanted.every((word) => words.includes(word));
    }
  });
}
