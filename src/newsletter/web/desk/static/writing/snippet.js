// Writing a snippet: the text as readers get it, over the form's own field.

import { RichText, writeField } from "/static/editor.js";
import { askLink } from "./link.js";
import { makeToolbar } from "./toolbar.js";

const [field, place, toolbar] = ["#text", "#rich", "#toolbar"].map((name) => document.querySelector(name));
const names = Object.fromEntries(
  [...toolbar.querySelectorAll('[data-do="tag"]')].map((choice) => [choice.dataset.value, choice.textContent.trim()]),
);

const rich = new RichText({
  parent: place,
  text: field.value,
  label: "Text",
  hint: "Write the text.",
  names,
  boxes: JSON.parse(document.querySelector("#snippet").dataset.boxes),
  keys: {},
  ask: askLink,
  onChange: (text) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true })); // which the browser's copy hears of
  },
  onSelect: show,
  onFiles: () => {},
  onTool: run,
});

function run(name, value) {
  const fallback = value === "email" ? "" : "reader";
  if (name !== "picture") rich.run(name, name === "tag" ? writeField({ name: value, fallback }) : value);
}

function show(tools) {
  for (const tool of toolbar.querySelectorAll("[data-toggle]"))
    tool.setAttribute("aria-pressed", String(tools.includes(tool.dataset.do)));
  toolbar.querySelector(".in-table").hidden = !tools.includes("table");
}

document.addEventListener("desk:restored", () => rich.take(field.value));

makeToolbar(toolbar, run);
field.required = false; // hidden, it could not say so; the desk does
field.hidden = true;
place.hidden = false;
