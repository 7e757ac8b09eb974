// What the toolbar and the keys do to the text: Markdown, as the mail understands it.

import { EditorSelection, redo, undo } from "/static/editor.js";
import { askLink } from "./link.js";

// --- around words ------------------------------------------------------------------------

function around(mark) {
  return (view) => {
    const change = view.state.changeByRange((range) => {
      const { from, to } = range.empty ? (view.state.wordAt(range.head) ?? range) : range;
      const size = mark.length;
      const before = view.state.sliceDoc(from - size, from);
      const after = view.state.sliceDoc(to, to + size);
      const wider = view.state.sliceDoc(from - size - 1, from - size) === "*" && size === 1 ? "" : mark;
      if (before === mark && after === mark && wider) {
        const changes = [
          { from: from - size, to: from },
          { from: to, to: to + size },
        ];
        return { changes, range: EditorSelection.range(from - size, to - size) };
      }
      const changes = [
        { from, insert: mark },
        { from: to, insert: mark },
      ];
      return { changes, range: EditorSelection.range(from + size, to + size) };
    });
    view.dispatch(view.state.update(change, { scrollIntoView: true, userEvent: "input.format" }));
    return true;
  };
}

// --- before lines ------------------------------------------------------------------------

const LEADS = /^(?:#{1,6} |> |[-*+] |\d+[.)] )/;

function before(lead) {
  return (view) => {
    const { state } = view;
    const { from, to } = state.selection.main;
    const lines = [];
    for (let place = from; place <= to; ) {
      const line = state.doc.lineAt(place);
      if (line.text.trim() || (line.from === line.to && from === to)) lines.push(line);
      place = line.to + 1;
    }
    const wanted = lines.map((_, index) => lead(index + 1));
    const off = lines.every((line, index) => line.text.startsWith(wanted[index]));
    const changes = lines.map((line, index) => {
      const now = LEADS.exec(line.text)?.[0] ?? "";
      return { from: line.from, to: line.from + now.length, insert: off ? "" : wanted[index] };
    });
    const set = state.changes(changes);
    view.dispatch({
      changes: set,
      selection: state.selection.map(set, 1),
      scrollIntoView: true,
      userEvent: "input.format",
    });
    return true;
  };
}

// --- whole pieces ------------------------------------------------------------------------

// Puts a piece between empty lines, and selects what the writer says next: the first
// words between ‹ and ›.
function insertBlock(view, piece, write = put) {
  const { state } = view;
  const { from, to } = state.selection.main;
  const line = state.doc.lineAt(to);
  const empty = from === to && !line.text.trim();
  const place = empty ? line.from : line.to;
  const above = state.sliceDoc(Math.max(0, place - 2), place);
  const lead = place === 0 || above.endsWith("\n\n") || above === "\n" ? "" : empty ? "\n" : "\n\n";
  const below = state.sliceDoc(place, place + 2);
  const tail = below.startsWith("\n\n") ? "" : below.startsWith("\n") && place + 1 < state.doc.length ? "\n" : "\n";
  write(view, place, empty ? line.to : place, lead + piece + tail);
}

function put(view, from, to, text) {
  const open = text.indexOf("‹");
  const close = text.indexOf("›") - 1;
  const bare = text.replace("‹", "").replace("›", "");
  putAsItIs(view, from, to, bare, open < 0 ? undefined : { anchor: from + open, head: from + close });
}

function putAsItIs(view, from, to, insert, selection = { anchor: from + insert.length }) {
  view.dispatch({ changes: { from, to, insert }, selection, scrollIntoView: true, userEvent: "input.insert" });
  view.focus();
}

export function insertInline(view, text) {
  const { from, to } = view.state.selection.main;
  put(view, from, to, text);
}

export const insertPicture = (view, path) => insertBlock(view, `![‹›](${path})`);

// --- links and buttons -------------------------------------------------------------------

async function link(view, isButton) {
  const { from, to } = view.state.selection.main;
  const words = view.state.sliceDoc(from, to).replace(/\s+/g, " ");
  const isAddress = /^(?:https?:\/\/|www\.|\S+@\S+\.)/.test(words);
  const answer = await askLink({
    title: isButton ? "Button" : "Link",
    words: isAddress ? "" : words,
    address: isAddress ? words : "",
  });
  if (!answer) return view.focus();
  const written = `[${answer.words.replace(/[[\]\\]/g, "\\$&")}](${answer.address})`;
  if (isButton) insertBlock(view, `${written}{.button}`);
  else insertInline(view, written);
}

// --- by name -----------------------------------------------------------------------------

export const commands = {
  undo,
  redo,
  bold: around("**"),
  italic: around("*"),
  heading2: before(() => "## "),
  heading3: before(() => "### "),
  bullets: before(() => "- "),
  numbers: before((number) => `${number}. `),
  quote: before(() => "> "),
  link: (view) => {
    link(view, false);
    return true;
  },
  button: (view) => link(view, true),
  box: (view, box) => insertBlock(view, box.markdown),
  table: (view) => insertBlock(view, "| ‹› | |\n| --- | --- |\n| | |"),
  rule: (view) => insertBlock(view, "***"),
  snippet: (view, text) => insertBlock(view, text, putAsItIs),
};

export const mergeTag = (name) => (name === "email" ? "{{ email }}" : `{{ ${name} or "reader" }}`);

export const keys = [
  { key: "Mod-b", run: commands.bold },
  { key: "Mod-i", run: commands.italic },
  { key: "Mod-k", run: commands.link },
  { key: "Mod-Alt-2", run: commands.heading2 },
  { key: "Mod-Alt-3", run: commands.heading3 },
  { key: "Mod-Shift-7", run: commands.numbers },
  { key: "Mod-Shift-8", run: commands.bullets },
  { key: "Mod-Shift-9", run: commands.quote },
];
