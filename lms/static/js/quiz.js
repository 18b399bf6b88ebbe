// The quiz player. Every answer goes to the server as it is given and is "Đã lưu" only when the server has answered with a receipt.
//
// What has not been acknowledged waits in quiz/queue.js. A save names the revision it was based on; when the question was answered elsewhere meanwhile, the officer is shown both answers.
// The server's clock is the truth: the page takes it when it opens and at every reply, and counts on by the browser's steady clock.

import { acknowledged, contested, forget, hearClock, mayBeLost, now, queue, ready, store, stuck, waiting } from "./quiz/queue.js";
import { move } from "./quiz/order.js";

const root = document.getElementById("quiz");
const count = Number(root.dataset.count);
const deadline = root.dataset.deadline ? Number(root.dataset.deadline) : null;
const onCheckPage = root.dataset.page === "check";
const TYPING_PAUSE = 700;
const LONGEST_WAIT = 30000;

/* Save state in words */
const saveBox = document.getElementById("save");
const trouble = document.getElementById("trouble");
let shownState = "";
function icon(name) {
  return `<svg class="ic" aria-hidden="true"><use href="${root.dataset.icons}#i-${name}"/></svg>`;
}
function say(state, words, glyph) {
  const said = `${state}|${words}`;
  if (said === shownState) return;
  shownState = said;
  saveBox.dataset.state = state;
  saveBox.innerHTML = icon(glyph);
  saveBox.append(words);
}
function complain(words) {
  trouble.hidden = !words;
  const place = document.getElementById("trouble-text");
  place.textContent = words;
  if (words) trouble.scrollIntoView({ block: "nearest" });
  if (words && words.startsWith("Phiên")) {
    const link = document.createElement("a");
    link.href = root.dataset.signIn;
    link.target = "_blank";
    link.rel = "opener";
    link.textContent = "Đăng nhập lại trong thẻ mới";
    place.append(" ", link, ".");
  }
}
function hhmm(ms) {
  return new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" }).format(new Date(ms));
}

/* The questions of this page and, once fetched, of the whole paper: position -> section. A page of questions is one form; where there
   are several, the names of a question's fields begin with its prefix. */
const sections = new Map();
const revisions = new Map();
for (const page of document.querySelectorAll("form[data-first]")) adoptPage(page);
let here = Number(root.dataset.position || 0);

const pageOf = (position) => sections.get(position).closest("form");
const span = (page) => [Number(page.dataset.first), Number(page.dataset.last)];
function together(position) {
  const [first, last] = span(pageOf(position));
  return [...sections.keys()].filter((one) => one >= first && one <= last);
}
function adoptPage(page) {
  for (const section of page.querySelectorAll("section.question")) adopt(section);
  page.addEventListener("submit", (event) => {
    event.preventDefault();
    const [first, last] = span(page);
    for (const one of together(first)) if (changed(one)) answer(one);
    const go = event.submitter && event.submitter.name === "go" ? event.submitter.value : "next";
    if (go === "check" || (go === "next" && last === count)) toCheck();
    else if (go === "next") show(last + 1);
    else if (go === "back" && first > 1) show(sections.has(first - 1) ? span(pageOf(first - 1))[0] : first - 1);
  });
}
function adopt(section) {
  const position = Number(section.dataset.position);
  sections.set(position, section);
  if (!revisions.has(position)) revisions.set(position, Number(section.dataset.revision));
  const box = section.querySelector("[data-order]");
  let typing = 0;
  section.addEventListener("input", (event) => {
    if (event.target.name !== `${section.dataset.prefix}text`) return;
    clearTimeout(typing);
    typing = setTimeout(() => answer(position), TYPING_PAUSE);
    if (section.querySelector("[data-read]")) section.querySelector("[data-read]").textContent = "";
  });
  section.addEventListener("change", (event) => {
    if (event.target.closest("fieldset")) { clearTimeout(typing); answer(position); }
  });
  section.addEventListener("click", (event) => {
    const button = event.target.closest("button, a");
    if (!button) return;
    if (button.name === `${section.dataset.prefix}move`) { event.preventDefault(); move(box, button); box.dataset.touched = "true"; answer(position); }
    if ("flag" in button.dataset) { event.preventDefault(); flag(position); }
    if ("keepMine" in button.dataset) { event.preventDefault(); settle(position); answer(position, true); }
    if ("keepOther" in button.dataset) { event.preventDefault(); settle(position); location.reload(); }
  });
}

