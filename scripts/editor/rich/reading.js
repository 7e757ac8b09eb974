// From the text of a file to what somebody edits, and where each block's own lines are kept.
//
// The file stays the truth. Each block that is read gets a number, its origin, under which the
// book keeps its lines and the empty lines between it and its neighbors. As long as a block is
// what was read, it is written as it was (see writing.js). What this editor cannot show, or
// could not write again, becomes a block that is kept as it is.

import { Fragment } from "prosemirror-model";
import { keptBreaks, parse, splitFields } from "./dialect.js";
import { schema } from "./schema.js";
import { isEmpty, shape } from "./shape.js";

const { nodes, marks } = schema;

class Odd extends Error {}

// Remembers what was read: `origins` by number, and `gaps` by the numbers on either side.
export class Book {
  constructor(boxes) {
    this.boxes = boxes;
    this.origins = [null];
    this.gaps = new Map();
    this.known = {};
    this.odd = new Set(); // the lines of blocks that are kept as they are
  }

  // Returns { blocks, head, tail }: the blocks of a text, and what stands before and behind them.
  // `rewrite` writes a block anew; a block whose meaning that would change is kept as it is.
  read(text, rewrite) {
    const { tokens, environment, restore } = parse(text);
    this.known = environment;
    return new Reader({ book: this, restore, rewrite }).fill(tree(tokens), text.split("\n"), 0);
  }

  // Returns the shapes of the blocks that a text means on its own, among the links and notes of the whole.
  shapes(text) {
    const { tokens, restore } = parse(text, this.known);
    const { blocks } = new Reader({ book: new Book(this.boxes), restore, odd: this.odd }).fill(
      tree(tokens),
      text.split("\n"),
      0,
    );
    return shape(schema.node("doc", null, blocks.length ? blocks : [nodes.paragraph.create()]));
  }

  keep(node, lines, more = {}) {
    const origin = this.origins.length;
    const kept = node.type.create({ ...node.attrs, origin }, node.content);
    this.origins.push({ node: kept, text: lines.join("\n"), ...more });
    return kept;
  }

  origin(node) {
    return this.origins[node.attrs.origin ?? 0];
  }

  gap(before, after) {
    return this.gaps.get(`${before.attrs.origin},${after.attrs.origin}`);
  }

  setGap(before, after, text) {
    this.gaps.set(`${before.attrs.origin},${after.attrs.origin}`, text);
  }
}

// Returns markdown-it's flat list of tokens as a tree.
function tree(tokens) {
  const root = { children: [] };
  const open = [root];
  for (const token of tokens) {
    if (token.nesting < 0) open.pop();
    else {
      const made = { token, type: token.type.replace(/_open$/, ""), map: token.map, children: [] };
      open.at(-1).children.push(made);
      if (token.nesting > 0) open.push(made);
    }
  }
  return root;
}

const isBlank = (line) => !line.trim();
const ended = (lines) => lines.map((line) => `${line}\n`).join("");
const begun = (lines) => lines.map((line) => `\n${line}`).join("");

class Reader {
  constructor({ book, restore, rewrite, odd = book.odd }) {
    Object.assign(this, { book, restore, rewrite, odd });
  }

  // Reads the children of a container whose own lines run from `from` to `to`.
  fill(parent, lines, from, to = lines.length, canKeep = true) {
    const blocks = [];
    let head = "";
    let end = from; // behind the last block
    const add = (node, start, stop, more) => {
      const made = this.book.keep(node, lines.slice(start, stop), more);
      if (blocks.length) this.book.setGap(blocks.at(-1), made, `\n${ended(lines.slice(end, start))}`);
      else head = ended(lines.slice(from, start));
      blocks.push(made);
      end = stop;
    };
    // What no block was made of: definitions of links, which leave no trace, and what is odd.
    const addGap = (until) => {
      let [start, stop] = [end, until];
      while (start < stop && isBlank(lines[start])) start += 1;
      while (start < stop && isBlank(lines[stop - 1])) stop -= 1;
      if (start === stop) return;
      if (!canKeep) throw new Odd();
      add(nodes.kept.create({ text: lines.slice(start, stop).join("\n") }), start, stop);
    };
    for (const child of parent.children) {
      const place = span(child, lines);
      if (!place) continue;
      const said = lines.slice(place.start, place.end).join("\n");
      const read = !(canKeep && this.odd.has(said)) && this.tryBlock(child, lines, place, canKeep);
      if (!read) {
        this.odd.add(said);
        continue;
      }
      addGap(place.start);
      add(read.node, place.start, place.end, read.more);
    }
    addGap(to);
    if (!blocks.length) return { blocks, head: lines.slice(from, to).join("\n"), tail: "" };
    return { blocks, head, tail: begun(lines.slice(end, to)) };
  }

  tryBlock(child, lines, place, canKeep) {
    try {
      const read = this.block(child, lines, place);
      const made = read.node ? read : { node: read };
      made.node.check();
      if (isEmpty(made.node)) return null; // a space that no one sees: it stays between its neighbors
      if (
        canKeep &&
        this.rewrite &&
        this.book.shapes(this.rewrite(made.node)) !== shape(schema.node("doc", null, [made.node]))
      )
        return null;
      return made;
    } catch (error) {
      if (!(error instanceof Odd || error instanceof RangeError)) throw error;
      if (!canKeep) throw error;
      return null;
    }
  }

