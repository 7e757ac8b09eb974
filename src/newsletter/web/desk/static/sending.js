// Follows what is being sent: numbers as they move, the time that is left to undo, and
// the counts while people are chosen. Without this script the page shows the same when it
// is loaded again.

import { show } from "/static/desk.js";

// --- choosing: what it comes to, at once ------------------------------------------------

let waiting;

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("#choose");
  if (!form) return;
  if (event.target.matches("#date, #time")) form.querySelector("#when-later").checked = true;
  document.querySelector("#confirm")?.querySelectorAll("button").forEach((button) => (button.disabled = true));
  clearTimeout(waiting);
  waiting = setTimeout(() => ask(form), 150);
});

async function ask(form) {
  const chosen = [...new FormData(form)].filter(([, value]) => value !== "");
  await show(`${form.action}?${new URLSearchParams(chosen)}`, { replace: true });
  document.querySelector("#confirm")?.querySelectorAll("button").forEach((button) => (button.disabled = false));
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("#choose")) return;
  event.preventDefault();
  ask(event.target);
});

// What is chosen stays chosen when a form about something else is sent.
document.addEventListener("submit", (event) => {
  const around = event.target.querySelector("input[name=around]");
  if (around) around.value = location.search;
}, { capture: true });

// --- the news about the campaign ----------------------------------------------------------

let stream;

function listen() {
  const source = document.querySelector("[data-news]");
  if (!source || stream) return;
  stream = new EventSource(source.dataset.news);
  stream.addEventListener("numbers", (event) => draw(JSON.parse(event.data)));
  stream.addEventListener("face", (event) => {
    if (event.data !== document.querySelector("[data-news]")?.dataset.face) show();
  });
}

function draw(numbers) {
  for (const [name, number] of Object.entries(numbers)) {
    for (const place of document.querySelectorAll(`[data-number="${name}"]`)) place.textContent = number.toLocaleString("en-US");
    const row = document.querySelector(`[data-row="${name}"]`);
    if (row && number) row.hidden = false;
  }
  const bar = document.querySelector("#bar");
  if (bar) {
    bar.max = numbers.total || 1;
    bar.value = numbers.done;
  }
}

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

function tick() {
  for (const place of document.querySelectorAll("[data-until]")) {
    const seconds = Math.max(0, Math.ceil((Date.parse(place.dataset.until) - Date.now()) / 1000));
    const text = seconds >= 90 ? `${Math.ceil(seconds / 60)} minutes` : seconds === 1 ? "1 second" : `${seconds} seconds`;
    if (place.textContent !== text) place.textContent = text;
  }
}

setInterval(tick, 250);
tick();
listen();
