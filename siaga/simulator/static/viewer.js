/* A picture over the whole page; a tap makes it larger, Escape or ✕ puts it away. */

import { find } from "./dom.js";
import { openSheet } from "./sheets.js";

export function enlarge(source, name) {
  const image = find("gambar").querySelector("img");
  image.src = source;
  image.alt = name;
  image.classList.remove("besar");
  openSheet("gambar");
}

find("gambar").addEventListener("click", (event) => {
  const image = find("gambar").querySelector("img");
  if (event.target === image) {
    const box = image.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    const frame = image.parentElement;
    if (image.classList.toggle("besar")) {
      frame.scrollTo((image.width * x) - frame.clientWidth / 2, (image.height * y) - frame.clientHeight / 2);
    }
  } else {
    find("gambar").close();
  }
});