  block(child, lines, place) {
    const { token } = child;
    switch (child.type) {
      case "paragraph":
        return this.paragraph(child);
      case "heading":
        return nodes.heading.create({ level: Number(token.tag[1]) }, this.line(child));
      case "hr":
        return nodes.horizontal_rule.create();
      case "blockquote":
        return this.container(nodes.blockquote, {}, child, unquoted(lines, place), place.start, place.end);
      case "bullet_list":
        return this.list(nodes.bullet_list, { bullet: token.markup }, child, lines);
      case "ordered_list":
        return this.list(
          nodes.ordered_list,
          { delimiter: token.markup, start: Number(token.attrGet("start") ?? 1) },
          child,
          lines,
        );
      case "table":
        return this.table(child, lines);
      case "container_box":
        return this.box(child, lines);
      case "footnote_reference":
        return this.footnote(child);
      default:
        throw new Odd();
    }
  }

  container(type, attrs, child, lines, from, to) {
    const { blocks } = this.fill(child, lines, from, to, false);
    return type.create(attrs, blocks.length ? blocks : [nodes.paragraph.create()]);
  }

  list(type, attrs, child, lines) {
    const items = [];
    let before = null;
    for (const item of child.children) {
      const place = span(item, lines);
      const { marker, inner } = outdented(lines, place);
      const node = this.container(nodes.list_item, {}, item, inner, place.start, place.end);
      const made = this.book.keep(node, lines.slice(place.start, place.end), { marker });
      if (before) this.book.setGap(items.at(-1), made, `\n${ended(lines.slice(before.end, place.start))}`);
      items.push(made);
      before = place;
    }
    const paragraphs = child.children.flatMap((item) => item.children.filter((each) => each.type === "paragraph"));
    return type.create({ ...attrs, tight: paragraphs.every((each) => each.token.hidden) }, items);
  }

  table(child, lines) {
    const rows = child.children.flatMap((part) => part.children);
    let before = null;
    const made = [];
    for (const row of rows) {
      const cells = row.children.map((each) => {
        const type = each.type === "th" ? nodes.table_header : nodes.table_cell;
        const align = (each.token.attrGet("style") ?? "").replace("text-align:", "");
        return type.create({ align }, this.line(each));
      });
      const [start, end] = row.map;
      const node = this.book.keep(nodes.table_row.create(null, cells), lines.slice(start, end));
      if (before !== null) this.book.setGap(made.at(-1), node, `\n${ended(lines.slice(before, start))}`);
      made.push(node);
      before = end;
    }
    return {
      node: nodes.table.create(null, made),
      more: { tail: begun(lines.slice(before, child.map[1]).filter((line) => !isBlank(line))) },
    };
  }

  box(child, lines) {
    const [, kind, title] = /^\s*(\S*)\s*([\s\S]*?)\s*$/.exec(this.restore(child.token.info));
    const [start, close] = child.map;
    if (!(kind in this.book.boxes) || !/^\s*:{3,}\s*$/.test(lines[close] ?? "")) throw new Odd();
    const attrs = { kind, title };
    let from = start + 1;
    let inside = child;
    if (kind === "teaser") Object.assign(attrs, readTeaser(title));
    if (kind === "event") {
      const [first, ...others] = child.children;
      if (first?.type !== "paragraph") throw new Odd();
      Object.assign(attrs, readFacts(lines.slice(...first.map)));
      from = first.map[1];
      inside = { children: others };
    }
    const { blocks, head, tail } = this.fill(inside, lines, from, close);
    const node = nodes.box.create(attrs, blocks.length ? blocks : [nodes.paragraph.create()]);
    const more = blocks.length && {
      open: `${ended(lines.slice(start, from))}${head}`,
      close: `${tail}\n${lines[close]}`,
    };
    return { node, more: more || {} };
  }

  footnote(child) {
    const [note, ...others] = child.children;
    if (others.length || note?.type !== "paragraph") throw new Odd();
    return nodes.footnote.create({ label: this.restore(child.token.meta.label) }, this.line(note, true));
  }

  // --- lines ---------------------------------------------------------------------------

  paragraph(child) {
    const [inline] = child.children;
    const tokens = inline.token.children;
    const [first, last] = [tokens[0], tokens.at(-1)];
    if (tokens.length === 1 && first.type === "image") return this.picture(first, "");
    const isOneLink =
      first?.type === "link_open" && tokens.findIndex((each) => each.type === "link_close") === tokens.length - 1;
    if (isOneLink && tokens.length === 3 && tokens[1].type === "image" && !last.meta)
      return this.picture(tokens[1], this.address(first));
    const isButton = isOneLink && last.meta?.attributes === "{.button}";
    if (isButton && tokens.slice(1, -1).every((each) => each.type === "text")) {
      const label = tokens.slice(1, -1).map((each) => this.restore(each.content));
      return nodes.button.create({ label: label.join(""), link: this.address(first) });
    }
    return nodes.paragraph.create(null, this.line(child, true));
  }

