// From what somebody edited to the text of a file: what did not change is written as it was read.

import { Fragment } from "prosemirror-model";
import { keptBreaks, splitFields } from "./dialect.js";
import { schema } from "./schema.js";
import { isEmpty, shape } from "./shape.js";

export class Writer {
  constructor(book) {
    this.book = book;
    this.written = new WeakMap(); // by block: what was written of it already
    this.rewritten = new WeakMap();
    this.beside = new WeakMap(); // by block: its neighbors, and whether it fits between them
  }

  // Returns the text of all blocks, between what stands before and behind them.
  document(doc, { head, tail }) {
    const text = this.join(doc, { careful: !this.standsBesideOthers(doc) });
    return text && head + text + tail;
  }

  // Whether each block that was changed or moved still means the same next to its neighbors.
  standsBesideOthers(doc) {
    const blocks = doc.children.filter((each) => !isEmpty(each));
    return blocks.every((node, index) => {
      const [before, after] = [blocks[index - 1], blocks[index + 1]];
      if (this.isUnchanged(node) && (!before || this.book.gap(before, node) !== undefined)) return true;
      const known = this.beside.get(node);
      if (known && known.before === before && known.after === after) return known.fits;
      const near = [before, node, after].filter(Boolean);
      const fits = this.means(near, this.join(doc.copy(Fragment.from(near))));
      this.beside.set(node, { before, after, fits });
      return fits;
    });
  }

  isUnchanged(node) {
    const origin = this.book.origin(node);
    return Boolean(origin) && (origin.node === node || origin.node.eq(node));
  }

  // Returns the lines of a block, without those of a container around it.
  block(node) {
    if (this.isUnchanged(node)) return this.book.origin(node).text;
    if (!this.written.has(node)) {
      const text = this.compose(node);
      const isFine = LEAST.includes(node.type.name) || this.means([node], text);
      this.written.set(node, isFine ? text : this.anew(node));
    }
    return this.written.get(node);
  }

  // Returns the lines of a block as if it had never been read.
  anew(node) {
    if (!this.rewritten.has(node)) this.rewritten.set(node, new Writer(new Unread(this.book)).compose(node));
    return this.rewritten.get(node);
  }

  means(blocks, text) {
    return this.book.shapes(text) === shape(schema.node("doc", null, blocks));
  }

  join(parent, { careful = false } = {}) {
    const parts = [];
    let before = null;
    for (const child of parent.children) {
      if (isEmpty(child)) continue;
      const text = this.block(child);
      if (before) parts.push(this.gap(parent, before, child, careful));
      parts.push(text);
      before = child;
    }
    return parts.join("");
  }

  gap(parent, before, after, careful) {
    const kept = this.book.gap(before, after);
    const changed = !this.isUnchanged(before) || !this.isUnchanged(after);
    if (kept !== undefined && (kept.includes("\n\n") || !(careful && changed))) return kept;
    const isTight = parent.type.name === "list_item" && /_list$/.test(after.type.name) && !isLoose(after);
    return isTight ? "\n" : "\n\n";
  }

  // Returns where the innermost block is that holds a line of a parent's text; `place` is before the parent.
  find(parent, line, place) {
    let below = this.leading(parent);
    let at = place + 1;
    let [before, nearest] = [null, null];
    for (const child of parent.children) {
      if (!isEmpty(child)) {
        if (before) below += lineCount(this.between(parent, before, child));
        const lines = lineCount(this.lines(child));
        if (line < below) return nearest; // between two blocks, or in the lines with which a box begins
        if (line <= below + lines)
          return child.isTextblock || child.isAtom || !child.childCount || child.type.name === "table_row"
            ? at
            : (this.find(child, line - below, at) ?? at);
        below += lines;
        before = child;
        nearest = at;
      }
      at += child.nodeSize;
    }
    return nearest;
  }

  lines(node) {
    return node.type.name === "list_item" ? this.item(node, "- ") : this.block(node);
  }

  between(parent, before, after) {
    if (parent.type.name === "table") return parent.firstChild === before ? "\n\n" : "\n";
    if (/_list$/.test(parent.type.name)) return this.book.gap(before, after) ?? (isLoose(parent) ? "\n\n" : "\n");
    return this.gap(parent, before, after);
  }

  // How many lines of a block stand before what is in it.
  leading(node) {
    if (node.type.name !== "box") return 0;
    const text = this.block(node);
    return Math.max(0, lineCount(text) - lineCount(this.join(node)) - (/\n\n:+$/.test(text) ? 2 : 1));
  }

