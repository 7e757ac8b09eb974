// What the toolbar and the keys do to the text.

import { lift, setBlockType, toggleMark, wrapIn } from "prosemirror-commands";
import { redo, undo } from "prosemirror-history";
import { liftListItem, wrapInList } from "prosemirror-schema-list";
import { TextSelection } from "prosemirror-state";
import { focusCard } from "./cards.js";
import { schema } from "./schema.js";

const { nodes, marks } = schema;

// --- where the cursor is -------------------------------------------------------------------

export function ancestor({ selection: { $from } }, ...types) {
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if (types.includes($from.node(depth).type)) return { node: $from.node(depth), place: $from.before(depth), depth };
  }
  return null;
}

// Returns the names of the tools that stand for what the cursor is in.
export function activeTools(state) {
  const { from, $from, to, empty } = state.selection;
  const has = (mark) =>
    empty ? mark.isInSet(state.storedMarks ?? $from.marks()) : state.doc.rangeHasMark(from, to, mark);
  const list = ancestor(state, nodes.bullet_list, nodes.ordered_list)?.node.type;
  const { type, attrs } = $from.parent;
  const tools = {
    bold: has(marks.strong),
    italic: has(marks.em),
    link: has(marks.link),
    heading2: type === nodes.heading && attrs.level <= 2,
    heading3: type === nodes.heading && attrs.level > 2,
    bullets: list === nodes.bullet_list,
    numbers: list === nodes.ordered_list,
    quote: ancestor(state, nodes.blockquote),
    table: isInTable(state),
  };
  return Object.keys(tools).filter((name) => tools[name]);
}

// --- blocks --------------------------------------------------------------------------------

const heading = (level) => (state, dispatch) => {
  const { type, attrs } = state.selection.$from.parent;
  const isOn = type === nodes.heading && attrs.level === level;
  return isOn
    ? setBlockType(nodes.paragraph)(state, dispatch)
    : setBlockType(nodes.heading, { level })(state, dispatch);
};

const list = (type) => (state, dispatch) => {
  const around = ancestor(state, nodes.bullet_list, nodes.ordered_list);
  if (around?.node.type === type) return liftListItem(nodes.list_item)(state, dispatch);
  if (!around) return wrapInList(type)(state, dispatch);
  dispatch?.(state.tr.setNodeMarkup(around.place, type, { tight: around.node.attrs.tight }));
  return true;
};

const quote = (state, dispatch) =>
  ancestor(state, nodes.blockquote) ? lift(state, dispatch) : wrapIn(nodes.blockquote)(state, dispatch);

// Puts a block behind the one that the cursor is in, or in its place if that is empty; returns where it is.
export function insertBlock(view, node) {
  const from = insertBlocks(view, [node]);
  view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(from + 1))).scrollIntoView());
  return from;
}

// Does the same with several, and goes on behind them.
export function insertBlocks(view, blocks) {
  const { state } = view;
  const { $to } = state.selection;
  let depth = $to.depth;
  while (depth > 1 && !["doc", "box"].includes($to.node(depth - 1).type.name)) depth -= 1;
  const isEmpty = depth > 0 && $to.node(depth).type === nodes.paragraph && !$to.node(depth).content.size;
  const from = depth ? (isEmpty ? $to.before(depth) : $to.after(depth)) : $to.pos;
  const transaction = state.tr.replaceWith(from, isEmpty ? $to.after(depth) : from, blocks);
  const behind = from + blocks.reduce((sum, { nodeSize }) => sum + nodeSize, 0);
  if (transaction.doc.resolve(behind).nodeAfter === null) transaction.insert(behind, nodes.paragraph.create()); // there is always a way on
  transaction.setSelection(TextSelection.near(transaction.doc.resolve(behind), -1));
  view.dispatch(transaction.scrollIntoView());
  return from;
}

function insertBox(view, kind, fields) {
  const { text, ...attrs } = Object.fromEntries(fields.map(({ name, start }) => [name, start]));
  const inside = nodes.paragraph.create(null, text ? schema.text(text) : null);
  focusCard(view, insertBlock(view, nodes.box.create({ kind, ...attrs }, inside)));
}