  address(link) {
    if (link.attrGet("title")) throw new Odd();
    return this.restore(link.attrGet("href"));
  }

  picture(token, link) {
    const width = /^(?:\{width=(\d+)\})?$/.exec(token.meta?.attributes ?? "");
    if (!width) throw new Odd();
    const [src, alt, caption] = [token.attrGet("src"), token.content, token.attrGet("title") ?? ""].map(this.restore);
    return nodes.picture.create({ src, alt, caption, width: width[1] ?? "", link });
  }

  // Returns the inline nodes of a paragraph, a heading or a cell.
  line({ children }, canBreak = false) {
    if (!children.length) return null;
    const { content, children: tokens } = children[0].token;
    if (/(?<!\\)\{\{|(?<!\\)\}\}/.test(content)) throw new Odd(); // half a merge field, or one over two lines
    const lines = content.split("\n");
    const breaks = tokens.filter((token) => /^(?:soft|hard)break$/.test(token.type));
    const isKept = breaks.length === lines.length - 1 ? keptBreaks(lines) : [];
    const made = [];
    let active = [];
    let number = 0;
    const add = (node) => made.push(node.mark(active));
    for (const token of tokens) {
      const name = MARKS[token.type.replace(/_(?:open|close)$/, "")];
      if (name && token.nesting > 0) active = this.mark(name, token).addToSet(active);
      else if (name && token.nesting < 0) {
        if (token.meta) throw new Odd();
        active = active.filter((mark) => mark.type.name !== name);
      } else if (token.type === "text") this.text(token.content).forEach(add);
      else if (token.type === "code_inline") {
        const shown = this.restore(token.content);
        if (!shown.trim()) throw new Odd();
        made.push(schema.text(shown, marks.code.create().addToSet(active)));
      } else if (token.type === "footnote_ref")
        add(nodes.footnote_mark.create({ label: this.restore(token.meta.label) }));
      else if (/break$/.test(token.type)) {
        const isHard = token.type === "hardbreak" || isKept[number];
        number += 1;
        if (isHard && !canBreak) throw new Odd();
        add(isHard ? nodes.hard_break.create() : schema.text(" "));
      } else throw new Odd();
    }
    return Fragment.from(made);
  }

  mark(name, token) {
    if (name !== "link") return marks[name].create();
    return marks.link.create({
      href: this.restore(token.attrGet("href")),
      title: this.restore(token.attrGet("title") ?? ""),
    });
  }

  text(content) {
    return splitFields(content, this.restore).flatMap((part, index) => {
      if (!part) return [];
      return [index % 2 ? nodes.merge_field.create({ field: part }) : schema.text(part)];
    });
  }
}

const MARKS = { strong: "strong", em: "em", s: "strikethrough", link: "link" };

// --- where a block's lines are -------------------------------------------------------------

function span(child, lines) {
  const [start, stop] = child.map ?? [child.children[0]?.map?.[0], child.children.at(-1)?.map?.[1]];
  if (start === undefined) return null;
  let end = child.type === "container_box" ? stop + 1 : stop;
  while (end > start + 1 && isBlank(lines[end - 1] ?? "")) end -= 1;
  return { start, end };
}

// Returns all lines, those of a quotation without what makes them one.
const unquoted = (lines, { start, end }) =>
  lines.map((line, number) => (number >= start && number < end ? line.replace(/^ {0,3}> ?/, "") : line));

// Returns an item's marker, and all lines, the item's without their indentation.
function outdented(lines, { start, end }) {
  const spaced = (line) => line.replace(/^[ \t]+/, (blank) => " ".repeat(columns(blank)));
  const found = /^([-+*]|\d{1,9}[.)])( {1,4}(?! )| |$)/.exec(spaced(lines[start]).trimStart());
  if (!found) throw new Odd();
  const width = columns(/^[ \t]*/.exec(lines[start])[0]) + found[1].length + Math.max(1, found[2].length);
  const inner = lines.map((line, number) => {
    if (number < start || number >= end) return line;
    const wide = spaced(line);
    if (number === start) return wide.slice(width);
    return isBlank(wide) ? "" : wide.slice(Math.min(width, columns(/^ */.exec(wide)[0])));
  });
  return { marker: spaced(lines[start]).slice(0, width).padEnd(width), inner };
}

function columns(blank) {
  let width = 0;
  for (const sign of blank) width += sign === "\t" ? 4 - (width % 4) : 1;
  return width;
}

// --- what boxes say about themselves ---------------------------------------------------------

function readFacts(lines) {
  const facts = {};
  for (const line of lines) {
    const found = /^\s*(when|where)\s*:\s*(.*?)\s*$/i.exec(line);
    if (!found || found[1].toLowerCase() in facts) throw new Odd();
    facts[found[1].toLowerCase()] = found[2];
  }
  return facts;
}

function readTeaser(title) {
  const found = /^\[([^[\]]*)\]\(([^\s()]*)\)$/.exec(title);
  if (!found) throw new Odd();
  return { title: found[1], link: found[2] };
}