  compose(node) {
    const { attrs } = node;
    const origin = this.book.origin(node);
    switch (node.type.name) {
      case "paragraph":
        return this.line(node, (text) => text);
      case "heading":
        return this.line(node, (text) => `${"#".repeat(attrs.level)} ${text.replace(/#+$/, "\\$&")}`.trimEnd());
      case "footnote":
        return this.line(node, (text) => `[^${attrs.label}]: ${text.replaceAll("\n", "\n    ")}`);
      case "horizontal_rule":
        return "***";
      case "blockquote":
        return this.join(node)
          .split("\n")
          .map((line) => (line ? `> ${line}` : ">"))
          .join("\n");
      case "bullet_list":
      case "ordered_list":
        return this.list(node);
      case "table":
        return this.table(node, origin);
      case "table_row":
        return `| ${node.children.map((cell) => this.cell(cell)).join(" | ")} |`;
      case "box":
        return this.box(node, origin);
      case "button":
        return `[${bare(attrs.label)}](${address(attrs.link)}){.button}`;
      case "picture":
        return picture(attrs);
      default:
        return attrs.text;
    }
  }

  list(node) {
    const tight = node.attrs.tight && !isLoose(node);
    const { bullet, start, delimiter } = node.attrs;
    const origin = this.book.origin(node);
    let text = "";
    node.children.forEach((item, index) => {
      const sign = bullet ?? `${start + index}${delimiter}`;
      const kept = this.book.origin(item)?.marker;
      const isInPlace = kept?.trim() === sign || origin?.node.maybeChild(index)?.attrs.origin === item.attrs.origin;
      if (index) text += this.book.gap(node.child(index - 1), item) ?? (tight ? "\n" : "\n\n");
      if (isInPlace && this.isUnchanged(item)) text += this.book.origin(item).text;
      else text += this.item(item, (isInPlace && kept) || `${sign} `);
    });
    return text;
  }

  item(item, marker) {
    const pad = " ".repeat(marker.length);
    const [first, ...others] = this.join(item).split("\n");
    return [`${marker}${first}`.trimEnd(), ...others.map((line) => line && pad + line)].join("\n");
  }

  table(node, origin) {
    const [first, ...others] = node.children;
    const columns = dashes(first);
    const isSame = origin && dashes(origin.node.firstChild) === columns;
    const [top, next] = isSame ? origin.node.children : [];
    const below = ((next && this.book.gap(top, next)) || (isSame && origin.tail) || `\n${columns}`).trimEnd();
    return [this.block(first) + below, ...others.map((row) => this.block(row))].join("\n");
  }

  cell(cell) {
    const text = this.line(cell, (said) => said);
    return text.replaceAll(/\\?\|/g, "\\|").replaceAll("\n", " ").trim();
  }

  box(node, origin) {
    const inside = this.join(node);
    const { kind, title, when, where, link } = node.attrs;
    const isSame =
      origin?.open &&
      JSON.stringify({ ...origin.node.attrs, origin: 0 }) === JSON.stringify({ ...node.attrs, origin: 0 });
    if (isSame && inside) return `${origin.open}${inside}${origin.close}`;
    const colons = ":".repeat(3 + deepest(node));
    const name = kind === "teaser" ? `[${title}](${link})` : title;
    const facts = kind === "event" ? [`when: ${when}`.trimEnd(), where && `where: ${where}`].filter(Boolean) : [];
    const open = [`${colons} ${kind} ${name}`.trimEnd(), ...facts].join("\n");
    return [open, inside, colons].filter(Boolean).join(kind === "event" && !inside ? "\n" : "\n\n");
  }

  // Writes a line of words with as few signs before signs as it takes to be understood.
  line(node, around) {
    const isCell = /^table_/.test(node.type.name);
    const alone = isCell ? schema.nodes.paragraph.create(null, node.content) : node;
    let text = "";
    for (const way of [{}, { escaping: true }, { escaping: true, outside: /[\s\p{P}]/u }]) {
      text = around(words(node, way));
      if (!text || this.means([alone], text)) return text;
    }
    return text;
  }
}

const LEAST = ["table_row", "list_item", "kept", "horizontal_rule"]; // they mean nothing on their own, or nothing else

// A book in which nothing stands: all is written anew.
class Unread {
  constructor(book) {
    this.shapes = (text) => book.shapes(text);
  }

  origin() {}

  gap() {}
}

const lineCount = (text) => text.split("\n").length - 1;

const isLoose = (list) =>
  !list.attrs.tight ||
  list.children.some((item) => item.children.some((child, index) => index > 0 && !/_list$/.test(child.type.name)));

const deepest = (node) =>
  Math.max(0, ...node.children.map((child) => deepest(child) + (child.type.name === "box" ? 1 : 0)));

const dashes = (row) => `| ${row.children.map((cell) => DASHES[cell.attrs.align] ?? DASHES[""]).join(" | ")} |`;
const DASHES = { "": "---", left: ":---", center: ":---:", right: "---:" };

