// What stays when a page is drawn anew: what was done on it and not yet sent, and where the keyboard is.

// What was unfolded stays unfolded, and what was typed, ticked or chosen and not yet sent stays so.
export function keep(part, other) {
  for (const open of part.querySelectorAll("details[id][open]"))
    other.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute("open", "");
  for (const field of part.querySelectorAll(":is(input, textarea, select)[id]")) {
    const same = differs(field) && counterpart(field, other);
    if (same) carry(field, same);
  }
}

// A tick belongs to what it stands for, wherever in a list that is by now.
function counterpart(field, other) {
  if (!isTick(field)) return other.querySelector(`#${CSS.escape(field.id)}`);
  const same = [...other.querySelectorAll(`input[type="${field.type}"]`)].filter(
    (each) => each.name === field.name && each.value === field.value,
  );
  return same.length > 1 ? same.find((each) => each.id === field.id) : same[0];
}

// Where the desk itself says something else by now, that counts.
function carry(field, same) {
  if (field.type === "file") same.files = field.files;
  else if (isTick(field)) {
    if (same.defaultChecked === field.defaultChecked) same.checked = field.checked;
  } else if (field.options) {
    const isOffered = [...same.options].some((option) => option.value === field.value);
    if (isOffered && preset(same) === preset(field)) same.value = field.value;
  } else if (same.defaultValue === field.defaultValue) same.value = field.value;
}

export function differs(field) {
  if (field.type === "file") return field.files.length > 0;
  if (isTick(field)) return field.checked !== field.defaultChecked;
  return field.value !== (field.options ? preset(field) : field.defaultValue);
}

const isTick = (field) => field.type === "checkbox" || field.type === "radio";

// What a menu shows before anybody chooses.
const preset = (menu) => ([...menu.options].find((option) => option.defaultSelected) ?? menu.options[0])?.value;

// --- where the keyboard is -------------------------------------------------------------

// What has the focus may be gone from the fresh page, or sleep while its form is under way, and
// without any the keyboard begins again at the top. What this returns finds the heir: the same
// one, the one that it names, the one that does and says the same, the heading of its part, or
// what was just said.
export function keyboard(held) {
  const part = held.closest("[data-live]")?.id;
  return () => {
    if (held === document.body || document.activeElement !== document.body) return;
    const named = [held.id, held.dataset.then].filter(Boolean).map((id) => document.getElementById(id));
    const alike = part
      ? [...document.querySelectorAll(`#${CSS.escape(part)} ${held.localName}`)].filter(
          (each) => does(each) === does(held),
        )
      : [];
    const said = [part, "notice"].filter(Boolean).map((id) => document.querySelector(`#${id} [tabindex="-1"]`));
    const whole = document.querySelector('[data-whole] [tabindex="-1"]');
    for (const heir of [held, ...named, ...alike, ...said, whole, document.querySelector("#main")]) {
      heir?.focus();
      if (document.activeElement !== document.body) return;
    }
  };
}

const does = (each) => [each.form?.action, each.href, each.name, each.value, each.textContent].join("\n");
