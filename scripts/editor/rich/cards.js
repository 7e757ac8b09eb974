// How boxes, buttons, pictures and merge fields are shown: as cards and chips with labeled fields.

import { NodeSelection, TextSelection } from "prosemirror-state";
import { wholeAddress } from "./addresses.js";
import { readField, writeField } from "./dialect.js";

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// A node with fields of its own; each input writes one attribute.
class Card {
  constructor(node, view, getPos) {
    Object.assign(this, { node, view, getPos, inputs: [] });
  }

  set(values) {
    const transaction = this.view.state.tr;
    for (const [name, value] of Object.entries(values)) transaction.setNodeAttribute(this.getPos(), name, value);
    this.view.dispatch(transaction);
  }

  // An input for an attribute, or for what `read` makes of one; `write` returns what to set.
  field(
    label,
    name,
    { type = "text", read = (attrs) => attrs[name], write = (value) => ({ [name]: value }), hint = "" } = {},
  ) {
    const input = element("input", { type, value: read(this.node.attrs), placeholder: hint, autocomplete: "off" });
    input.addEventListener("input", () => this.set(write(input.value.replace(/\s+/g, " "), this.node.attrs)));
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.leave();
    });
    if (name === "link") input.addEventListener("change", () => this.set({ link: wholeAddress(input.value) }));
    this.inputs.push({ input, read });
    return element("label", { className: `named-field is-${name}` }, element("span", {}, label), input);
  }

  // The card's heading, with a button that takes the card away.
  heading(name, ...children) {
    const remove = element("button", { type: "button", className: "plain", textContent: "Remove" });
    remove.setAttribute("aria-label", `Remove: ${name}`);
    remove.addEventListener("click", () => {
      const from = this.getPos();
      this.view.dispatch(this.view.state.tr.delete(from, from + this.node.nodeSize));
      this.view.focus();
    });
    this.head = element("div", { className: "card-head", contentEditable: "false" });
    this.head.append(element("p", { className: "card-name" }, element("b", {}, name), remove), ...children);
    return this.head;
  }

  // Goes on in the text: inside of a box, or behind a card.
  leave() {
    const place = this.node.isAtom ? this.getPos() + this.node.nodeSize : this.getPos() + 1;
    const { state } = this.view;
    this.view.dispatch(state.tr.setSelection(TextSelection.near(state.doc.resolve(place))).scrollIntoView());
    this.view.focus();
  }

  update(node) {
    if (node.type !== this.node.type || !this.suits(node)) return false;
    this.node = node;
    for (const { input, read } of this.inputs) {
      const value = read(node.attrs);
      if (input.value !== value && !(document.activeElement === input && input.value.replace(/\s+/g, " ") === value))
        input.value = value;
    }
    return true;
  }

  suits() {
    return true;
  }

  stopEvent(event) {
    return Boolean(event.target.closest?.("input, button, summary"));
  }

  ignoreMutation(mutation) {
    return !this.contentDOM?.contains(mutation.target);
  }
}

// A day and its hours, as far as they are filled in.
const WHEN = /^(\d{4}-\d{2}-\d{2})?[T ,]*(\d{1,2}:\d{2})?(?:\s*(?:-|–|to)\s*(\d{1,2}:\d{2}))?$/;
const moment = ({ when }) =>
  WHEN.exec(when)
    ?.slice(1)
    .map((part) => (part ?? "").padStart(5, part ? "0" : "")) ?? ["", "", ""];
const say = ([day, from, to]) => `${day} ${from}${to ? ` - ${to}` : ""}`.trim();

class Box extends Card {
  constructor(boxes, ...given) {
    super(...given);
    const { kind, when } = this.node.attrs;
    const { name, fields, hint } = boxes[kind];
    this.isPlain = !WHEN.test(when);
    const made = fields.filter((each) => each.name !== "text").flatMap((each) => this.fieldOf(each));
    this.dom = element(
      "section",
      { className: `box-card ${kind}` },
      this.heading(name, element("div", { className: "card-fields" }, ...made)),
    );
    this.dom.setAttribute("aria-label", name);
    this.contentDOM = element("div", { className: "card-body" });
    this.dom.append(this.contentDOM);
    if (hint) this.dom.append(element("p", { className: "hint", contentEditable: "false" }, hint));
  }

  fieldOf({ name, label }) {
    if (name === "link") return this.field(label, name, { hint: "A web address" });
    if (name !== "when" || this.isPlain) return this.field(label, name);
    const part = (index) => ({
      read: (attrs) => moment(attrs)[index],
      write: (value, attrs) => ({ when: say(moment(attrs).with(index, value)) }),
    });
    return [
      this.field("Day", "when", { type: "date", ...part(0) }),
      this.field("From", "when", { type: "time", ...part(1) }),
      this.field("To", "when", { type: "time", ...part(2) }),
    ];
  }

  suits({ attrs }) {
    return attrs.kind === this.node.attrs.kind && this.isPlain === !WHEN.test(attrs.when);
  }
}

