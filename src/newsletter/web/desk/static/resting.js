// Who finds a choice in a menu by typing its name, or by the arrows, goes through others on the way:
// it counts when the keys rest. What is chosen by the mouse counts at once.

const RESTED = 400; // milliseconds
let typedAt = -RESTED;
const waiting = new Map();

addEventListener(
  "keydown",
  (event) => {
    if (event.target.matches?.("select, [type=radio]")) typedAt = performance.now();
  },
  { capture: true },
);

// Of several wishes about the same form or menu, the last one counts.
export function onceRested(what, then) {
  forget(what);
  const left = typedAt + RESTED - performance.now();
  if (left > 0) waiting.set(what, setTimeout(onceRested, left, what, then));
  else then();
}

function forget(what) {
  clearTimeout(waiting.get(what));
  waiting.delete(what);
}

// A form that is sent by one of its buttons says it all.
addEventListener("submit", (event) => forget(event.target), { capture: true });
