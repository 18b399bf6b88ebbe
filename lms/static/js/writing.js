// The lesson editor: toolbar, paste from Word, pictures, saving while typing. Text not yet saved stays on the machine and is offered
// back. Without this script the form saves by its button.
import { placeOf, read } from "./paste.js";
import { described, found, nameOf } from "./pictures.js";

const form = document.getElementById("soan-bai");
const body = form.elements.body;
const said = form.querySelector("[data-state]");
const dialog = document.querySelector("[data-alt]");
const PAUSE = 1500; // ms without a key before saving
const AGAIN = 10_000; // ms until the next try on a cut line
let timer = 0;
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

// One thing at a time to the server: an upload and a save on their way together would each think the other somebody else's.
let last = Promise.resolve();
function inTurn(work) {
  last = last.then(work, work);
  return last;
}

/** Send one file: {name, picture, src}, or a sentence saying why not. */
async function sent(file) {
  const data = new FormData();
  data.set("csrf_token", form.elements.csrf_token.value);
  data.set("stamp", form.elements.stamp.value);
  data.set("file", file, file.name || "anh.png");
  try {
    const reply = await fetch(form.dataset.upload, { method: "POST", body: data, headers: { Accept: "application/json" } });
    const answer = await reply.json();
    if (!reply.ok) return answer.message ?? "Chưa tải được tệp.";
    form.elements.stamp.value = answer.stamp;
    return answer;
  } catch {
    return "Mất mạng, chưa tải được tệp. Bài vẫn còn trên máy; có mạng thì tải lại tệp.";
  }
}

async function upload(file) {
  say("saving", `Đang tải ${file.name}…`);
  const kept = await inTurn(() => sent(file));
  if (typeof kept === "string") return say("failed", kept);
  if (!kept.picture) {
    if (changed && !("merging" in form.dataset)) await inTurn(send);
    if (!changed) location.reload();
    return undefined;
  }
  say("saved", "Đã tải ảnh.");
  const caret = body.selectionEnd; // a dialog that closes puts it back to the beginning
  const words = await described(dialog, kept.src);
  body.setSelectionRange(caret, caret);
  if (words === null) say("saved", "Chưa chèn ảnh.");
  else apart(`![${words}](${kept.name})`);
  return undefined;
}

async function uploadAll(files) {
  for (const file of files) await upload(file);
}

/** Word's text with its pictures: they are sent first, described one by one, and all comes in at its place. */
async function insertWithPictures({ text, pictures }, files) {
  const missing = [];
  const { selectionStart: start, selectionEnd: end } = body;
  body.readOnly = true;
  for (const [n, one] of pictures.entries()) {
    let mark = "";
    if (files[n]) {
      say("saving", `Đang tải ảnh ${n + 1}/${pictures.length}…`);
      const kept = await inTurn(() => sent(files[n]));
      if (typeof kept === "string") missing.push(`${nameOf(one.src, n)} (${kept})`);
      else {
        const words = await described(dialog, kept.src, one.alt);
        if (words !== null) mark = `![${words}](${kept.name})`;
      }
    } else missing.push(nameOf(one.src, n));
    text = text.replace(placeOf(n), mark);
  }
  body.readOnly = false;
  insert(text.replace(/\n{3,}/g, "\n\n").trim(), start, end);
  tell(missing);
}

function tell(missing) {
  const place = document.querySelector("[data-missing]");
  place.hidden = !missing.length;
  place.querySelector("[data-missing-names]").textContent = `${missing.length}: ${missing.join("; ")}.`;
}

// Everything in the form but what the server gave it; a field that stands several times keeps its places.
const fields = () => [...new FormData(form)].filter(([name, value]) => !["csrf_token", "stamp", "file"].includes(name) && typeof value === "string");

