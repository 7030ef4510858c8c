// The buttons that show a password while it is typed, and hide it again; before the form is sent it is hidden anyway,
// so that browsers do not keep it among other things that were typed.

for (const button of document.querySelectorAll("[data-lihat]")) {
  const fields = button.dataset.lihat.split(" ").map((id) => document.getElementById(id));
  const show = (on) => {
    for (const field of fields) field.type = on ? "text" : "password";
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? "Sembunyikan kata sandi" : "Tampilkan kata sandi";
  };
  button.hidden = false;
  button.addEventListener("click", () => show(button.getAttribute("aria-pressed") !== "true"));
  button.form.addEventListener("submit", () => show(false));
}

// The button that copies a link, where the browser lets it.
for (const button of document.querySelectorAll("[data-salin]")) {
  const field = document.getElementById(button.dataset.salin);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      document.dispatchEvent(new CustomEvent("siaga:kabar", { detail: "Tautan disalin." }));
    } catch {
      document.dispatchEvent(new CustomEvent("siaga:kabar", { detail: "Tekan Ctrl+C untuk menyalin." }));
    }
  });
}