/* The answer in a section, in the shape that is graded */
function read(section) {
  const data = new FormData();
  const { prefix } = section.dataset;
  for (const [name, value] of new FormData(section.closest("form"))) {
    if (name.startsWith(prefix)) data.append(name.slice(prefix.length), value);
  }
  switch (section.dataset.kind) {
    case "single": return data.get("chosen") ? { chosen: data.get("chosen") } : {};
    case "multiple": return { chosen: data.getAll("chosen") };
    case "truefalse": return data.has("value") ? { value: data.get("value") === "true" } : {};
    case "matching": {
      const pairs = {};
      for (const [name, value] of data) if (name.startsWith("pair-") && value) pairs[name.slice(5)] = value;
      return { pairs };
    }
    case "ordering": return section.querySelector("[data-order]").dataset.touched === "true" ? { order: data.getAll("order") } : {};
    default: return { text: (data.get("text") || "").trim() };
  }
}
function isAnswered(given) {
  return Object.values(given).some((value) => value === true || value === false || (typeof value === "object" ? Object.keys(value).length : value));
}
const lastGiven = new Map();
for (const [position, section] of sections) lastGiven.set(position, JSON.stringify(read(section)));
function changed(position) {
  return JSON.stringify(read(sections.get(position))) !== lastGiven.get(position);
}

function answer(position, again = false) {
  const given = read(sections.get(position));
  const said = JSON.stringify(given);
  if (said === lastGiven.get(position) && !again) return;
  lastGiven.set(position, said);
  queue(position, given, revisions.get(position));
  mark(position, isAnswered(given));
  say("saving", "Đang lưu…", "refresh-cw");
  flush();
}

/* Sending: one after another, in the order they were given, with longer and longer pauses while the line is cut */
let flushing = null;
let retry = 0;
let failures = 0;
function flush() {
  clearTimeout(retry);
  if (!flushing) flushing = sendAll().finally(() => { flushing = null; });
  return flushing;
}
async function sendAll() {
  for (let entry = ready()[0]; entry; entry = ready()[0]) {
    store({ ...entry, sent: true });
    const outcome = await send(entry);
    if (outcome === "later") { later(); return false; }
  }
  failures = 0;
  if (!stuck().length && saveBox.dataset.state !== "saved") say("saved", `Đã lưu ${hhmm(now())}`, "cloud-check");
  return true;
}

