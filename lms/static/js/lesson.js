// Keeps the place in a lesson: sends it at most every 10 seconds and when the page is left, and opens the lesson there again.
// Without this script the lesson reads the same; only the place is not kept.

const EVERY = 10_000;
const lesson = document.querySelector("[data-lesson]");
const bar = document.querySelector("[data-read]");
const status = document.querySelector("[data-save]");
const token = document.querySelector("[data-token] [name=csrf_token]").value;

let sent = Number(lesson.dataset.place);
let last = 0;
let timer = 0;
let moved = false;

/** Per mille of the lesson's height that lie above the upper edge of the window. */
function place() {
  const box = lesson.getBoundingClientRect();
  return Math.max(0, Math.min(1000, Math.round((-box.top / box.height) * 1000)));
}

function showRead() {
  const box = lesson.getBoundingClientRect();
  bar.value = Math.max(0, Math.min(1000, Math.round(((innerHeight - box.top) / box.height) * 1000)));
}

function say(state, words) {
  status.hidden = false;
  status.dataset.state = state;
  status.lastElementChild.textContent = words;
}

function form(value) {
  const data = new FormData();
  data.set("csrf_token", token);
  data.set("place", String(value));
  return data;
}

async function save() {
  timer = 0;
  const value = place();
  if (value === sent) return;
  last = Date.now();
  try {
    const reply = await fetch(lesson.dataset.saveUrl, { method: "POST", body: form(value), headers: { Accept: "application/json" } });
    if (!reply.ok) throw new Error(String(reply.status));
    sent = value;
    say("saved", "Đã lưu chỗ đọc");
  } catch {
    say("waiting", "Chưa lưu được chỗ đọc");
  }
}

function onScroll() {
  moved = true;
  showRead();
  if (!timer) timer = setTimeout(save, Math.max(1000, last + EVERY - Date.now()));
}

function restore() {
  if (moved || location.hash || sent < 30 || sent > 970) return;
  const box = lesson.getBoundingClientRect();
  scrollTo({ top: scrollY + box.top + (box.height * sent) / 1000, behavior: "instant" });
  startFrom([...lesson.children].find((block) => block.tabIndex < 0 && block.getBoundingClientRect().top >= 0) || lesson);
  say("saved", "Đọc tiếp chỗ đang dở");
}

/** The next Tab goes on from here, and a screen reader reads on from here; nobody who has begun to tab is called away. */
function startFrom(block) {
  const at = document.activeElement;
  if (at !== document.body && at !== startFrom.block) return;
  startFrom.block = block;
  block.tabIndex = -1;
  block.focus({ preventScroll: true });
  block.addEventListener("blur", () => block.removeAttribute("tabindex"), { once: true });
}

if ("scrollRestoration" in history) history.scrollRestoration = "manual";
restore();
showRead();
addEventListener("load", async () => {
  await document.fonts.ready;
  restore(); // letters and pictures have their height now
  requestAnimationFrame(() => {
    moved = false;
    addEventListener("scroll", onScroll, { passive: true });
  });
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "hidden" || !moved || place() === sent) return;
  sent = place();
  navigator.sendBeacon(lesson.dataset.saveUrl, form(sent));
});
