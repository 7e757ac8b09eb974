// What a letter is made of, as somebody edits it. `origin` is the number under which the book
// keeps the lines that a block was read from; see reading.js.

import { Schema } from "prosemirror-model";

const origin = { default: null };
const block = (spec) => ({ group: "block", ...spec, attrs: { origin, ...spec.attrs } });
const heading = (level) => ({ tag: `h${level}`, attrs: { level } });
const webAddress = (address) => (/^(?:https?|mailto|tel):/i.test(address ?? "") ? address : null);

const nodes = {
  doc: { content: "block+" },
  paragraph: block({ content: "inline*", parseDOM: [{ tag: "p" }], toDOM: () => ["p", 0] }),
  heading: block({
    content: "inline*",
    defining: true,
    attrs: { level: { default: 2 } },
    parseDOM: [1, 2, 3, 4, 5, 6].map(heading),
    toDOM: ({ attrs }) => [`h${attrs.level}`, 0],
  }),
  blockquote: block({
    content: "block+",
    defining: true,
    parseDOM: [{ tag: "blockquote" }],
    toDOM: () => ["blockquote", 0],
  }),
  bullet_list: block({
    content: "list_item+",
    attrs: { bullet: { default: "-" }, tight: { default: true } },
    parseDOM: [{ tag: "ul" }],
    toDOM: () => ["ul", 0],
  }),
  ordered_list: block({
    content: "list_item+",
    attrs: { start: { default: 1 }, delimiter: { default: "." }, tight: { default: true } },
    parseDOM: [{ tag: "ol", getAttrs: (dom) => ({ start: dom.start ?? 1 }) }],
    toDOM: ({ attrs }) => ["ol", attrs.start === 1 ? {} : { start: attrs.start }, 0],
  }),
  list_item: {
    content: "block+",
    defining: true,
    attrs: { origin },
    parseDOM: [{ tag: "li" }],
    toDOM: () => ["li", 0],
  },
  horizontal_rule: block({ parseDOM: [{ tag: "hr" }], toDOM: () => ["hr"] }),
  table: block({
    content: "table_row+",
    isolating: true,
    parseDOM: [{ tag: "table" }],
    toDOM: () => ["div", { class: "table" }, ["table", ["tbody", 0]]],
  }),
  table_row: {
    content: "(table_cell | table_header)+",
    attrs: { origin },
    parseDOM: [{ tag: "tr" }],
    toDOM: () => ["tr", 0],
  },
  table_cell: cell("td"),
  table_header: cell("th"),
  box: block({
    content: "block+",
    isolating: true,
    attrs: {
      kind: { default: "note" },
      title: { default: "" },
      when: { default: "" },
      where: { default: "" },
      link: { default: "" },
    },
    parseDOM: [{ tag: "section[data-box]", getAttrs: (dom) => ({ ...JSON.parse(dom.dataset.box), origin: null }) }],
    toDOM: ({ attrs }) => ["section", { "data-box": JSON.stringify(attrs) }, 0],
  }),
  button: card("button", { label: "", link: "" }),
  picture: {
    ...card("picture", { src: "", alt: "", caption: "", width: "", link: "" }),
  },
  kept: card("kept", { text: "" }),
  footnote: block({
    content: "inline*",
    attrs: { label: {} },
    parseDOM: [{ tag: "p[data-note]", priority: 60, getAttrs: (dom) => ({ label: dom.dataset.note }) }],
    toDOM: ({ attrs }) => ["p", { class: "footnote", "data-note": attrs.label }, 0],
  }),
  text: { group: "inline" },
  hard_break: {
    inline: true,
    group: "inline",
    selectable: false,
    parseDOM: [{ tag: "br" }],
    toDOM: () => ["br"],
    leafText: () => "\n",
  },
  merge_field: {
    inline: true,
    group: "inline",
    atom: true,
    attrs: { field: {} },
    parseDOM: [{ tag: "span[data-field]", getAttrs: (dom) => ({ field: dom.dataset.field }) }],
    toDOM: ({ attrs }) => ["span", { "data-field": attrs.field }, attrs.field],
    leafText: ({ attrs }) => attrs.field,
  },
  footnote_mark: {
    inline: true,
    group: "inline",
    atom: true,
    attrs: { label: {} },
    parseDOM: [{ tag: "sup[data-note]", getAttrs: (dom) => ({ label: dom.dataset.note }) }],
    toDOM: ({ attrs }) => ["sup", { class: "footnote-mark", "data-note": attrs.label }, attrs.label],
  },
};

function cell(tag) {
  return {
    content: "inline*",
    isolating: true,
    attrs: { align: { default: "" } },
    parseDOM: [{ tag, getAttrs: (dom) => ({ align: dom.dataset.align ?? "" }) }],
    toDOM: ({ attrs }) => [tag, attrs.align ? { "data-align": attrs.align } : {}, 0],
  };
}

// A block without text of its own: all it says is in its fields.
function card(name, fields) {
  const attrs = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, { default: value }]));
  return block({
    atom: true,
    draggable: true,
    attrs,
    parseDOM: [{ tag: `div[data-${name}]`, getAttrs: (dom) => ({ ...JSON.parse(dom.dataset[name]), origin: null }) }],
    toDOM: (node) => ["div", { [`data-${name}`]: JSON.stringify(node.attrs) }],
  });
}

const marks = {
  link: {
    attrs: { href: {}, title: { default: "" } },
    inclusive: false,
    parseDOM: [
      {
        tag: "a[href]",
        getAttrs: (dom) => webAddress(dom.getAttribute("href")) !== null && { href: dom.getAttribute("href") },
      },
    ],
    toDOM: ({ attrs }) => ["a", { href: attrs.href, title: attrs.href, rel: "noreferrer" }, 0],
  },
  strong: { parseDOM: [{ tag: "strong" }, { tag: "b" }], toDOM: () => ["strong", 0] },
  em: { parseDOM: [{ tag: "em" }, { tag: "i" }], toDOM: () => ["em", 0] },
  strikethrough: { parseDOM: [{ tag: "s" }, { tag: "del" }], toDOM: () => ["s", 0] },
  code: { parseDOM: [{ tag: "code" }], toDOM: () => ["code", 0] },
};

export const schema = new Schema({ nodes, marks });