function picture({ src, alt, caption, width, link }) {
  const said = caption ? ` "${caption.replace(/["\\]/g, "\\$&")}"` : "";
  const shown = `![${alt}](${address(src)}${said})${width ? `{width=${width}}` : ""}`;
  return link ? `[${shown}](${address(link)})` : shown;
}

const address = (target) =>
  /^[^\s()<>]+$/.test(target) || !target ? target : `<${target.replace(/[<>]/g, encodeURIComponent)}>`;

// --- words and their marks -------------------------------------------------------------------

const SIGNS = { link: "[", strong: "**", em: "*", strikethrough: "~~" };
const ORDER = Object.keys(SIGNS);

function words(node, { escaping = false, outside = /\s/ }) {
  const runs = bridged(node.children.flatMap((child) => apart(child, outside)));
  const lines = [""];
  const write = (text) => {
    lines[lines.length - 1] += text;
  };
  let open = [];
  const close = (keep) => {
    while (open.length > keep) write(closing(open.pop()));
  };
  for (const { child, text, marks } of runs) {
    const shared = open.findIndex((mark, index) => !marks[index]?.eq(mark));
    close(shared < 0 ? open.length : shared);
    if (child.type.name === "hard_break") {
      lines.push("");
      continue;
    }
    for (const mark of marks.slice(open.length)) write(SIGNS[mark.type.name]);
    open = marks;
    if (!child.isText) write(child.attrs.field ?? `[^${child.attrs.label}]`);
    else if (child.marks.some((mark) => mark.type.name === "code")) write(code(text));
    else write(escaping ? escaped(text, !lines.at(-1)) : text);
  }
  close(0);
  return broken(lines);
}

// Parts a run of words: what may not stand at the edge of a mark stands outside of it.
function apart(child, outside) {
  if (child.type.name === "hard_break") return [{ child, marks: [], isOutside: true }];
  const marks = ORDER.map((name) => child.marks.find((mark) => mark.type.name === name)).filter(Boolean);
  if (!child.isText || !marks.length || child.marks.some((mark) => mark.type.name === "code"))
    return [{ child, text: child.text, marks }];
  let [from, to] = [0, child.text.length];
  while (from < to && outside.test(child.text[from])) from += 1;
  while (to > from && outside.test(child.text[to - 1])) to -= 1;
  const runs = [
    { child, text: child.text.slice(0, from), marks: [], isOutside: true },
    { child, text: child.text.slice(from, to), marks },
    { child, text: child.text.slice(to), marks: [], isOutside: true },
  ];
  return runs.filter(({ text }) => text);
}

// What stands outside between two words that share a mark need not part them.
function bridged(runs) {
  return runs.map((run, index) => {
    if (!run.isOutside) return run;
    const [before, after] = [runs[index - 1]?.marks ?? [], runs[index + 1]?.marks ?? []];
    const shared = before.findIndex((mark, number) => !after[number]?.eq(mark));
    return { ...run, marks: before.slice(0, shared < 0 ? before.length : shared) };
  });
}

function closing(mark) {
  if (mark.type.name !== "link") return SIGNS[mark.type.name];
  const { href, title } = mark.attrs;
  return `](${address(href)}${title ? ` "${title.replace(/["\\]/g, "\\$&")}"` : ""})`;
}

function code(text) {
  const ticks = "`".repeat(1 + Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length)));
  const space = /^`|`$|^ .* $/.test(text) ? " " : "";
  return `${ticks}${space}${text}${space}${ticks}`;
}

function escaped(text, isFirst) {
  const safe = text
    .replace(/\\(?=[!-/:-@[-`{-~]|$)|[`*[\]<]|&(?=#?\w+;)|~~|!$/g, "\\$&")
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\_")
    .replace(/\{\{|\}\}/g, (braces) => `\\${braces[0]}\\${braces[1]}`);
  return isFirst
    ? safe
        .replace(/^\s+/, "")
        .replace(/^(?:[-+>#:=~|])/, "\\$&")
        .replace(/^(\d+)([.)])/, "$1\\$2")
    : safe;
}

const bare = (label) =>
  splitFields(label, (field) => field)
    .map((part) => part.replace(/[\\[\]*_`<]/g, "\\$&"))
    .join("");

// Joins lines, each break so that the mail keeps it.
function broken(lines) {
  while (lines.length && !lines.at(-1).trim()) lines.pop();
  while (lines.length && !lines[0].trim()) lines.shift();
  const trimmed = lines.map((line, index) => (index ? line.trimStart() : line).replace(/\s+$/, ""));
  const kept = keptBreaks(trimmed);
  return trimmed
    .map((line, index) => {
      if (index === trimmed.length - 1) return line;
      return kept[index] && line && trimmed[index + 1] ? `${line}\n` : `${line}\\\n`;
    })
    .join("");
}