// --- tables ----------------------------------------------------------------------------------

const row = (type, columns) =>
  nodes.table_row.create(
    null,
    Array.from({ length: columns }, () => type.create()),
  );

function insertTable(view) {
  const rows = [row(nodes.table_header, 2), row(nodes.table_cell, 2), row(nodes.table_cell, 2)];
  insertBlock(view, nodes.table.create(null, rows));
  view.focus();
}

// Returns where in which table the cursor is.
function inTable(state) {
  const table = ancestor(state, nodes.table);
  if (!table) return null;
  const { $from } = state.selection;
  return { ...table, row: $from.index(table.depth), column: $from.index(table.depth + 1) };
}

export const isInTable = (state) => Boolean(ancestor(state, nodes.table));

// Replaces the rows of the table that the cursor is in; `change` gets them as arrays of cells.
function changeTable(view, change) {
  const { state } = view;
  const here = inTable(state);
  if (!here) return;
  const rows = here.node.children.map((node) => ({ node, cells: [...node.children] }));
  const next = change(rows, here);
  const transaction = state.tr;
  const end = here.place + here.node.nodeSize;
  if (!next.length || !next[0].cells.length) transaction.delete(here.place, end);
  else {
    const made = next.map(({ node, cells }) =>
      node && cells.length === node.childCount ? node : nodes.table_row.create(null, cells),
    );
    transaction.replaceWith(here.place, end, nodes.table.create(here.node.attrs, made));
  }
  transaction.setSelection(TextSelection.near(transaction.doc.resolve(cellPlace(transaction.doc, here))));
  view.dispatch(transaction);
  view.focus();
}

// Returns where a cell begins; where there is none, the nearest place.
function cellPlace(doc, { place, row: rowNumber, column }) {
  const table = doc.nodeAt(place);
  if (table?.type !== nodes.table) return Math.min(place, doc.content.size);
  const index = Math.min(rowNumber, table.childCount - 1);
  const before = (parent, number) => parent.children.slice(0, number).reduce((sum, child) => sum + child.nodeSize, 0);
  const cells = table.child(index);
  return place + 1 + before(table, index) + 1 + before(cells, Math.min(column, cells.childCount - 1)) + 1;
}

const tables = {
  rowBelow: (view) =>
    changeTable(view, (rows, { row: at }) =>
      rows.toSpliced(at + 1, 0, { cells: rows[at].cells.map(({ attrs }) => nodes.table_cell.create(attrs)) }),
    ),
  columnAfter: (view) =>
    changeTable(view, (rows, { column }) =>
      rows.map(({ cells }) => ({ cells: cells.toSpliced(column + 1, 0, cells[0].type.create()) })),
    ),
  // The first row is the heading, which a table needs: another one takes its place.
  deleteRow: (view) =>
    changeTable(view, (rows, { row: at }) =>
      rows
        .toSpliced(at, 1)
        .map((each, index) =>
          index || at ? each : { cells: each.cells.map((cell) => nodes.table_header.create(cell.attrs, cell.content)) },
        ),
    ),
  deleteColumn: (view) =>
    changeTable(view, (rows, { column }) => rows.map(({ cells }) => ({ cells: cells.toSpliced(column, 1) }))),
  deleteTable: (view) => changeTable(view, () => []),
};

// Goes to the next cell or the one before; a new row follows the last.
export const nextCell = (step) => (state, dispatch, view) => {
  const here = inTable(state);
  if (!here) return false;
  const places = [];
  here.node.descendants((node, place) => {
    if (node.type.spec.parseDOM && /^table_(?:cell|header)$/.test(node.type.name)) places.push(here.place + 1 + place);
    return node.type === nodes.table_row;
  });
  const at = places.findLastIndex((place) => place < state.selection.from) + step;
  if (at < 0) return false;
  if (at === places.length) {
    tables.rowBelow(view);
    return nextCell(step)(view.state, dispatch, view);
  }
  dispatch?.(state.tr.setSelection(TextSelection.create(state.doc, places[at] + 1)).scrollIntoView());
  return true;
};

// --- links -----------------------------------------------------------------------------------

