// Asking which of two texts a file shall have.

const dialog = document.querySelector("#conflict-dialog");
const question = document.querySelector("#conflict-title");
const both = document.querySelector("#conflict-both");

// Keys that were meant for the text fall on the question and do nothing: no button has the
// focus before somebody moves it there, and typing takes it away again.
dialog.addEventListener("keydown", (event) => {
  if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) question.focus();
});
// It must be answered. A browser closes it at a second Escape whatever "cancel" says, unless it never hears of the key.
dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.preventDefault());
dialog.addEventListener("cancel", (event) => event.preventDefault());

function ask() {
  dialog.showModal();
  question.focus();
}

// Returns "mine" or "theirs"; `comparison` is the HTML of what differs.
export function askConflict(comparison) {
  both.replaceChildren(...new DOMParser().parseFromString(comparison, "text/html").body.childNodes);
  both.hidden = true;
  ask();
  return new Promise((answered) => {
    dialog.onclose = ask; // should it be closed all the same
    dialog.onclick = (event) => {
      const button = event.target.closest("[data-answer]");
      if (!button) return;
      if (button.dataset.answer === "both") {
        both.hidden = !both.hidden;
        button.setAttribute("aria-expanded", String(!both.hidden));
        return;
      }
      dialog.onclose = null;
      dialog.close();
      answered(button.dataset.answer);
    };
  });
}