async function post(url, body) {
  return fetch(url, {
    method: "POST", credentials: "same-origin", body,
    headers: { "Accept": "application/json", "X-CSRFToken": root.dataset.csrf, ...(typeof body === "string" ? { "Content-Type": "application/json" } : {}) },
    signal: AbortSignal.timeout ? AbortSignal.timeout(20000) : undefined,
  });
}
async function send(entry) {
  const { given, based_on, token, given_at } = entry;
  let reply;
  let said = {};
  try {
    reply = await post(`${root.dataset.base}${entry.position}/save`, JSON.stringify({ given, based_on, token, given_at }));
    said = await reply.json();
  } catch { return "later"; }
  hearClock(said.server_now);
  if (reply.ok && said.state === "saved") { taken(entry, said); return "done"; }
  if (reply.status === 409 && said.state === "stale") { disputed(entry, said); return "done"; }
  if (reply.status === 401) { complain(said.message); return "later"; }
  if (reply.status === 400) { await renewToken(); return "later"; }
  if (reply.status === 404 || reply.status === 409) {
    store({ ...entry, sent: true, refused: true });
    say("failed", "Chưa lưu được", "circle-alert");
    complain(said.message);
    return "done";
  }
  return "later";
}
function taken(entry, said) {
  acknowledged(entry, said.revision);
  revisions.set(entry.position, Math.max(said.revision, revisions.get(entry.position) || 0));
  complain("");
  const section = sections.get(entry.position);
  if (section) section.querySelector("[data-conflict]").hidden = true;
  const box = section?.querySelector("[data-read]");
  if (box) box.textContent = said.read ? `Hệ thống đọc là ${said.read}.` : entry.given.text ? "Chưa đọc được số này. Hãy ghi bằng chữ số, ví dụ 12,5." : "";
  if (!ready().length) say("saved", `Đã lưu ${hhmm(said.saved_at)}`, "cloud-check");
}
function disputed(entry, said) {
  revisions.set(entry.position, said.revision);
  if (JSON.stringify(said.given || {}) === JSON.stringify(entry.given)) { acknowledged(entry, said.revision); return; }
  contested(entry, said.given);
  ask(entry.position, said.given);
  say("failed", "Chưa lưu được", "circle-alert");
}
function ask(position, newest) {
  const section = sections.get(position);
  if (!section || !section.isConnected) { complain(`Câu ${position} có hai câu trả lời khác nhau từ hai cửa sổ. Hãy mở câu ${position} để chọn.`); return; }
  section.querySelector("[data-conflict]").hidden = false;
  section.querySelector("[data-other]").textContent = inWords(section, newest);
}
function inWords(section, given) {
  if (!given) return "để trống";
  if ("text" in given) return given.text;
  if ("value" in given) return given.value ? "Đúng" : "Sai";
  const label = (key) => section.querySelector(`[value="${CSS.escape(key)}"]`)?.closest("label, li")?.querySelector("[data-words]")?.textContent || key;
  if ("order" in given) return given.order.map(label).join("; ");
  if ("pairs" in given) {
    return Object.entries(given.pairs).map(([left, right]) => {
      const select = section.querySelector(`[name="${section.dataset.prefix}pair-${CSS.escape(left)}"]`);
      return `${select.labels[0].textContent} → ${select.querySelector(`[value="${CSS.escape(right)}"]`)?.textContent}`;
    }).join("; ");
  }
  return [].concat(given.chosen).map(label).join("; ");
}
function settle(position) {
  for (const entry of waiting()) if (entry.position === position && entry.stale) forget(entry);
  sections.get(position).querySelector("[data-conflict]").hidden = true;
  complain("");
}
function later() {
  failures += 1;
  const left = new Set(ready().map((entry) => entry.position)).size;
  say("waiting", `Mất mạng, ${left} câu chờ gửi`, "wifi-off");
  retry = setTimeout(flush, Math.min(LONGEST_WAIT, 1000 * 2 ** Math.min(failures, 5)));
}
async function renewToken() {
  // the session was renewed in another tab: the page's own address gives the new token
  try {
    const page = await fetch(location.href, { credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").getElementById("quiz");
    if (fresh && fresh.dataset.officer === root.dataset.officer) root.dataset.csrf = fresh.dataset.csrf;
  } catch { /* the next try */ }
}

/* Flag, navigator, moving between questions without loading */
function flag(position) {
  const section = sections.get(position);
  const flagged = section.dataset.flagged !== "true";
  section.dataset.flagged = String(flagged);
  const button = section.querySelector("[data-flag]");
  button.setAttribute("aria-pressed", String(flagged));
  button.querySelector("span").textContent = flagged ? "Bỏ đánh dấu" : "Xem lại sau";
  mark(position, null);
  post(`${root.dataset.base}${position}/flag`, JSON.stringify({ flagged })).catch(() => complain("Chưa ghi được dấu xem lại vì mất mạng. Câu trả lời không bị ảnh hưởng."));
}
function mark(position, answered) {
  const section = sections.get(position);
  if (answered !== null) section.dataset.answered = String(answered);
  const has = section.dataset.answered === "true";
  const flagged = section.dataset.flagged === "true";
  for (const link of document.querySelectorAll(`[data-goto="${position}"]`)) {
    link.classList.toggle("answered", has);
    link.innerHTML = flagged ? icon("flag") : "";
    link.prepend(String(position));
    link.setAttribute("aria-label", `Câu ${position}, ${has ? "đã trả lời" : "chưa trả lời"}${flagged ? ", đánh dấu xem lại" : ""}`);
  }
  const total = document.querySelector("[data-qnav]").querySelectorAll(".answered").length;
  for (const box of document.querySelectorAll("[data-answered-count]")) box.textContent = total;
  const bar = document.getElementById("done");
  if (bar) bar.value = total;
}
function show(position, push = true) {
  if (!sections.has(position)) { leaveTo(`${root.dataset.base}${position}`); return; }
  here = position;
  const section = sections.get(position);
  const page = pageOf(position);
  const [first, last] = span(page);
  document.getElementById("questions").replaceChildren(page);
  for (const link of document.querySelectorAll("[data-goto]")) {
    if (Number(link.dataset.goto) === position) link.setAttribute("aria-current", "step");
    else link.removeAttribute("aria-current");
  }
  for (const button of document.querySelectorAll("#back, #next, [data-check-button]")) button.setAttribute("form", page.id);
  document.getElementById("back").disabled = first === 1;
  document.querySelector("#next [data-label]").textContent = last === count ? "Xem lại và nộp bài" : last === first ? "Câu tiếp" : "Trang tiếp";
  document.title = document.title.replace(/^Câu [\d–]+/, last === first ? `Câu ${first}` : `Câu ${first}–${last}`);
  if (push) history.pushState({ position }, "", `${root.dataset.base}${position}`);
  for (const entry of stuck()) if (entry.stale && entry.position >= first && entry.position <= last) ask(entry.position, entry.newest);
  for (const fold of document.querySelectorAll("details.fold[open]")) fold.open = false;
  if (position === first) scrollTo(0, 0);
  else section.scrollIntoView();
  section.querySelector("h2").focus({ preventScroll: true });
}
async function leaveTo(url) {
  await flush();
  if (ready().length) { complain("Mất mạng nên chưa chuyển trang được. Câu trả lời vẫn còn trên máy và tự gửi khi có mạng lại."); return; }
  location.assign(url);
}
const toCheck = () => leaveTo(root.dataset.check);

async function fetchPaper(wait = 1000) {
  try {
    const reply = await fetch(root.dataset.paper, { credentials: "same-origin" });
    if (!reply.ok || reply.redirected) return;
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    for (const form of page.querySelectorAll("form[data-first]")) {
      if (sections.has(Number(form.dataset.first))) continue;
      adoptPage(document.adoptNode(form));
      for (const position of together(Number(form.dataset.first))) {
        restore(position);
        if (!lastGiven.has(position)) lastGiven.set(position, JSON.stringify(read(sections.get(position))));
      }
    }
  } catch { setTimeout(fetchPaper, Math.min(wait * 2, LONGEST_WAIT), wait * 2); }
}

/* An answer that waits from before a reload is put back into its question */
function restore(position) {
  const entry = waiting().filter((one) => one.position === position && !one.refused).pop();
  const section = sections.get(position);
  if (!entry || !section) return;
  const { given } = entry;
  const { prefix } = section.dataset;
  for (const input of section.querySelectorAll(`[name="${prefix}chosen"]`)) input.checked = [].concat(given.chosen || []).includes(input.value);
  for (const input of section.querySelectorAll(`[name="${prefix}value"]`)) input.checked = input.value === String(given.value);
  if ("text" in given) section.querySelector(`[name="${prefix}text"]`).value = given.text;
  for (const select of section.querySelectorAll("select")) select.value = (given.pairs || {})[select.name.slice(`${prefix}pair-`.length)] || "";
  const list = section.querySelector("[data-order]");
  if (list && given.order) {
    for (const key of given.order) list.append(list.querySelector(`[name="${prefix}order"][value="${CSS.escape(key)}"]`).closest("li"));
    list.dataset.touched = "true";
    move(list, list.querySelector("[value$=':up']"));
  }
  lastGiven.set(position, JSON.stringify(given));
  mark(position, isAnswered(given));
  if (entry.stale) ask(position, entry.newest);
}

/* Time */
const timer = document.getElementById("timer");
const spoken = new Set();
let ending = false;
function tick() {
  const left = Math.max(0, deadline - now());
  const seconds = Math.ceil(left / 1000);
  const low = seconds <= 300;
  const clock = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  timer.querySelector("[data-left]").textContent = low ? `Còn ${clock}` : clock;
  timer.toggleAttribute("data-low", low);
  for (const [limit, words] of [[300, "Còn 5 phút."], [60, "Còn 1 phút. Hết giờ bài tự nộp."], [0, "Hết giờ. Bài đang được nộp."]]) {
    if (seconds <= limit && !spoken.has(limit)) {
      spoken.add(limit);
      if (seconds > limit - 60 || limit === 0) document.getElementById("timer-said").textContent = words;
    }
  }
  if (left === 0 && !ending) timeUp();
}
async function timeUp() {
  ending = true;
  for (const control of document.querySelectorAll("#questions input, #questions select, #questions button")) control.disabled = true;
  await flush();
  if (ready().length) { complain("Hết giờ nhưng đang mất mạng. Câu trả lời đã ghi trên máy sẽ gửi trong 10 phút tới khi có mạng lại; xin giữ trang này mở."); setTimeout(timeUp, 3000); return; }
  try {
    const form = new FormData();
    form.set("by", "timer");
    const reply = await post(root.dataset.submit, form);
    if (reply.ok) { location.assign(reply.url); return; }
    if (reply.status === 409) { location.reload(); return; } // the server's clock says that there is time left
    if (reply.status === 400) await renewToken();
  } catch { complain("Chưa nộp được bài vì mất mạng. Câu trả lời vẫn còn; hệ thống tự nộp lại khi có mạng."); }
  setTimeout(timeUp, 3000);
}

/* Begin */
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-goto]");
  if (!link || onCheckPage || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  for (const one of together(here)) if (changed(one)) answer(one);
  show(Number(link.dataset.goto));
});
addEventListener("popstate", () => { const at = Number(location.pathname.split("/").pop()); if (at) show(at, false); });
addEventListener("online", () => { failures = 0; flush(); });
addEventListener("pagehide", () => { if (here && sections.has(here)) for (const one of together(here)) if (changed(one)) answer(one); });
document.addEventListener("visibilitychange", () => { if (!document.hidden && waiting().length) flush(); });
addEventListener("beforeunload", (event) => { if (mayBeLost()) event.preventDefault(); });

if (onCheckPage) {
  document.getElementById("submit-form").addEventListener("submit", (event) => {
    if (!ready().length) { document.getElementById("submit").disabled = true; document.getElementById("submit").textContent = "Đang nộp bài…"; return; }
    event.preventDefault();
    complain("Chưa nộp được vì còn câu trả lời chưa gửi do mất mạng. Câu trả lời vẫn còn trên máy. Kiểm tra mạng rồi bấm Nộp bài lại.");
    flush();
  });
} else {
  document.getElementById("how-saved").textContent = "Câu trả lời được lưu ngay khi chọn. Mất mạng hay đóng trang, bài làm vẫn còn.";
  for (const one of together(here)) restore(one);
  fetchPaper();
}
if (deadline !== null) { if (onCheckPage && now() > deadline) spoken.add(300).add(60); tick(); setInterval(tick, 1000); }
if (waiting().length) flush();
else say("saved", "Đã lưu", "cloud-check");
