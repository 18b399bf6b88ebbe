// What Word, a web page or a mail puts on the clipboard, as Markdown: headings, lists, tables, bold, italic, links. The HTML is read
// by DOMParser, which runs no script and loads no picture; only text, the marks below and the places of pictures come out of it.
const BLOCKS = new Set(["ADDRESS", "ARTICLE", "ASIDE", "BLOCKQUOTE", "CENTER", "DIV", "FOOTER", "H1", "H2", "H3", "H4", "H5", "H6", "HEADER", "HR", "LI", "MAIN", "OL", "P", "PRE", "SECTION", "TABLE", "UL"]);
const NEVER = new Set(["SCRIPT", "STYLE", "TITLE", "META", "LINK", "OBJECT", "EMBED", "IFRAME", "SVG", "MATH", "NOSCRIPT", "TEMPLATE", "HEAD", "XML"]);
const NUMBER = /^\(?(\d+|[a-zđ]|[ivx]+)[.)]/i;

let pictures = []; // of the text being read

/** {text, pictures: [{src, alt}]}; where picture n belongs, the text has placeOf(n). */
export function read(html) {
  pictures = [];
  const body = new DOMParser().parseFromString(html, "text/html").body;
  const text = blocks(body).join("\n\n").replace(/\n(?:\s*\n){2,}/g, "\n\n").normalize("NFC").trim();
  return { text, pictures };
}

export const placeOf = (n) => `\ue000${n}\ue001`;

function picture(node) {
  const src = node.getAttribute("src") ?? "";
  if (!src || ["width", "height"].some((side) => Number(node.getAttribute(side) ?? 9) < 3)) return ""; // a counter of some web page
  pictures.push({ src, alt: (node.getAttribute("alt") ?? "").replace(/\s+/g, " ").trim() });
  return placeOf(pictures.length - 1);
}

const style = (element) => (element.getAttribute("style") ?? "").toLowerCase().replace(/\s+/g, "");
const skipped = (node) => node.nodeType !== 1 && node.nodeType !== 3
  || node.nodeType === 1 && (NEVER.has(node.tagName.toUpperCase()) || node.tagName.includes(":") && !node.textContent.trim()
    || style(node).includes("display:none") || style(node).includes("mso-hide:all"));
