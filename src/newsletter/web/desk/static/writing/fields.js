// The fields above the text: each shows one key of the lines at the top, and changes only that.

import { changeKey, readKey } from "./front_matter.js";
import { origin } from "./origin.js";

export class Fields {
  constructor(place, view) {
    this.view = view;
    this.inputs = [...place.querySelectorAll("input[data-key]")];
    this.order = this.inputs.map((input) => input.dataset.key);
    for (const input of this.inputs) {
      input.addEventListener("input", () => this.write(input));
      input.addEventListener("keydown", (event) => {
        if (event.key === "Enter") event.preventDefault();
      });
    }
    this.show();
    place.hidden = false;
  }

  write(input) {
    const { key } = input.dataset;
    const found = readKey(this.view.state.doc, key);
    if (!input.value && !found) return;
    const changes = changeKey(this.view.state.doc, key, input.value, this.order);
    this.view.dispatch({ changes, annotations: origin.of("field"), userEvent: "input.type" });
    count(input);
  }

  // Shows what the text says, but leaves alone what is just being typed.
  show() {
    for (const input of this.inputs) {
      const found = readKey(this.view.state.doc, input.dataset.key);
      const value = found ? found.value : "";
      input.disabled = value === null;
      const hint = document.getElementById(`hint-${input.dataset.key}`);
      const told = value === null ? "Written in several lines: change it in the lines at the top." : hint.dataset.hint;
      if (hint.textContent !== told) hint.textContent = told;
      if (squeezed(input.value) !== squeezed(value ?? "")) input.value = value ?? "";
      count(input);
    }
  }

  // Puts the cursor into the field whose key stands on this line; tells whether there is one.
  focusLine(number) {
    return this.focus(this.order.find((key) => readKey(this.view.state.doc, key)?.line.number === number));
  }

  // Puts the cursor into the field of a key, also where the text has no such key yet; tells whether there is one.
  focus(key) {
    const input = this.inputs.find((each) => each.dataset.key === key);
    if (!input || input.disabled) return false;
    input.closest("details")?.setAttribute("open", "");
    input.focus();
    return true;
  }

  insert(input, text) {
    input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
    this.write(input);
    input.focus();
  }
}

const squeezed = (text) => text.replace(/\s+/g, " ").trim();

function count(input) {
  const place = input.closest(".field").querySelector(".length");
  if (!place) return;
  const length = [...input.value.replace(/\{\{.*?\bor\s*["'](.*?)["']\s*\}\}/g, "$1")].length;
  const limit = Number(place.dataset.limit);
  place.textContent = length > limit ? `${length} characters: most inboxes show ${limit}` : `${length} of ${limit}`;
  place.classList.toggle("over", length > limit);
}
