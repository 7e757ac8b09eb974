// Handing a post in, and looking it over. Without this script all of it works by buttons.

import { catchUp } from "./desk.js";
import { onceRested } from "./resting.js";

const text = document.querySelector("#text");
const html = document.querySelector("#html");
const news = document.querySelector("#paste-news");
const STRUCTURED = /<(p|h[1-6]|ul|ol|li|blockquote)\b/i;

// What is copied from a page or from Word knows its headings and links; a text field would
// forget them. The field shows the words, and the form takes the rest along.
let pasted = "";

text?.addEventListener("paste", (event) => {
  const rich = event.clipboardData.getData("text/html");
  if (STRUCTURED.test(rich) && !text.value.trim()) html.value = rich;
  else forget();
});

text?.addEventListener("input", (event) => {
  if (html.value && !pasted && event.inputType === "insertFromPaste") {
    pasted = text.value;
    news.textContent = "Pasted with its headings, lists and links.";
  } else if (html.value && text.value !== pasted) {
    forget();
  }
});

// Whoever pastes without choosing a field first means the large one, or the one for an address.
addEventListener("paste", (event) => {
  if (!text || event.target.closest?.("input, textarea, select, dialog")) return;
  const plain = event.clipboardData.getData("text/plain");
  const rich = event.clipboardData.getData("text/html");
  if (event.clipboardData.files.length && !plain && !rich) return handIn(event.clipboardData.files);
  if (!plain.trim()) return;
  event.preventDefault();
  const isAddress = /^https?:\/\/\S+$/.test(plain.trim());
  const field = isAddress ? document.querySelector("#link") : text;
  if (!isAddress && STRUCTURED.test(rich) && !text.value.trim()) html.value = rich;
  field.setRangeText(isAddress ? plain.trim() : plain, isAddress ? 0 : field.value.length, field.value.length, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
  if (!html.value) news.textContent = isAddress ? "The address is in its field below." : "Pasted.";
  document.querySelector("#read").focus(); // Enter goes on
});

// A paste that this browser kept comes back with what it brought along.
document.addEventListener("desk:restored", () => {
  if (!html?.value) return;
  pasted = text.value;
  news.textContent = "Pasted with its headings, lists and links.";
});

function forget() {
  if (html.value) news.textContent = "Changed by hand: it will be read as plain text.";
  html.value = "";
  pasted = "";
}

// --- a file dropped anywhere -----------------------------------------------------------

const file = document.querySelector("#file");
if (file) {
  const over = (on) => document.body.classList.toggle("dropping", on);
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    over(true);
  });
  addEventListener("dragleave", (event) => event.relatedTarget ?? over(false));
  addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    over(false);
    handIn(event.dataTransfer.files);
  });
}

function handIn(files) {
  file.files = files;
  file.form.requestSubmit();
}

// --- a choice shows at once --------------------------------------------------------------

document.addEventListener("change", (event) => {
  const { id } = event.target;
  if (!event.target.matches("form[data-auto] select:not(#show)")) return;
  onceRested(id, () => document.getElementById(id)?.form.requestSubmit()); // by then it may be another one of that name
});

// --- what was done before this script came ------------------------------------------------

catchUp("form[data-auto]");
document.documentElement.classList.add("scripted"); // only now is there a field to paste into, see desk.css
