// What the quiz player must not lose: the server's time as this page knows it, and the answers that the server has not acknowledged.
//
// Unacknowledged answers lie in localStorage, one entry per token, so that a reload, another tab or a cut line loses nothing:
// {position, given, based_on, token, given_at, order, sent, refused, stale, newest}. Two tabs may send the same entry: the token
// makes that harmless.

const root = document.getElementById("quiz");
const EVERY = `sen.quiz.${root.dataset.officer}.`;
const PREFIX = `${EVERY}${root.dataset.attempt}.`;
const SLEEP = 3600e3;

let serverBase = Number(root.dataset.now);
let steadyBase = performance.now();
let wallBase = Date.now();

// Milliseconds since 1970 by the server's clock. A sleeping device stops the browser's steady clock, and the wall clock may be set by
// hand: the wall clock is believed for as much as an hour of sleep.
export function now() {
  const steady = performance.now() - steadyBase;
  const wall = Date.now() - wallBase;
  return serverBase + (wall > steady && wall - steady < SLEEP ? wall : steady);
}

export function hearClock(serverNow) {
  if (!serverNow) return;
  serverBase = serverNow;
  steadyBase = performance.now();
  wallBase = Date.now();
}

const memory = new Map();
let durable = true; // localStorage may be full or forbidden: then memory alone holds the answers, and leaving asks first

export function store(entry) {
  memory.set(entry.token, entry);
  try { localStorage.setItem(`${PREFIX}${entry.token}`, JSON.stringify(entry)); } catch { durable = false; }
}

export function forget(entry) {
  memory.delete(entry.token);
  try { localStorage.removeItem(`${PREFIX}${entry.token}`); } catch { durable = false; }
}

function stored(prefix) {
  const found = [];
  try {
    for (let i = 0; i < localStorage.length; i += 1) {
      const name = localStorage.key(i);
      if (name.startsWith(prefix)) found.push([name, JSON.parse(localStorage.getItem(name))]);
    }
  } catch { durable = false; }
  return found;
}

// Everything unacknowledged, in the order it was given; what another tab has changed in an entry counts.
export function waiting() {
  const found = new Map(memory);
  for (const [, entry] of stored(PREFIX)) found.set(entry.token, entry);
  return [...found.values()].sort((a, b) => a.given_at - b.given_at || a.order - b.order);
}

export const ready = () => waiting().filter((entry) => !entry.refused && !entry.stale);
export const stuck = () => waiting().filter((entry) => entry.refused || entry.stale);
export const mayBeLost = () => !durable && ready().length > 0;

export function queue(position, given, basedOn) {
  // an answer of this question that was never sent is replaced; one under way stays until the server has said what became of it
  for (const old of ready()) if (old.position === position && !old.sent && memory.has(old.token)) forget(old);
  const token = [...crypto.getRandomValues(new Uint8Array(12))].map((n) => n.toString(16).padStart(2, "0")).join("");
  store({ position, given, based_on: basedOn, token, given_at: Math.round(now()), order: performance.now(), sent: false });
}

const after = (entry) => ready().filter((one) => one.position === entry.position && one.token !== entry.token && !one.sent);

// The server has it: what was given after it in this browser now rests on it.
export function acknowledged(entry, revision) {
  for (const next of after(entry)) store({ ...next, based_on: revision });
  for (const one of stuck()) if (one.position === entry.position && one.stale) forget(one);
  forget(entry);
}

// Answered elsewhere meanwhile: the newest of our own answers waits for the officer's choice.
export function contested(entry, newest) {
  const mine = [entry, ...after(entry)];
  for (const old of mine.slice(0, -1)) forget(old);
  store({ ...mine[mine.length - 1], stale: true, newest });
}

// Entries of earlier attempts that the server will never take are of no use to anybody.
for (const [name, entry] of stored(EVERY)) if (entry.refused && !name.startsWith(PREFIX)) localStorage.removeItem(name);
