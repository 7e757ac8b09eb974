// The text as readers get it, to be edited: ProseMirror over the text of a Markdown file.

import { baseKeymap, chainCommands, exitCode } from "prosemirror-commands";
import { dropCursor } from "prosemirror-dropcursor";
import { gapCursor } from "prosemirror-gapcursor";
import { history } from "prosemirror-history";
import { InputRule, inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { Slice } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem } from "prosemirror-schema-list";
import { EditorState, NodeSelection, Plugin, PluginKey, TextSelection } from "prosemirror-state";
import { Decoration, DecorationSet, EditorView } from "prosemirror-view";
import { focusCard, nodeViews } from "./cards.js";
import { activeTools, insertBlock, insertBlocks, isInTable, keysOf, nextCell, run } from "./commands.js";
import { readField } from "./dialect.js";
import { tidyPaste } from "./pasting.js";
import { Book } from "./reading.js";
import { schema } from "./schema.js";
import { isEmpty } from "./shape.js";
import { slashMenu } from "./slash.js";
import { Writer } from "./writing.js";

const { nodes } = schema;
const found = new PluginKey("found");

export class RichText {
  // `onChange` hears the new text, `onSelect` which tools are on, `onTool` what was chosen from a menu; `ask` asks for a link.
  // `boxes` tells of each kind of box its name, its fields and what it says at first (KINDS in rendering/boxes.py);
  // `snippets` are pieces of text that can be put in, each with its title.
  constructor({
    parent,
    text,
    label,
    hint,
    names,
    boxes,
    keys,
    snippets = [],
    ask,
    onChange,
    onSelect,
    onFiles,
    onTool,
  }) {
    Object.assign(this, { ask, boxes, onChange, onSelect, onFiles });
    this.book = new Book(boxes);
    this.writer = new Writer(this.book);
    const { blocks, head, tail } = this.read(text);
    Object.assign(this, { text, head, tail });
    const plugins = [
      slashMenu(onTool, boxes, snippets),
      inputRules({ rules }),
      keymap({ ...keys, ...keysOf(ask), ...typing }),
      keymap(baseKeymap),
      history(),
      dropCursor({ class: "drop-cursor" }),
      gapCursor(),
      placeholder(hint),
      outline,
      wayOn,
      marked,
    ];
    const doc = schema.node("doc", null, blocks.length ? blocks : [nodes.paragraph.create()]);
    this.view = new EditorView(parent, {
      state: EditorState.create({ doc, plugins }),
      nodeViews: nodeViews(names, boxes),
      attributes: {
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": label,
        spellcheck: "true",
        class: "rich-text",
      },
      dispatchTransaction: (transaction) => this.apply(transaction),
      transformPastedHTML: tidyPaste,
      clipboardTextParser: (pasted) => this.readPlain(pasted),
      clipboardTextSerializer: (slice) => slice.content.textBetween(0, slice.content.size, "\n\n"),
      handlePaste: (_view, event) =>
        !event.clipboardData?.types.includes("text/plain") && this.files(event, event.clipboardData?.files),
      handleDrop: (view, event) => this.drop(view, event),
      handleDOMEvents: { focus: (view) => this.focused(view) },
    });
    this.view.dispatch(this.view.state.tr.setSelection(TextSelection.atEnd(this.view.state.doc)));
  }

  read(text) {
    return this.book.read(text, (node) => this.writer.anew(node));
  }

  // What cannot be written is not shown either: nobody goes on in a text that is saved nowhere.
  apply(transaction) {
    const state = this.view.state.apply(transaction);
    const isTyped = transaction.docChanged && !transaction.getMeta("read");
    const text = isTyped ? this.writer.document(state.doc, this) : this.text;
    this.view.updateState(state);
    if (text !== this.text) {
      this.text = text;
      this.onChange(text);
    }
    this.onSelect(activeTools(state));
  }

  // Takes over a text that was not typed here: what it shares with this one stays, and so does the cursor in it.
  take(text, { canUndo = false } = {}) {
    if (text === this.text) return;
    const now = placed(this.view.state.doc).map((each) => ({ ...each, text: this.writer.block(each.node) }));
    const { blocks, head, tail } = this.read(text);
    const next = blocks.map((node) => ({ node, text: this.book.origin(node).text }));
    const same = (one, other) => one.text === other.text;
    let first = 0;
    while (first < Math.min(now.length, next.length) && same(now[first], next[first])) first += 1;
    let last = 0;
    while (last < Math.min(now.length, next.length) - first && same(now.at(-1 - last), next.at(-1 - last))) last += 1;
    const transaction = this.replacement(now, next, first, last);
    this.keepGaps(transaction, blocks);
    Object.assign(this, { text, head, tail });
    this.view.dispatch(transaction.setMeta("read", true).setMeta("addToHistory", canUndo));
  }

