// Who finds a choice in a menu by typing its name, or by the arrows, goes through others on the way:
// it counts when the keys rest. What is chosen by the mouse counts at once.

const RESTED = 400; // milliseconds
let typedAt = -RESTED;
const waiting = new Map();

addEventListener("keydown", (event) => {
  if (event.target.matches?.("select, [type=radio]")) typedAt = performance.now();
}, { capture: true });

// Of several wishes with the same key, the last one counts.
export function onceRested(key, then) {
  forget(key);
  const left = typedAt + RESTED - performance.now();
  if (left > 0) waiting.set(key, setTimeout(onceRested, left, key, then));
  else then();
}

function forget(key) {
  clearTimeout(waiting.get(key));
  waiting.delete(key);
}

// A form that is sent by one of its buttons says it all.
addEventListener("submit", (event) => forget(event.target), { capture: true });
