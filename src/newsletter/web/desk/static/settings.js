// A color can be picked by sight, too. What counts is the field with the digits: without this script one types them.

const DIGITS = /^#[0-9a-f]{6}$/i;
const NONE = "#ffffff"; // what a picker shows that cannot be empty

function addPickers() {
  for (const field of document.querySelectorAll(".field.color > input")) addPicker(field);
}

function addPicker(field) {
  const picker = document.createElement("input");
  picker.type = "color";
  picker.setAttribute("aria-label", `${field.labels[0].textContent}: choose by sight`);
  const follow = () => (picker.value = DIGITS.test(field.value.trim()) ? field.value.trim() : NONE);
  field.addEventListener("input", follow);
  picker.addEventListener("input", () => {
    field.value = picker.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const both = document.createElement("span");
  field.replaceWith(both);
  both.append(field, picker);
  follow();
}

addPickers();
document.addEventListener("desk:drawn", addPickers);
document.addEventListener("desk:restored", () => {
  for (const field of document.querySelectorAll(".field.color span > input:first-child"))
    field.dispatchEvent(new Event("input"));
});
