// Makes importing easier: a list can be dropped, a changed menu looks at the numbers anew,
// and the page follows the work. Without this script there are buttons for all of it.

import { catchUp, refresh } from "./desk.js";
import { onceRested } from "./resting.js";

document.documentElement.classList.add("scripted");

// --- choosing a file ---------------------------------------------------------------------

const drop = document.querySelector("form[data-drop]");

if (drop) {
  const input = drop.querySelector('input[type="file"]');
  const complaint = drop.querySelector(".too-large");
  const mostBytes = Number(drop.dataset.largest);

  const look = () => {
    const file = input.files[0];
    const tooLarge = file !== undefined && file.size > mostBytes;
    complaint.hidden = !tooLarge;
    complaint.textContent = tooLarge
      ? `This file has ${Math.ceil(file.size / 1048576)} MB; the desk takes up to ${mostBytes / 1048576} MB. Split it into two files.`
      : "";
    if (tooLarge) input.value = "";
    else if (file !== undefined) drop.requestSubmit(drop.querySelector("button"));
  };
  input.addEventListener("change", look);
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length === 0) return;
    input.files = event.dataTransfer.files;
    look();
  });
}

// --- other choices, other numbers ----------------------------------------------------------

const counted = new Set(["everybody", "pending", "update", "anyway", "keep-tag", "means"]);

document.querySelector("form[data-preview]")?.addEventListener("change", (event) => {
  if (!counted.has(event.target.name) && !event.target.name.startsWith("column-")) return;
  const form = event.target.form;
  onceRested(form, () => form.requestSubmit(document.querySelector("#preview")));
});

catchUp("form[data-drop]");
catchUp("form[data-preview]");

// --- following the work ----------------------------------------------------------------------

const STEP = 400; // milliseconds

async function follow() {
  if (document.querySelector("[data-at-work]") && !document.hidden) await refresh({ replace: true });
  setTimeout(follow, STEP);
}

follow();
