/* What shall go wrong, without curl: the faults and rates of the simulator as a sheet, and a line that says they are on. */

import { call, post } from "./api.js";
import { find } from "./dom.js";
import { attempt } from "./news.js";
import { closeSheet, openSheet } from "./sheets.js";

const form = find("formulir-gangguan");
const field = (name) => form.elements.namedItem(name);
const STATUSES = ["sent", "delivered", "read"];
const SWITCHES = ["reorder", "hold", "no_phone"];
const isReversed = (set) => set.statuses.join() === [...STATUSES].reverse().join();

let faults = {};
let planned = null;

/** Read the faults again soon: some are used up by what happens. */
export function faultsMayHaveChanged() {
  if (!find("gangguan-aktif").hidden) {
    clearTimeout(planned);
    planned = setTimeout(() => attempt(readFaults), 400);
  }
}

export async function readFaults() {
  faults = await call("/api/faults");
  show();
}

function show() {
  const said = inWords(faults);
  find("gangguan-aktif").hidden = !said.length;
  find("gangguan-aktif").querySelector("span").textContent = `Gangguan: ${said.join(", ")}`;
}

function inWords(set) {
  const error = set.errors[0];
  return [
    set.duplicate ? `pesan ganda (${set.duplicate + 1} kali)` : null,
    set.reorder ? "urutan diacak" : null,
    set.hold ? "semua ditahan" : null,
    set.no_phone ? "tanpa nomor" : null,
    set.delay ? `terlambat ${set.delay.toLocaleString("id-ID")} detik` : null,
    set.batch > 1 ? `digabung sampai ${set.batch}` : null,
    isReversed(set) ? "status terbalik" : null,
    set.status_delay ? `status terlambat ${set.status_delay.toLocaleString("id-ID")} detik` : null,
    set.drop_status.length ? "status hilang" : null,
    error ? `galat ${error.code} (${error.times} kali lagi)` : null,
    set.timeout.times ? `tanpa jawaban (${set.timeout.times} kali lagi)` : null,
  ].filter(Boolean);
}

async function openFaults() {
  const [, limits] = await Promise.all([readFaults(), call("/api/limits")]);
  const error = faults.errors[0] || {};
  form.reset();
  field("duplicate").value = faults.duplicate;
  field("delay").value = faults.delay;
  field("batch").value = faults.batch;
  for (const name of SWITCHES) { field(name).checked = faults[name]; }
  field("reversed").checked = isReversed(faults);
  field("status_delay").value = faults.status_delay;
  for (const status of STATUSES) { field(`drop_${status}`).checked = faults.drop_status.includes(status); }
  field("error_times").value = error.times || 0;
  if (error.code) { choose(field("error_code"), error.code); field("error_by").value = error.by; }
  field("timeout_times").value = faults.timeout.times;
  field("timeout_lost").checked = !faults.timeout.accepted;
  field("pair_rate").checked = limits.pair_rate;
  openSheet("gangguan");
}

/** Choose a code in the list; one that only a program has set is added to it. */
function choose(list, code) {
  list.value = code;
  if (list.selectedIndex < 0) { list.add(new Option(code, code, true, true)); }
}

/** The set that the form shows; what the form does not know stays as it was. */
function wanted() {
  const number = (name) => Number(field(name).value) || 0;
  const times = number("error_times");
  return {
    ...faults,
    duplicate: number("duplicate"),
    delay: number("delay"),
    batch: Math.max(1, number("batch")),
    ...Object.fromEntries(SWITCHES.map((name) => [name, field(name).checked])),
    // A ladder of another kind, set by a program, stays unless it is turned here.
    statuses: field("reversed").checked === isReversed(faults) ? faults.statuses : field("reversed").checked ? [...STATUSES].reverse() : STATUSES,
    status_delay: number("status_delay"),
    drop_status: STATUSES.filter((status) => field(`drop_${status}`).checked),
    errors: [...(times ? [shownError(times)] : []), ...faults.errors.slice(1)],
    timeout: { times: number("timeout_times"), accepted: !field("timeout_lost").checked },
  };
}

/** The form shows the first error. Whom it is for, and the like, stays with its code; the other errors stay. */
function shownError(times) {
  const before = faults.errors[0] || {};
  const code = Number(field("error_code").value);
  return { ...(before.code === code ? before : {}), code, times, by: field("error_by").value };
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    await post("/api/faults", wanted());
    const limits = await call("/api/limits");
    // Setting the rates begins their counts anew: only when they change.
    if (limits.pair_rate !== field("pair_rate").checked) { await post("/api/limits", { pair_rate: field("pair_rate").checked }); }
    await readFaults();
    closeSheet("gangguan");
  });
});

const clear = () => attempt(async () => {
  await post("/api/faults", {});
  await readFaults();
  closeSheet("gangguan");
});

find("tanpa-gangguan").addEventListener("click", clear);
find("matikan-gangguan").addEventListener("click", clear);
find("buka-gangguan").addEventListener("click", () => { closeSheet("dialog-menu"); attempt(openFaults); });
