/* WhatsApp's marks as safe HTML. Everything is escaped before anything is marked. */

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escape(text) {
  return text.replace(/[&<>"']/g, (sign) => ESCAPES[sign]);
}

// A mark stands at the edge of a word, and not beside another of its kind: "3578********0001" is no bold text.
function mark(text, sign, tag) {
  const s = sign === "*" ? "\\*" : sign;
  const edge = (extra) => `[\\s\\p{P}\\p{S}${extra}]`;
  const pattern = new RegExp(
    `(?<=^|${edge("")})(?<!${s})${s}(?!${s})([^\\s${s}](?:[^\\n${s}]*[^\\s${s}])?)${s}(?!${s})(?=$|${edge("")})`, "gu");
  return text.replace(pattern, `<${tag}>$1</${tag}>`);
}

function inline(escaped) {
  const kept = [];
  const keep = (html) => "\uE000" + (kept.push(html) - 1) + "\uE001";
  let text = escaped.replace(/[\uE000\uE001]/g, "");
  text = text.replace(/`([^`\n]+)`/g, (_, code) => keep(`<code>${code}</code>`));
  text = text.replace(/https?:\/\/[^\s<]*[^\s<.,:;!?)\]*_~]/g, (url) =>
    keep(`<a href="${url}" target="_blank" rel="noopener noreferrer">${url}</a>`));
  text = mark(mark(mark(text, "*", "strong"), "_", "em"), "~", "s");
  return text.replace(/\uE000(\d+)\uE001/g, (_, number) => kept[Number(number)]);
}

function lines(text) {
  const html = [];
  let list = null;
  const close = () => { if (list) { html.push(`</${list}>`); list = null; } };
  const open = (tag) => { if (list !== tag) { close(); html.push(`<${tag}>`); list = tag; } };
  for (const line of text.split("\n")) {
    let found;
    if ((found = line.match(/^\s*[-*•]\s+(.+)$/))) {
      open("ul");
      html.push(`<li>${inline(escape(found[1]))}</li>`);
    } else if ((found = line.match(/^\s*(\d{1,3})[.)]\s+(.+)$/))) {
      open("ol");
      html.push(`<li value="${Number(found[1])}">${inline(escape(found[2]))}</li>`);
    } else if ((found = line.match(/^>\s+(.+)$/))) {
      close();
      html.push(`<blockquote>${inline(escape(found[1]))}</blockquote>`);
    } else {
      close();
      html.push(line.trim() ? `<p>${inline(escape(line))}</p>` : '<p class="sela"></p>');
    }
  }
  close();
  return html.join("");
}

/** The HTML of a message's text. */
export function formatText(text) {
  const parts = String(text).split("```");
  return parts.map((part, number) => {
    const code = number % 2 === 1 && number < parts.length - 1;
    if (code) { return `<pre>${escape(part.replace(/^\n|\n$/g, ""))}</pre>`; }
    const open = number % 2 === 1 ? "```" + part : part;
    return open.trim() || parts.length === 1 ? lines(open.replace(/^\n|\n$/g, "")) : "";
  }).join("");
}

/** The same text without its marks, for a line of preview. */
export function plainText(text) {
  return String(text).replace(/```/g, "").replace(/(^|\s)[*_~](?=\S)|(\S)[*_~](?=\s|$|[.,!?])/g, "$1$2").replace(/\s+/g, " ").trim();
}