  replacement(now, next, first, last) {
    const { tr, doc } = this.view.state;
    const [from, to] = [now[first]?.place ?? doc.content.size, now[now.length - last]?.place ?? doc.content.size];
    const fresh = next.slice(first, next.length - last).map(({ node }) => node);
    if (!next.length) return tr.replaceWith(0, doc.content.size, nodes.paragraph.create());
    if (!now.length) return tr.replaceWith(0, doc.content.size, fresh);
    return from === to && !fresh.length ? tr : tr.replaceWith(from, to, fresh);
  }

  // What was typed since it was read gets the origin of what it was just read as.
  keepGaps(transaction, blocks) {
    const numbers = placed(transaction.doc).map(({ node, place }, index) => {
      const { origin } = blocks[index].attrs;
      if (this.writer.isUnchanged(node)) return node.attrs.origin;
      transaction.setNodeAttribute(place, "origin", origin);
      this.book.origins[origin].node = transaction.doc.nodeAt(place);
      return origin;
    });
    for (let index = 1; index < numbers.length; index += 1)
      this.book.gaps.set(`${numbers[index - 1]},${numbers[index]}`, this.book.gap(blocks[index - 1], blocks[index]));
  }

  // A click puts the cursor somewhere only after a moment, and keys that come before it would be lost.
  focused(view) {
    view.focus();
    this.onSelect(activeTools(view.state));
  }

  // --- from outside ------------------------------------------------------------------------

  focus() {
    this.view.focus();
  }

  run(name, value) {
    if (name === "snippet") this.insertText(value);
    else run(this.view, this.ask, this.boxes, name, value);
  }

  // Puts a piece of Markdown behind the block that the cursor is in.
  insertText(text) {
    insertBlocks(this.view, new Book(this.boxes).read(text).blocks.map(withoutOrigin));
    this.view.focus();
  }

  insertPicture(path) {
    focusCard(this.view, insertBlock(this.view, nodes.picture.create({ src: path })));
  }

  // Shows what the checks say; `line` counts from 0 in this text.
  mark(findings) {
    const { doc, tr } = this.view.state;
    const decorations = findings.flatMap(({ line, severity, message }) => {
      const place = this.place(line);
      const node = place === null ? null : doc.nodeAt(place);
      return node
        ? [Decoration.node(place, place + node.nodeSize, { class: `found ${severity}`, title: message })]
        : [];
    });
    this.view.dispatch(tr.setMeta(found, DecorationSet.create(doc, decorations)));
  }

  // Selects the block on this line, or goes into a field of it, and brings it into sight.
  goTo(line, field = "") {
    const place = this.place(line);
    if (place === null) return;
    const { doc, tr } = this.view.state;
    const node = doc.nodeAt(place);
    if (field) {
      focusCard(this.view, place, field);
      document.activeElement.scrollIntoView({ block: "center" });
      return;
    }
    const selection = node.isTextblock
      ? TextSelection.create(doc, place + 1, place + node.nodeSize - 1)
      : NodeSelection.isSelectable(node)
        ? NodeSelection.create(doc, place)
        : TextSelection.near(doc.resolve(place + 1));
    this.view.dispatch(tr.setSelection(selection));
    this.view.focus();
    this.view.nodeDOM(place)?.scrollIntoView?.({ block: "center" });
  }

  // Puts the cursor where an offset in the text is.
  goToOffset(offset) {
    const before = this.text.slice(0, offset);
    const place = this.place(before.split("\n").length - 1);
    if (place === null) return;
    const { doc, tr } = this.view.state;
    const node = doc.nodeAt(place);
    const isEnd = node.isTextblock && !this.text.slice(offset).split("\n")[0].trim();
    this.view.dispatch(
      tr.setSelection(TextSelection.near(doc.resolve(isEnd ? place + node.nodeSize - 1 : place + 1), isEnd ? -1 : 1)),
    );
    this.view.focus();
  }

  // Returns where the innermost block is that holds a line of the text.
  place(line) {
    const { doc } = this.view.state;
    return this.writer.find(doc, line - (this.head.match(/\n/g)?.length ?? 0), -1);
  }

  // --- pasting and dropping ------------------------------------------------------------------

