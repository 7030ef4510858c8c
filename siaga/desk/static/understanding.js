// The keyboard's way through the groups: j and k go on and back, 1 to 3 say what is meant, d that it is nothing, u undoes.

const groups = () => [...document.querySelectorAll("article.kelompok")];
const here = () => document.activeElement?.closest("article.kelompok");

function go(step) {
  const all = groups();
  if (!all.length) return;
  const at = all.indexOf(here());
  const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))];
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

// Which group comes after the one that is being settled: it has the keyboard then.
let after = null;
document.addEventListener("htmx:beforeRequest", (event) => {
  const group = event.target.closest("article.kelompok");
  after = group ? groups()[groups().indexOf(group) + 1]?.id || null : null;
});
document.addEventListener("htmx:afterSettle", () => {
  if (!after) return;
  document.getElementById(after)?.focus({ preventScroll: true });
  after = null;
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    go(event.key === "j" ? 1 : -1);
  } else if (["1", "2", "3"].includes(event.key)) {
    here()?.querySelector(`[data-angka="${event.key}"]`)?.click();
  } else if (event.key === "d") {
    here()?.querySelector("[data-buang]")?.click();
  } else if (event.key === "u") {
    const undone = document.querySelectorAll("[data-urung]");
    undone[undone.length - 1]?.click();
  }
});
