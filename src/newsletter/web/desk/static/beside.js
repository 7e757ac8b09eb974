// Shows what was done, or why it was not, beside what was pressed: the place for it at the top of
// the page may be far out of sight.

const notice = () => document.querySelector("#notice");
let pressed = null; // the form, and where in the window it was

export function remember(form, button) {
  const { left, top } = (button ?? form).getBoundingClientRect();
  pressed = { form, name: name(form), left: Math.max(1, left), top };
}

// Brings the message back to its place, where the parts of a page that is drawn anew are compared.
export function home() {
  const main = document.querySelector("#main");
  if (main.firstElementChild !== notice()) main.prepend(notice());
}

export function beside() {
  const said = notice();
  if (!said.firstElementChild) pressed = null;
  if (!pressed || isInSight(said)) return;
  const place = anchor();
  const isThere = place?.nextElementSibling === said; // what is moved loses the keyboard
  if (place && !isThere) Element.prototype.after.call(place, said); // a form's own fields hide what it can do
  if (!isInSight(said)) said.scrollIntoView({ block: "center" });
}

// The form, which may be another one by now; where it is gone, what stands there now.
function anchor() {
  const { form, left, top } = pressed;
  const same = form.isConnected
    ? form
    : [...document.querySelectorAll("form[data-swap]")].find((each) => name(each) === pressed.name);
  if (same?.checkVisibility()) return same.closest(".actions, .row, table") ?? same;
  const height = Math.min(Math.max(top, 1), innerHeight - 1);
  return document.elementFromPoint(left, height)?.closest("main :is(form, li, section, .card, .heading)") ?? null;
}

const name = (form) =>
  JSON.stringify([
    form.action,
    ...[...new FormData(form)].filter(([key]) => key !== "desk_token" && key !== "campaign"),
  ]);

function isInSight(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}