// Asks for words and an address. `ask` shows the dialog; with nothing selected, the link that the cursor is in is changed.
async function link(view, ask) {
  const { state } = view;
  let { from, to, $from } = state.selection;
  const now = [$from.marks(), $from.nodeBefore?.marks, $from.nodeAfter?.marks]
    .map((each) => marks.link.isInSet(each ?? []))
    .find(Boolean);
  if (now) [from, to] = extent($from, now);
  const words = state.doc.textBetween(from, to, " ");
  const isAddress = /^(?:https?:\/\/|www\.|\S+@\S+\.)/.test(words) && !now;
  const answer = await ask({
    title: "Link",
    words: isAddress ? "" : words,
    address: now?.attrs.href ?? (isAddress ? words : ""),
    canRemove: Boolean(now),
  });
  view.focus();
  if (!answer) return;
  const transaction = view.state.tr;
  if (answer.remove) transaction.removeMark(from, to, marks.link);
  else {
    const mark = marks.link.create({ href: answer.address, title: now?.attrs.title ?? "" });
    if (answer.words === words && from < to) transaction.removeMark(from, to, marks.link).addMark(from, to, mark);
    else transaction.replaceWith(from, to, schema.text(answer.words, mark.addToSet($from.marks())));
    const end = transaction.mapping.map(to);
    transaction.setSelection(TextSelection.create(transaction.doc, end)).removeStoredMark(marks.link);
  }
  view.dispatch(transaction.scrollIntoView());
}

function extent($place, mark) {
  const { parent } = $place;
  let [first, last] = [$place.index(), $place.index()];
  if (first === parent.childCount || !mark.isInSet(parent.child(first).marks)) first = last = first - 1;
  while (first > 0 && mark.isInSet(parent.child(first - 1).marks)) first -= 1;
  while (last + 1 < parent.childCount && mark.isInSet(parent.child(last + 1).marks)) last += 1;
  let [from, to] = [$place.start(), $place.start()];
  for (let index = 0; index <= last; index += 1) {
    if (index < first) from += parent.child(index).nodeSize;
    to += parent.child(index).nodeSize;
  }
  return [from, to];
}

async function button(view, ask) {
  const answer = await ask({ title: "Button", words: "", address: "" });
  view.focus();
  if (answer) insertBlock(view, nodes.button.create({ label: answer.words, link: answer.address }));
}

// --- by name -----------------------------------------------------------------------------------

const plain = {
  undo,
  redo,
  bold: toggleMark(marks.strong),
  italic: toggleMark(marks.em),
  heading2: heading(2),
  heading3: heading(3),
  bullets: list(nodes.bullet_list),
  numbers: list(nodes.ordered_list),
  quote,
};

// Does what a tool says; `value` tells which box, which name, or what else. `boxes` tells what there is to say in each.
export function run(view, ask, boxes, name, value) {
  if (name in plain) {
    plain[name](view.state, view.dispatch, view);
    view.focus();
  } else if (name === "link") link(view, ask);
  else if (name === "button") button(view, ask);
  else if (name === "box") insertBox(view, value, boxes[value].fields);
  else if (name === "table" && value in tables) tables[value](view);
  else if (name === "table") insertTable(view);
  else if (name === "rule") {
    insertBlock(view, nodes.horizontal_rule.create());
    view.focus();
  } else if (name === "tag") {
    view.dispatch(view.state.tr.replaceSelectionWith(nodes.merge_field.create({ field: value })).scrollIntoView());
    view.focus();
  }
  return true;
}

export const keysOf = (ask) => {
  const key = (name) => (_state, _dispatch, view) => run(view, ask, {}, name);
  return {
    "Mod-z": undo,
    "Mod-y": redo,
    "Shift-Mod-z": redo,
    "Mod-b": plain.bold,
    "Mod-i": plain.italic,
    "Mod-k": key("link"),
    "Mod-Alt-2": plain.heading2,
    "Mod-Alt-3": plain.heading3,
    "Mod-Shift-7": plain.numbers,
    "Mod-Shift-8": plain.bullets,
    "Mod-Shift-9": plain.quote,
  };
};