const escaped = (text) => text.replace(/[\\`*_[\]]/g, "\\$&").replace(/^(\s*)([#>+-]|\d+[.)])(?=\s)/, "$1\\$2");

function blocks(parent) {
  const found = [];
  let line = "";
  let list = [];
  const endLine = () => { if (line.trim()) found.push(escapedStart(line)); line = ""; };
  const endList = () => { if (list.length) found.push(list.join("\n")); list = []; };
  for (const node of parent.childNodes) {
    if (skipped(node)) continue;
    if (node.nodeType === 3 || !BLOCKS.has(node.tagName)) {
      if (node.nodeType === 1 && node.querySelector?.("p,div,table,ul,ol,h1,h2,h3,h4")) {
        endLine();
        endList();
        found.push(...blocks(node));
      } else line += inline(node);
      continue;
    }
    endLine();
    const item = wordItem(node);
    if (item) { list.push(item); continue; }
    endList();
    found.push(...block(node));
  }
  endLine();
  endList();
  return found.filter((text) => text.trim());
}

const escapedStart = (text) => text.replace(/[ \t]+/g, " ").replace(/ *\n */g, "  \n").trim();

function block(node) {
  const level = heading(node);
  if (level) {
    const text = words(node).replace(/\*\*/g, "");
    return text ? [`${"#".repeat(level)} ${text}`] : [];
  }
  if (node.tagName === "UL" || node.tagName === "OL") return [listed(node, 0)];
  if (node.tagName === "TABLE") return table(node);
  if (node.tagName === "HR") return ["---"];
  if (node.tagName === "BLOCKQUOTE") return blocks(node).map((text) => text.replace(/^/gm, "> "));
  return blocks(node);
}

function heading(node) {
  const own = /^H([1-6])$/.exec(node.tagName);
  const word = /^(?:MsoTitle|MsoHeading([1-6])?)$/.exec(node.className ?? "") ?? /mso-outline-level:([1-6])/.exec(style(node));
  return own || word ? Math.min(Math.max(Number((own ?? word)[1] ?? 1), 2), 4) : 0;
}

// Word writes a list as paragraphs: the level stands in the style, the sign in a part that says it is to be ignored.
function wordItem(node) {
  const level = /mso-list:[^;]*level(\d)/.exec(style(node));
  if (node.tagName !== "P" || !level || heading(node)) return "";
  const copy = node.cloneNode(true);
  let sign = "";
  for (const part of copy.querySelectorAll("span")) {
    if (style(part).includes("mso-list:ignore")) { sign ||= part.textContent; part.remove(); }
  }
  const depth = Math.min(Number(level[1]) - 1, 5);
  return `${"    ".repeat(depth)}${NUMBER.test(sign.trim()) ? "1." : "-"} ${words(copy)}`;
}

function listed(list, depth) {
  const lines = [];
  for (const item of list.children) {
    if (item.tagName === "UL" || item.tagName === "OL") { lines.push(listed(item, depth + 1)); continue; }
    if (skipped(item)) continue;
    const copy = item.cloneNode(true);
    for (const inner of copy.querySelectorAll("ul,ol")) inner.remove();
    lines.push(`${"    ".repeat(depth)}${list.tagName === "OL" ? "1." : "-"} ${words(copy)}`);
    for (const inner of item.children) if (inner.tagName === "UL" || inner.tagName === "OL") lines.push(listed(inner, depth + 1));
  }
  return lines.filter(Boolean).join("\n");
}

const cellText = (cell) => [...cell.childNodes].filter((n) => !skipped(n))
  .map((n) => (BLOCKS.has(n.tagName) ? words(n) : inline(n).replace(/\s+/g, " ").trim())).filter(Boolean).join("<br>").replace(/\|/g, "\\|");

/** The cells of a row in their columns; `covered`: for each column, how many rows a cell above still reaches down. */
function columns(row, covered) {
  const line = [];
  const skip = () => { while (covered[line.length] > 0) { covered[line.length] -= 1; line.push(""); } };
  for (const cell of row.cells) {
    skip();
    for (let n = 0; n < Math.min(Math.max(cell.colSpan, 1), 20); n += 1) {
      covered[line.length] = Math.max(cell.rowSpan - 1, 0);
      line.push(n ? "" : cellText(cell));
    }
  }
  skip();
  return line;
}

function table(node) {
  const covered = [];
  const rows = [...node.rows].map((row) => columns(row, covered)).filter((row) => row.length);
  if (!rows.length) return [];
  if (rows.length === 1 && rows[0].length === 1) return blocks(node.rows[0].cells[0]);
  const width = Math.max(...rows.map((row) => row.length));
  const line = (row) => `| ${[...row, ...Array(width - row.length).fill("")].join(" | ")} |`;
  return [[line(rows[0]), line(Array(width).fill("---")), ...rows.slice(1).map(line)].join("\n")];
}

const words = (node) => inline(node).replace(/\s+/g, " ").trim();

function inline(node) {
  if (skipped(node)) return "";
  if (node.nodeType === 3) return escaped(node.data.replace(/[\s\u00a0]+/g, " "));
  if (node.tagName === "BR") return "\n";
  if (node.tagName === "IMG") return picture(node);
  const inner = [...node.childNodes].map(inline).join(BLOCKS.has(node.tagName) ? " " : "");
  if (node.tagName === "A") return link(node, inner);
  const look = style(node);
  const bold = ["B", "STRONG"].includes(node.tagName) ? !/(^|;)font-weight:normal/.test(look) : /(^|;)font-weight:(bold|[6-9]00)/.test(look);
  const italic = ["I", "EM"].includes(node.tagName) || /(^|;)font-style:italic/.test(look);
  return marked(italic ? marked(inner, "*") : inner, bold ? "**" : "");
}

function marked(text, mark) {
  const found = /^(\s*)([\s\S]*?)(\s*)$/.exec(text);
  return !mark || !found[2] || found[2].startsWith(mark) && found[2].endsWith(mark) && mark.length > 1 ? text : found[1] + mark + found[2] + mark + found[3];
}

function link(node, inner) {
  const address = (node.getAttribute("href") ?? "").trim();
  if (!/^(https?:|mailto:)/i.test(address) || !inner.trim()) return inner;
  return `[${inner.trim()}](${address.replace(/[\s()<>]/g, encodeURIComponent).replace(/\(/g, "%28").replace(/\)/g, "%29")})`;
}
