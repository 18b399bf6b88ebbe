// The lesson editor: toolbar, paste from Word, pictures, saving while typing. Text not yet saved stays on the machine and is offered
// back. Without this script the form saves by its button.
import { toMarkdown } from "./paste.js";

const form = document.getElementById("soan-bai");
const body = form.elements.body;
const said = form.querySelector("[data-state]");
const PAUSE = 1500; // ms without a key before saving
const AGAIN = 10_000; // ms until the next try on a cut line
let timer = 0;
let sending = false;
let changed = false;

const say = (state, text) => { said.dataset.state = state; said.textContent = text; };

// insertText keeps the browser's own undo; setRangeText does not and is the way out where it is missing.
function insert(text, start = body.selectionStart, end = body.selectionEnd) {
  body.focus();
  body.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, text)) {
    body.setRangeText(text, start, end, "end");
    body.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function around(before, after, sample) {
  const { selectionStart: start, selectionEnd: end } = body;
  const chosen = body.value.slice(start, end) || sample;
  insert(before + chosen + after, start, end);
  body.setSelectionRange(start + before.length, start + before.length + chosen.length);
}

function lines(mark) {
  const start = body.value.lastIndexOf("\n", body.selectionStart - 1) + 1;
  const end = body.selectionEnd;
  insert((body.value.slice(start, end) || "…").split("\n").map((line) => mark + line).join("\n"), start, end);
}

const apart = (text) => insert(`${body.value.slice(0, body.selectionStart).endsWith("\n\n") || !body.selectionStart ? "" : "\n\n"}${text}\n\n`);

const TOOLS = {
  bold: () => around("**", "**", "chữ đậm"),
  italic: () => around("*", "*", "chữ nghiêng"),
  heading: () => lines("## "),
  list: () => lines("- "),
  numbers: () => lines("1. "),
  table: () => apart("| Cột 1 | Cột 2 |\n| --- | --- |\n| … | … |"),
  note: () => apart('!!! warning "Lưu ý"\n    Nội dung ghi chú.'),
  link: () => around("[", "](https://)", "chữ hiện ra"),
  footnote: () => {
    const number = (body.value.match(/^\[\^\d+\]:/gm) ?? []).length + 1;
    const at = body.selectionEnd;
    insert(`[^${number}]`, at, at);
    insert(`\n\n[^${number}]: Nội dung chú thích.`, body.value.trimEnd().length, body.value.length);
  },
  picture: () => document.getElementById("file").click(),
};

async function upload(file) {
  say("saving", `Đang tải ${file.name}…`);
  const data = new FormData();
  data.set("csrf_token", form.elements.csrf_token.value);
  data.set("stamp", form.elements.stamp.value);
  data.set("file", file, file.name || "anh.png");
  try {
    const reply = await fetch(form.dataset.upload, { method: "POST", body: data, headers: { Accept: "application/json" } });
    if (!reply.ok) {
      const words = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("main p");
      return say("failed", reply.status === 413 ? "Tệp quá lớn. Hãy giảm kích thước rồi tải lại." : words?.textContent ?? "Chưa tải được tệp.");
    }
    const kept = await reply.json();
    form.elements.stamp.value = kept.stamp;
    if (!kept.picture) return location.reload();
    const words = window.prompt("Ảnh cho thấy gì? Lời mô tả dành cho người không nhìn thấy ảnh.", "")?.trim() ?? "";
    apart(`![${words.replace(/[[\]]/g, "")}](${kept.name})`);
    return say("saved", "Đã tải ảnh.");
  } catch {
    return say("failed", "Mất mạng, chưa tải được tệp.");
  }
}

function keep() {
  try {
    localStorage.setItem(form.dataset.keep, JSON.stringify({ body: body.value, title: form.elements.title.value, at: Date.now() }));
  } catch { /* a full or closed store: saving to the server goes on */ }
}

function forget() {
  try { localStorage.removeItem(form.dataset.keep); } catch { /* as above */ }
}

function kept() {
  try { return JSON.parse(localStorage.getItem(form.dataset.keep)); } catch { return null; }
}

function show(answer) {
  const find = (name) => document.querySelector(`[data-${name}]`);
  find("preview").innerHTML = answer.html; // made safe by the server, as officers get it
  find("minutes").textContent = answer.minutes;
  find("size").textContent = answer.size;
  find("problems").replaceChildren(...answer.problems.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  find("problems").hidden = !answer.problems.length;
}

async function save() {
  if (sending) return later();
  sending = true;
  changed = false;
  say("saving", "Đang lưu…");
  try {
    const reply = await fetch(form.dataset.write, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    if (reply.headers.get("Content-Type")?.includes("json")) {
      const answer = await reply.json();
      if (answer.html !== undefined) show(answer);
      if (answer.stamp) form.elements.stamp.value = answer.stamp;
      if (reply.ok && !changed) forget();
      if (reply.status === 401) answer.message = "Chưa lưu: phiên làm việc đã hết. Đăng nhập lại ở thẻ khác rồi bấm Lưu.";
      say(reply.ok ? "saved" : "failed", answer.message);
    } else {
      say("failed", "Chưa lưu được. Bài vẫn còn trên máy; hệ thống tự thử lại.");
      later(AGAIN);
    }
    if (!reply.ok) changed = true;
  } catch {
    changed = true;
    say("waiting", "Mất mạng, chưa lưu. Bài vẫn còn trên máy; hệ thống tự gửi lại.");
    later(AGAIN);
  } finally {
    sending = false;
  }
  return undefined;
}

function later(wait = PAUSE) {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
}

function offer() {
  const last = kept();
  const place = document.querySelector("[data-offer]");
  if (!last || (last.body.trim() === body.value.trim() && last.title === form.elements.title.value)) return;
  place.hidden = false;
  place.querySelector("[data-offer-at]").textContent = `Gõ lúc ${new Date(last.at).toLocaleString("vi-VN")}.`;
  place.querySelector("[data-restore]").addEventListener("click", () => {
    form.elements.title.value = last.title;
    insert(last.body, 0, body.value.length);
    place.hidden = true;
  });
  place.querySelector("[data-forget]").addEventListener("click", () => { forget(); place.hidden = true; });
}

function pasted(event) {
  const file = [...event.clipboardData.files].find((one) => one.type.startsWith("image/"));
  const html = event.clipboardData.getData("text/html");
  const words = html ? toMarkdown(html) : "";
  if (words) {
    event.preventDefault();
    insert(words);
  } else if (file) {
    event.preventDefault();
    upload(file);
  }
}

if (form.dataset.write) {
  const tools = document.querySelector("[data-tools]");
  tools.hidden = false;
  tools.addEventListener("click", (event) => TOOLS[event.target.closest("[data-tool]")?.dataset.tool]?.());
  body.addEventListener("paste", pasted);
  body.addEventListener("keydown", (event) => {
    const tool = (event.ctrlKey || event.metaKey) && { b: "bold", i: "italic" }[event.key];
    if (!tool) return;
    event.preventDefault();
    TOOLS[tool]();
  });
  body.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
  body.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    for (const file of event.dataTransfer.files) upload(file);
  });
  document.getElementById("file").addEventListener("change", (event) => {
    if (event.target.files[0]) upload(event.target.files[0]);
    event.target.value = "";
  });
  form.addEventListener("input", () => { changed = true; keep(); later(); });
  form.addEventListener("submit", () => { clearTimeout(timer); changed = false; keep(); });
  window.addEventListener("online", () => { if (changed) save(); });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  offer();
}
