// Whether a finger, the mouse or the space bar is down: a button that is replaced meanwhile is never clicked.

const down = new Set();

let waiting = []; // for the click

// What draws the page waits for this.
export const released = () => (down.size ? new Promise((resolve) => waiting.push(resolve)) : undefined);

function release(each) {
  if (!down.delete(each) || down.size) return;
  setTimeout(() => {
    for (const resolve of waiting) resolve();
    waiting = [];
  });
}

function on(name, listen) {
  addEventListener(name, listen, { capture: true });
}

on("pointerdown", (event) => event.button === 0 && !event.ctrlKey && down.add(event.pointerId));
for (const name of ["pointerup", "pointercancel"]) on(name, (event) => release(event.pointerId));
on("keydown", (event) => event.key === " " && event.target.closest?.("button, summary, input") && down.add("space"));
on("keyup", (event) => event.key === " " && release("space"));

// A menu, a drag or another window may take the end of a press away.
on("pointermove", (event) => event.buttons === 0 && release(event.pointerId));
for (const name of ["contextmenu", "dragstart"]) on(name, () => down.forEach(release));
addEventListener("blur", () => down.forEach(release)); // the window's own; those of fields do not come here
