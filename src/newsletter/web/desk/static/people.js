// The list follows what is typed, after a short pause. Without this script one presses Enter.

import { catchUp, show } from "./desk.js";

const form = document.querySelector("form[data-search]");
const PAUSE = 250; // milliseconds
let waiting;

function look() {
  clearTimeout(waiting);
  show(`${form.action}?${new URLSearchParams(new FormData(form))}`, { replace: true });
}

if (form) {
  document.documentElement.classList.add("scripted"); // no button is needed
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(look, event.target.type === "search" ? PAUSE : 0);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    look();
  });
  catchUp("form[data-search]");
}
