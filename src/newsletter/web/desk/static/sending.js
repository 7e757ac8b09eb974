// Follows what is being sent: numbers as they move, the time that is left to undo, and
// the counts while people are chosen. Without this script the page shows the same when it
// is loaded again.

import { refresh, show } from "/static/desk.js";

// --- choosing: what it comes to, at once ------------------------------------------------

const PAUSE = 150; // milliseconds
let waiting;
let unanswered = false;

// What somebody wishes for, in an order in which two wishes can be compared.
function wish(fields) {
  const said = [...fields].filter(([name, value]) => value !== "" && `${name}=${value}` !== "when=soon");
  return String(new URLSearchParams(said.sort()));
}

function ticked() {
  return wish(new FormData(document.querySelector("#choose")));
}

// The button is awake only while the page tells of what is ticked, whichever answer came when.
function settle() {
  const told = document.querySelector("#confirm");
  if (!told) return true;
  const agrees = wish(new URLSearchParams(told.dataset.wish)) === ticked();
  for (const button of told.querySelectorAll("form button")) button.disabled = !agrees;
  document.querySelector("#unanswered").hidden = !unanswered;
  return agrees;
}

function ask() {
  clearTimeout(waiting);
  const form = document.querySelector("#choose"); // the page may have turned meanwhile
  if (form) show(`${form.action}?${ticked()}`, { replace: true });
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("#choose");
  if (!form) return;
  if (event.target.matches("#date, #time")) form.querySelector("#when-later").checked = true;
  settle();
  clearTimeout(waiting);
  waiting = setTimeout(ask, PAUSE);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("#choose")) return;
  event.preventDefault();
  ask();
});

for (const [name, failed] of [
  ["desk:drawn", false],
  ["desk:unanswered", true],
]) {
  document.addEventListener(name, () => {
    unanswered = failed;
    settle();
  });
}

// What is ticked goes along with every form: it stays ticked, and a yes to anything else is refused.
document.addEventListener(
  "submit",
  (event) => {
    const around = event.target.querySelector("input[name=around]");
    if (around && document.querySelector("#choose")) around.value = ticked();
  },
  { capture: true },
);

// Something may have been ticked before this script came, or be ticked again by the browser.
function compare() {
  if (!settle()) ask();
}

addEventListener("pageshow", (event) => event.persisted && compare());
document.documentElement.classList.add("scripted");
compare();

// --- the news about the campaign ----------------------------------------------------------

let stream;

function listen() {
  const source = document.querySelector("[data-news]");
  if (!source || stream) return;
  stream = new EventSource(source.dataset.news);
  stream.addEventListener("numbers", (event) => draw(JSON.parse(event.data)));
  stream.addEventListener("face", (event) => event.data !== face() && refresh());
}

const face = () => document.querySelector("[data-news]")?.dataset.face;

function draw(numbers) {
  for (const [name, number] of Object.entries(numbers)) {
    for (const place of document.querySelectorAll(`[data-number="${name}"]`))
      place.textContent = number.toLocaleString("en-US");
    const row = document.querySelector(`[data-row="${name}"]`);
    if (row && number) row.hidden = false;
  }
  const bar = document.querySelector("#bar");
  if (bar) {
    bar.max = numbers.total || 1;
    bar.value = numbers.done;
    const quarters = Math.floor((4 * numbers.done) / bar.max);
    if (quarters) speak(`${25 * quarters} percent done`);
  }
}

// Who listens is told of what matters, now and then: numbers that change each moment say nothing.
const spoken = document.querySelector("#spoken");

function speak(text) {
  if (text && spoken.textContent !== text) spoken.textContent = text;
}

// What was said of another stage is true no more, and may have to be said again. After an answer
// the keyboard is led to the new heading, or to what was done; what comes by itself is told.
const UNSAID = 100; // milliseconds after which the same words are new
let lastFace = face();

document.addEventListener("desk:drawn", (event) => {
  if (face() === lastFace) return;
  lastFace = face();
  spoken.textContent = "";
  const heading = document.querySelector("#campaign h2, #cancelled-title")?.textContent;
  if (event.detail.news) setTimeout(speak, UNSAID, heading);
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    stream?.close();
    stream = undefined;
  } else {
    listen();
  }
});
addEventListener("pagehide", () => stream?.close());

// --- how long it can still be undone --------------------------------------------------------

const TOLD_AT = [60, 30, 10]; // seconds that are left

function tick() {
  for (const place of document.querySelectorAll("[data-until]")) {
    const seconds = Math.max(0, Math.ceil((Date.parse(place.dataset.until) - Date.now()) / 1000));
    const text =
      seconds >= 90 ? `${Math.ceil(seconds / 60)} minutes` : seconds === 1 ? "1 second" : `${seconds} seconds`;
    if (place.textContent !== text) place.textContent = text;
    const told = TOLD_AT.findLast((step) => seconds <= step);
    if (told && seconds) speak(`Less than ${told} seconds are left to undo it`);
  }
}

setInterval(tick, 250);
tick();
listen();