  readPlain(pasted) {
    const { blocks } = new Book(this.boxes).read(pasted.replace(/\r\n?/g, "\n").trim());
    const doc = schema.node("doc", null, blocks.map(withoutOrigin));
    return Slice.maxOpen(doc.content);
  }

  files(event, list) {
    const pictures = [...(list ?? [])].filter((file) => file.type.startsWith("image/"));
    if (!pictures.length) return false;
    event.preventDefault();
    this.onFiles(pictures);
    return true;
  }

  drop(view, event) {
    const place = view.posAtCoords({ left: event.clientX, top: event.clientY });
    if (place && event.dataTransfer?.files.length)
      view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(place.pos))));
    return this.files(event, event.dataTransfer?.files);
  }
}

// Returns the blocks that say something, each with its place.
function placed(doc) {
  let next = 0;
  const all = doc.children.map((node) => {
    const place = next;
    next += node.nodeSize;
    return { node, place };
  });
  return all.filter(({ node }) => !isEmpty(node));
}

const withoutOrigin = (node) => {
  if (node.isText) return node;
  const attrs = "origin" in node.attrs ? { ...node.attrs, origin: null } : node.attrs;
  return node.type.create(attrs, node.children.map(withoutOrigin), node.marks);
};

// --- typing ------------------------------------------------------------------------------------

const lineBreak = chainCommands(exitCode, (state, dispatch) => {
  if (!["paragraph", "footnote"].includes(state.selection.$from.parent.type.name)) return true;
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
});

const typing = {
  Enter: chainCommands(
    (state, dispatch, view) => isInTable(state) && nextCell(1)(state, dispatch, view),
    splitListItem(nodes.list_item),
  ),
  "Mod-Enter": lineBreak,
  "Shift-Enter": lineBreak,
  Tab: chainCommands(nextCell(1), sinkListItem(nodes.list_item)),
  "Shift-Tab": chainCommands(nextCell(-1), liftListItem(nodes.list_item)),
};

const rules = [
  new InputRule(
    /\{\{[^{}\n]*\}\}$/,
    ({ tr }, [field], from, to) => readField(field) && tr.replaceWith(from, to, nodes.merge_field.create({ field })),
  ),
  textblockTypeInputRule(/^(#{1,4})\s$/, nodes.heading, (match) => ({ level: match[1].length })),
  wrappingInputRule(/^\s*>\s$/, nodes.blockquote),
  wrappingInputRule(/^\s*([-+*])\s$/, nodes.bullet_list),
  wrappingInputRule(
    /^(\d+)[.)]\s$/,
    nodes.ordered_list,
    (match) => ({ start: Number(match[1]) }),
    (match, node) => node.childCount + node.attrs.start === Number(match[1]),
  ),
];

function placeholder(hint) {
  return new Plugin({
    props: {
      decorations({ doc }) {
        if (doc.childCount > 1 || !isEmpty(doc.firstChild) || doc.firstChild.content.size) return null;
        return DecorationSet.create(doc, [
          Decoration.node(0, doc.firstChild.nodeSize, { class: "placeholder", "data-hint": hint }),
        ]);
      },
    },
  });
}

// Headings look as high as they are in the mail, where each is at most one below the one before
// (Outline in rendering/reader.py).
const outline = new Plugin({
  props: {
    decorations({ doc }) {
      const open = [];
      const decorations = [];
      doc.descendants((node, place) => {
        if (node.type !== nodes.heading) return !node.isTextblock;
        while (open.length && open.at(-1) >= node.attrs.level) open.pop();
        const depth = Math.min(open.push(node.attrs.level), 4);
        const attributes = { "data-depth": String(depth), "aria-level": String(depth + 2) };
        decorations.push(Decoration.node(place, place + node.nodeSize, attributes));
        return false;
      });
      return DecorationSet.create(doc, decorations);
    },
  },
});

// Behind a card or a table at the end there is a line to go on in; as long as it is empty, it is not written.
const wayOn = new Plugin({
  appendTransaction(_transactions, _before, { doc, tr }) {
    const { type } = doc.lastChild;
    if (!type.spec.isolating && !type.isAtom) return null;
    return tr.insert(doc.content.size, nodes.paragraph.create()).setMeta("addToHistory", false);
  },
});

const marked = new Plugin({
  key: found,
  state: {
    init: () => DecorationSet.empty,
    apply: (transaction, set) => transaction.getMeta(found) ?? set.map(transaction.mapping, transaction.doc),
  },
  props: { decorations: (state) => found.getState(state) },
});
