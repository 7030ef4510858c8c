// What all pages share: messages that htmx would swallow, menus that close, and the keyboard's way to a search field.

const spoken = document.getElementById("kabar-singkat");

// Shows a short message for a while; also read aloud. Other scripts dispatch "siaga:kabar" with the text as its detail.
function tell(text) {
  spoken.textContent = text;
  spoken.classList.add("tampak");
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => spoken.classList.remove("tampak"), 6000);
}

document.addEventListener("siaga:kabar", (event) => tell(String(event.detail)));

// An answer of 4xx or 5xx is not put into the page by itself: its words are told instead.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  if (xhr.status < 400) return;
  if (xhr.status === 422) {
    event.detail.shouldSwap = true;
    return;
  }
  const words = new DOMParser().parseFromString(xhr.responseText, "text/html").body.textContent.trim();
  tell(words.slice(0, 200) || `Tidak berhasil (${xhr.status}).`);
  if (target) event.detail.shouldSwap = false;
});
document.addEventListener("htmx:sendError", () => tell("Tidak tersambung. Coba lagi sebentar lagi."));

// On a phone the menu is longer than the screen.
document.querySelector(".menu [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.saya[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing) {
    const field = document.querySelector("[data-cari]");
    if (field) {
      event.preventDefault();
      field.focus();
    }
  }
  if (event.key === "Escape") {
    for (const open of document.querySelectorAll("details.saya[open]")) open.open = false;
  }
});
