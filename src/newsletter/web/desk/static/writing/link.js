// Asking for the words and the address of a link or a button.

import { wholeAddress } from "/static/editor.js";

const dialog = document.querySelector("#link-dialog");

// Returns { words, address }, or { remove: true }, or null when it was canceled.
export function askLink({ title, words, address, canRemove = false }) {
  dialog.querySelector("#link-title").textContent = title;
  const [text, target] = dialog.querySelectorAll("input");
  [text.value, target.value] = [words, address];
  dialog.querySelector("[value=remove]").hidden = !canRemove;
  dialog.returnValue = "no";
  dialog.showModal();
  (text.value ? target : text).focus();
  return new Promise((answered) => {
    dialog.onclose = () => {
      if (dialog.returnValue === "remove") answered({ remove: true });
      else if (dialog.returnValue !== "yes") answered(null);
      else answered({ words: text.value.trim(), address: wholeAddress(target.value) });
    };
  });
}
