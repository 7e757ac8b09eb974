// Asking which of two texts a file shall have.

const dialog = document.querySelector("#conflict-dialog");
const question = document.querySelector("#conflict-title");
const both = document.querySelector("#conflict-both");

// Keys that were meant for the text fall on the question and do nothing: no button has the
// focus before somebody moves it there, and typing takes it away again.
dialog.addEventListener("keydown", (event) => {
  if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) question.focus();
});
dialog.addEventListener("cancel", (event) => event.preventDefault()); // it must be answered

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
    dialog.onclose = ask; // browsers close it on a second Escape whatever we say
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