class Button extends Card {
  constructor(...given) {
    super(...given);
    const words = this.field("Words", "label");
    const address = this.field("Leads to", "link", { hint: "A web address, an email address or a phone number" });
    this.shown = element("span", { className: "shown-button" });
    this.dom = element(
      "section",
      { className: "box-card is-button" },
      this.heading(
        "Button",
        element("p", {}, this.shown),
        element("div", { className: "card-fields" }, words, address),
      ),
    );
    this.dom.setAttribute("aria-label", "Button");
    this.show();
  }

  show() {
    this.shown.textContent = this.node.attrs.label || "…";
  }

  update(node) {
    const done = super.update(node);
    if (done) this.show();
    return done;
  }
}

class Picture extends Card {
  constructor(...given) {
    super(...given);
    const plain = (value) => value.replaceAll("[", "(").replaceAll("]", ")");
    const alt = this.field("What it shows", "alt", {
      write: (value) => ({ alt: plain(value) }),
      hint: "For readers who cannot see it",
    });
    const more = element(
      "details",
      {},
      element("summary", {}, "More"),
      element(
        "div",
        { className: "card-fields" },
        this.field("Leads to", "link", { hint: "A web address" }),
        this.field("Width in pixels", "width", { write: (value) => ({ width: value.replace(/\D/g, "") }) }),
      ),
    );
    this.frame = element("p", { className: "shown-picture" });
    const fields = element("div", { className: "card-fields" }, alt, this.field("Caption", "caption"));
    this.dom = element("section", { className: "box-card picture" }, this.heading("Picture", this.frame, fields, more));
    this.dom.setAttribute("aria-label", "Picture");
    this.show();
  }

  // Only pictures of the issue itself are loaded: another server would learn that somebody writes.
  show() {
    const { src, alt } = this.node.attrs;
    if (/^images\//.test(src)) this.frame.replaceChildren(element("img", { src, alt: alt || "Not described yet" }));
    else this.frame.textContent = `A picture from the web: ${src}`;
  }

  update(node) {
    const { src, alt } = this.node.attrs;
    const done = super.update(node);
    if (done && (node.attrs.src !== src || node.attrs.alt !== alt)) this.show();
    return done;
  }
}

class Kept extends Card {
  constructor(...given) {
    super(...given);
    this.source = element("pre", {}, this.node.attrs.text);
    this.dom = element("section", { className: "box-card kept-block" }, this.heading("Kept as it is", this.source));
    this.head.append(
      element("p", { className: "hint" }, "This part is shown as it is in the file. Switch to Markdown to change it."),
    );
    this.dom.setAttribute("aria-label", "Kept as it is");
  }

  update(node) {
    if (!super.update(node)) return false;
    this.source.textContent = node.attrs.text;
    return true;
  }
}

// "First name, or: reader"; the fallback can be typed into.
class Chip extends Card {
  constructor(names, ...given) {
    super(...given);
    this.names = names;
    const read = readField(this.node.attrs.field);
    this.dom = element("span", { className: "chip", contentEditable: "false" });
    const name = names[read?.name];
    if (!name) {
      this.dom.append(this.node.attrs.field);
      this.dom.classList.add("unknown");
    } else if (read.name === "email") this.dom.append(name);
    else {
      const fallback = element("input", { value: read.fallback, size: width(read.fallback), autocomplete: "off" });
      fallback.setAttribute("aria-label", `For readers without: ${name}`);
      fallback.addEventListener("input", () => {
        fallback.size = width(fallback.value);
        this.set({ field: writeField({ name: read.name, fallback: fallback.value.replace(/[{}\n]/g, "") }) });
      });
      fallback.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== "Escape") return;
        event.preventDefault();
        this.leave();
      });
      this.dom.append(`${name}, or: `, fallback);
      this.inputs.push({ input: fallback, read: (attrs) => readField(attrs.field)?.fallback ?? "" });
    }
  }

  suits({ attrs }) {
    const [now, then] = [readField(this.node.attrs.field), readField(attrs.field)];
    return now && then ? now.name === then.name : attrs.field === this.node.attrs.field;
  }
}

const width = (text) => Math.max(3, text.length);

export const nodeViews = (names, boxes) => {
  const view = (Made) => (node, editor, getPos) => new Made(node, editor, getPos);
  return {
    box: (node, editor, getPos) => new Box(boxes, node, editor, getPos),
    button: view(Button),
    picture: view(Picture),
    kept: view(Kept),
    merge_field: (node, editor, getPos) => new Chip(names, node, editor, getPos),
  };
};

// Puts the keyboard into a field of the card at this place: the first that is empty of those with
// this name, or of all. `text` is what stands inside of a box.
export function focusCard(view, place, name = "") {
  const card = view.nodeDOM(place);
  const inputs = [...(card?.querySelectorAll?.(name ? `.is-${name} input` : ":scope > .card-head input") ?? [])];
  const input = inputs.find((each) => !each.value) ?? inputs[0];
  if (name === "text") {
    view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(place + 1))));
    view.focus();
  } else if (input) {
    input.focus();
    input.select();
  } else {
    view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, place)));
    view.focus();
  }
}
