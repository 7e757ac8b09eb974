// The menu that "/" opens on an empty line: type to narrow it, Enter takes what is marked.

import { Plugin } from "prosemirror-state";
import { schema } from "./schema.js";

const CHOICES = [
  ["Heading", "heading2"],
  ["Smaller heading", "heading3"],
  ["List", "bullets"],
  ["Numbered list", "numbers"],
  ["Quotation", "quote"],
  ["Picture", "picture"],
  ["Button", "button"],
  ["Table", "table", ""],
  ["Line", "rule"],
];

// `run` does what was chosen, by the names of the toolbar; `snippets` are texts that can be put in.
export function slashMenu(run, boxes, snippets) {
  const kinds = Object.entries(boxes).map(([kind, { name }]) => [name, "box", kind]);
  const choices = [
    ...CHOICES.toSpliced(-2, 0, ...kinds),
    ...snippets.map(({ title, text }) => [title, "snippet", text]),
  ];
  let menu = null;
  return new Plugin({
    view: (view) => {
      menu = new Menu(view, run, choices);
      return menu;
    },
    props: {
      handleKeyDown: (_view, event) => menu.press(event),
      handleDOMEvents: { blur: () => menu.close() },
    },
  });
}

class Menu {
  constructor(view, run, choices) {
    Object.assign(this, { view, run, choices, shown: [], marked: 0, dismissed: "" });
    this.dom = document.createElement("div");
    Object.assign(this.dom, { className: "slash", role: "listbox", id: "slash-menu", hidden: true });
    this.dom.setAttribute("aria-label", "Insert");
    this.dom.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the text keeps the keyboard
      const index = [...this.dom.children].indexOf(event.target.closest("[role=option]"));
      if (index >= 0) this.choose(index);
    });
    view.dom.after(this.dom);
  }

  update(view) {
    const typed = this.typed();
    if (typed === null || typed !== this.dismissed) this.dismissed = "";
    const isOpen = typed !== null && !this.dismissed;
    const wanted = isOpen
      ? this.choices.filter(([name]) => name.toLowerCase().includes(typed.slice(1).toLowerCase()))
      : [];
    if (wanted.map(String).join() !== this.shown.map(String).join()) this.marked = 0;
    this.shown = wanted;
    this.draw(view);
  }

  // What stands in the paragraph, if that is a slash and nothing but a word.
  typed() {
    const { $from, empty } = this.view.state.selection;
    const { parent } = $from;
    const isMeant = empty && parent.type === schema.nodes.paragraph && /^\/[\w ]{0,20}$/.test(parent.textContent);
    return isMeant && $from.parentOffset === parent.content.size ? parent.textContent : null;
  }

  draw(view) {
    this.dom.hidden = !this.shown.length;
    const set = (name, value) => (value ? view.dom.setAttribute(name, value) : view.dom.removeAttribute(name));
    set("aria-controls", this.shown.length ? this.dom.id : "");
    set("aria-activedescendant", this.shown.length ? `slash-${this.marked}` : "");
    if (!this.shown.length) return;
    this.dom.replaceChildren(...this.shown.map(([name], index) => this.option(name, index)));
    const place = view.coordsAtPos(view.state.selection.from);
    const around = this.dom.offsetParent.getBoundingClientRect();
    const below = place.bottom + this.dom.offsetHeight < innerHeight;
    this.dom.style.left = `${place.left - around.left}px`;
    this.dom.style.top = `${(below ? place.bottom + 4 : place.top - this.dom.offsetHeight - 4) - around.top}px`;
    this.dom.children[this.marked].scrollIntoView({ block: "nearest" });
  }

  option(name, index) {
    const made = document.createElement("div");
    Object.assign(made, { role: "option", id: `slash-${index}`, textContent: name });
    made.setAttribute("aria-selected", String(index === this.marked));
    return made;
  }

  press(event) {
    if (!this.shown.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.marked = (this.marked + step + this.shown.length) % this.shown.length;
      this.draw(this.view);
    } else if (event.key === "Enter" || event.key === "Tab") this.choose(this.marked);
    else if (event.key === "Escape") this.close();
    else return false;
    return true;
  }

  close() {
    this.dismissed = this.typed() ?? "";
    this.shown = [];
    this.draw(this.view);
  }

  choose(index) {
    const [, name, value] = this.shown[index];
    const { $from } = this.view.state.selection;
    this.view.dispatch(this.view.state.tr.delete($from.start(), $from.end()));
    this.run(name, value);
  }

  destroy() {
    this.dom.remove();
  }
}
