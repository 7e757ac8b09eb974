// The text in two views: as readers get it, or as the Markdown of the file. Both show the one
// text that CodeMirror holds: saving, merging, the fields and the mail know only that one.

import { EditorSelection, EditorView, RichText, writeField } from "/static/editor.js";
import { commands, insertInline, insertPicture, mergeTag } from "./commands.js";
import { askLink } from "./link.js";
import { showMarks } from "./marks.js";
import { origin } from "./origin.js";
import { bodyStart, leastChange, textStart } from "./text.js";

const KEPT = "desk-writing"; // in this browser

export class Sheet {
  constructor({ view, places, label, hint, names, boxes, keys, snippets, onFiles, onShow, onTool }) {
    Object.assign(this, { view, places, boxes, onShow });
    this.rich = new RichText({
      parent: places.rich,
      text: this.body,
      label,
      hint,
      names,
      boxes,
      keys,
      snippets,
      ask: askLink,
      onChange: (text) => this.write(text),
      onSelect: (tools) => this.isRich && onShow({ tools }),
      onFiles,
      onTool,
    });
    this.show(remembered() !== "markdown");
  }

  // The text below the lines at the top, which the fields stand for.
  get body() {
    return this.view.state.sliceDoc(this.start);
  }

  get start() {
    return bodyStart(this.view.state);
  }

  // Shows the text as readers get it, or as Markdown.
  show(isRich) {
    this.isRich = isRich;
    if (isRich) this.rich.take(this.body, { canUndo: true });
    this.places.rich.hidden = !isRich;
    this.places.markdown.hidden = isRich;
    this.onShow({ isRich, tools: [] });
  }

  switch() {
    this.show(!this.isRich);
    try {
      localStorage.setItem(KEPT, this.isRich ? "rich" : "markdown");
    } catch {
      // then it is asked for again on the next page
    }
    this.focus();
  }

  // Hears of each change of the text, whoever made it.
  changed(update) {
    if (!this.isRich || update.transactions.some((each) => each.annotation(origin) === "rich")) return;
    this.rich.take(this.body);
  }

  // Puts what was typed where readers see it into the text of the file, with the least change.
  write(text) {
    const { from, to, insert } = leastChange(this.body, text);
    const { start } = this;
    const isFirst = start > 0 && this.view.state.sliceDoc(start - 1, start) !== "\n"; // the file ends with the lines at the top
    this.view.dispatch({
      changes: { from: start + from, to: start + to, insert: isFirst ? `\n\n${insert}` : insert },
      annotations: origin.of("rich"),
      userEvent: "input.type",
    });
  }

  // --- what both can do --------------------------------------------------------------------

  focus() {
    (this.isRich ? this.rich : this.view).focus();
  }

  run(name, value) {
    if (this.isRich) this.rich.run(name, name === "tag" ? fieldOf(value) : value);
    else if (name === "tag") insertInline(this.view, mergeTag(value));
    else {
      commands[name](this.view, name === "box" ? this.boxes[value] : value);
      if (!document.querySelector("dialog[open]")) this.view.focus();
    }
  }

  addPicture(path) {
    if (this.isRich) return this.rich.insertPicture(path);
    const wasInText = this.view.state.selection.main.head >= textStart(this.view.state);
    if (!wasInText) this.view.dispatch({ selection: { anchor: this.view.state.doc.length } }); // nobody has put the cursor anywhere yet
    insertPicture(this.view, path);
  }

  mark(marks, mistake) {
    showMarks(this.view, marks, mistake);
    const wrong = mistake?.line
      ? [{ line: mistake.line, severity: "error", message: `${mistake.what}\n${mistake.hint}` }]
      : [];
    const before = this.linesBefore;
    this.rich.mark(
      [...marks, ...wrong].map((each) => ({ ...each, line: each.line - 1 - before })).filter(({ line }) => line >= 0),
    );
  }

  get linesBefore() {
    return this.view.state.doc.lineAt(this.start).number - 1;
  }

  // Selects a line, or puts the cursor where the field of a box that begins there is written.
  goTo(line, field = "") {
    if (this.isRich) return this.rich.goTo(line - 1 - this.linesBefore, field);
    const place = this.view.state.doc.line(line);
    this.view.dispatch({
      selection: EditorSelection.range(field ? place.to : place.from, place.to),
      effects: EditorView.scrollIntoView(place.from, { y: "center" }),
    });
    this.view.focus();
  }

  // Goes on where somebody was in the plain field.
  goToOffset(anchor, head) {
    if (this.isRich) return this.rich.goToOffset(Math.max(0, head - this.start));
    this.view.focus();
    this.view.dispatch({ selection: { anchor, head }, scrollIntoView: true });
  }
}

const fieldOf = (name) => writeField({ name, fallback: name === "email" ? "" : "reader" });

function remembered() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null; // not allowed here
  }
}