function keep() {
  try {
    localStorage.setItem(form.dataset.keep, JSON.stringify({ fields: fields(), at: Date.now() }));
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
  find("estimate").textContent = answer.estimate;
  find("size").textContent = answer.size;
  find("problems").replaceChildren(...answer.problems.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  find("problems").hidden = !answer.problems.length;
}

const save = () => inTurn(send);

async function send() {
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
  }
}

function later(wait = PAUSE) {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
}

const plain = (pairs) => JSON.stringify(pairs.map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));

function restore(pairs) {
  const named = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
  insert(pairs.find(([name]) => name === "body")?.[1] ?? "", 0, body.value.length);
  while (named("instrument").length < pairs.filter(([name]) => name === "instrument").length) citeMore();
  for (const one of form.querySelectorAll("[type=checkbox][name]")) {
    one.checked = pairs.some(([name, value]) => name === one.name && value === one.value);
  }
  for (const name of new Set(pairs.map(([one]) => one))) {
    const values = pairs.filter(([one]) => one === name).map(([, value]) => value);
    const places = named(name).filter((one) => !["checkbox", "hidden"].includes(one.type));
    for (const [n, one] of places.entries()) if (one !== body && n in values) one.value = values[n];
  }
}

function offer() {
  const last = kept();
  const place = document.querySelector("[data-offer]");
  if (!last?.fields || plain(last.fields) === plain(fields())) return;
  place.hidden = false;
  place.querySelector("[data-offer-at]").textContent = `Gõ lúc ${new Date(last.at).toLocaleString("vi-VN")}.`;
  place.querySelector("[data-restore]").addEventListener("click", () => {
    restore(last.fields);
    place.hidden = true;
  });
  place.querySelector("[data-forget]").addEventListener("click", () => { forget(); place.hidden = true; });
}

function pasted(event) {
  const clipboard = event.clipboardData;
  const html = clipboard.getData("text/html");
  const from = html ? read(html) : { text: "", pictures: [] };
  const files = from.pictures.length ? found(from.pictures, clipboard) : [];
  const alone = [...clipboard.files].filter((one) => one.type.startsWith("image/"));
  const words = from.pictures.reduce((text, _, n) => text.replace(placeOf(n), ""), from.text).trim();
  if (!words && alone.length) {
    event.preventDefault();
    uploadAll(alone);
  } else if (from.text) {
    event.preventDefault();
    tell([]);
    if (from.pictures.length) insertWithPictures(from, files);
    else insert(from.text);
  }
}

function citeMore() {
  const last = [...form.querySelectorAll("[data-cited]")].at(-1);
  const more = last.cloneNode(true);
  const number = form.querySelectorAll("[data-cited]").length + 1;
  for (const one of more.querySelectorAll("[id]")) one.id = one.id.replace(/\d+$/, number);
  for (const one of more.querySelectorAll("label")) {
    one.htmlFor = one.htmlFor.replace(/\d+$/, number);
    one.textContent = one.textContent.replace(/\d+/, number);
  }
  for (const one of more.querySelectorAll("select,input")) one.value = "";
  last.after(more);
  more.querySelector("select").focus();
}

if (form.dataset.write) {
  const more = form.querySelector("[data-cite]");
  more.hidden = false;
  more.addEventListener("click", citeMore);
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
    uploadAll([...event.dataTransfer.files]);
  });
  document.getElementById("file").addEventListener("change", (event) => {
    if (event.target.files[0]) upload(event.target.files[0]);
    event.target.value = "";
  });
  form.addEventListener("input", () => {
    changed = true;
    keep();
    // Two versions lie side by side: only the person says which words stand, by the button.
    if ("merging" in form.dataset) say("waiting", "Chưa lưu. Gộp xong hai bản thì bấm Lưu; chữ đang gõ được giữ trên máy này.");
    else later();
  });
  document.querySelector("[data-missing] button").addEventListener("click", () => tell([]));
  form.addEventListener("submit", () => { clearTimeout(timer); changed = false; keep(); });
  window.addEventListener("online", () => { if (changed && !("merging" in form.dataset)) save(); });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  offer();
}
