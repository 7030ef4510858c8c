/* Making and finding elements. */

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes (`on…` are listeners, `html` is trusted markup) and children; empty children are left out. */
export function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) { continue; }
    if (name === "class") { node.className = value; }
    else if (name === "html") { node.innerHTML = value; }
    else if (name.startsWith("on")) { node.addEventListener(name.slice(2), value); }
    else { node.setAttribute(name, value === true ? "" : value); }
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** One of the drawings that the page carries as `<symbol>`. */
export function icon(name, extra = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `ikon ${extra}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", "#i-" + name);
  svg.append(use);
  return svg;
}

export const find = (id) => document.getElementById(id);
