// Pictures that are chosen, pasted, or dropped anywhere on the page.

import { post } from "/static/connection.js";

const MOST_BYTES = 20_000_000;

export function takePictures({ page, address, headers, tell, insert }) {
  async function add(files) {
    for (const picture of files) {
      if (picture.size > MOST_BYTES) {
        tell(`${picture.name} has more than 20 MB. Save it smaller, and add that.`);
        continue;
      }
      const form = new FormData();
      form.append("picture", picture, picture.name || "picture");
      try {
        const answer = await post(`${address}/pictures`, form, headers);
        if (answer.headers.get("Content-Type").startsWith("application/json")) {
          const told = await answer.json();
          if (!answer.ok) tell(`${told.what}. ${told.hint}`);
          else insert(told.path);
        } else if (answer.status === 413)
          tell(`${picture.name} is larger than the desk takes. Save it smaller, and add that.`);
        else if (answer.status === 403)
          tell("The desk was started again. Open its link once in this browser, then add the picture.");
        else tell(`The desk could not add ${picture.name}: a mistake in the program.`);
      } catch {
        tell("The desk does not answer; the picture was not added.");
      }
    }
  }

  // A browser opens a file that nobody catches, in place of the page. The mail lets files
  // fall through while one is carried over it.
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragenter", (event) => carries(event) && page.toggleAttribute("data-carried", true));
  document.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget || page.removeAttribute("data-carried"));
  document.addEventListener("drop", (event) => {
    page.removeAttribute("data-carried");
    if (!carries(event) || event.defaultPrevented) return; // the text takes what is dropped on it, at that place
    event.preventDefault();
    const files = [...event.dataTransfer.files];
    const pictures = files.filter((file) => file.type.startsWith("image/"));
    if (pictures.length < files.length)
      tell("Only pictures can be dropped here. A post in a file is added on the page Posts.");
    add(pictures);
  });
  return add;
}
