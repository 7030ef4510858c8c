/* One short sentence at the bottom of the page, for what went wrong or was done. */

import { find } from "./dom.js";

let timer = null;

export function tell(text) {
  find("kabar").textContent = text;
  find("kabar").hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { find("kabar").hidden = true; }, 5000);
}

/** Do it, and say so when it fails. */
export const attempt = (work) => Promise.resolve().then(work).catch((problem) => tell(problem.message));
