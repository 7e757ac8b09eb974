// The text itself: CodeMirror, set up for letters and posts.

import {
  Decoration,
  defaultKeymap,
  deleteMarkupBackward,
  EditorState,
  EditorView,
  HighlightStyle,
  history,
  historyKeymap,
  insertNewlineContinueMarkup,
  keymap,
  lintKeymap,
  markdown,
  Prec,
  placeholder,
  StateEffect,
  StateField,
  search,
  searchKeymap,
  syntaxHighlighting,
  Transaction,
  tags,
} from "/static/editor.js";
import { findFrontMatter } from "./front_matter.js";
import { origin } from "./origin.js";
import { wrapped } from "./wrapped.js";

export const showWhole = StateEffect.define();

// --- the lines at the top, which the fields stand for ----------------------------------

const whole = StateField.define({
  create: () => false,
  update: (value, transaction) =>
    transaction.effects.reduce((now, effect) => (effect.is(showWhole) ? effect.value : now), value),
});

const hidden = StateField.define({
  create: (state) => hide(state),
  update: (value, transaction) =>
    transaction.docChanged || transaction.effects.length ? hide(transaction.state) : value,
  provide: (field) => [
    EditorView.decorations.from(field, (value) => value.decorations),
    EditorView.atomicRanges.of((view) => view.state.field(field).decorations),
  ],
});

function hide(state) {
  const matter = state.field(whole) ? null : findFrontMatter(state.doc);
  if (!matter || matter.end === null) return { until: 0, decorations: Decoration.none };
  const range = Decoration.replace({ block: true }).range(0, matter.end - 1);
  return { until: matter.end, decorations: Decoration.set([range]) };
}

// Typing, and deleting everything, spares what cannot be seen.
const spared = [
  EditorState.changeFilter.of((transaction) => {
    const { until } = transaction.startState.field(hidden);
    return until && !transaction.annotation(origin) ? [0, until] : true;
  }),
  EditorState.transactionFilter.of((transaction) => {
    const { until } = transaction.startState.field(hidden);
    if (!until || !transaction.selection || transaction.docChanged || transaction.effects.length) return transaction;
    const { main } = transaction.selection;
    if (main.from >= until) return transaction;
    return [transaction, { selection: { anchor: Math.max(main.anchor, until), head: Math.max(main.head, until) } }];
  }),
];

// Returns whether the lines at the top are out of sight.
export const hidesFrontMatter = (state) => state.field(hidden).until > 0;
export const textStart = (state) => state.field(hidden).until;
export const isWhole = (state) => state.field(whole);

// Returns where the text below the lines at the top begins, whether they are shown or not.
export function bodyStart({ doc }) {
  const matter = findFrontMatter(doc);
  return matter ? (matter.end ?? doc.length) : 0;
}

// --- looks -------------------------------------------------------------------------------

const looks = HighlightStyle.define([
  { tag: tags.heading1, fontSize: "1.5em", fontWeight: "600" },
  { tag: tags.heading2, fontSize: "1.3em", fontWeight: "600" },
  { tag: tags.heading3, fontSize: "1.12em", fontWeight: "600" },
  { tag: tags.heading, fontWeight: "600" },
  { tag: tags.strong, fontWeight: "700" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strikethrough, textDecoration: "line-through" },
  { tag: tags.link, color: "var(--accent)" },
  { tag: tags.url, color: "var(--muted)" },
  { tag: tags.monospace, fontFamily: "var(--mono)", fontSize: ".9em" },
  { tag: tags.quote, color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.processingInstruction, tags.contentSeparator, tags.meta], color: "var(--muted)" },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: tags.comment, color: "var(--muted)" },
]);

// The lines at the top are no Markdown: their last line would make a heading of the one above.
const topLines = {
  defineNodes: [
    { name: "TopLines", block: true, style: tags.meta },
    { name: "TopKey", style: tags.propertyName },
  ],
  parseBlock: [
    {
      name: "TopLines",
      before: "HorizontalRule",
      parse(context, line) {
        if (context.lineStart > 0 || !/^---[ \t]*$/.test(line.text)) return false;
        const keys = [];
        while (context.nextLine() && !/^(?:---|\.\.\.)[ \t]*$/.test(line.text)) {
          const key = /^[\w-]+(?=[ \t]*:)/.exec(line.text)?.[0].length;
          if (key) keys.push(context.elt("TopKey", context.lineStart, context.lineStart + key));
        }
        context.addElement(context.elt("TopLines", 0, context.lineStart + line.text.length, keys));
        context.nextLine();
        return true;
      },
    },
  ],
};

const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--serif)", fontSize: "1.125rem", lineHeight: "1.65", overflow: "visible" },
  ".cm-content": { padding: "1.25rem 0 8rem", caretColor: "var(--accent)" },
  ".cm-seam::after": { content: '" "' },
  ".cm-line": { padding: "0 1.5rem" },
  ".cm-placeholder": { color: "var(--muted)", whiteSpace: "pre-wrap" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": { backgroundColor: "var(--mark)" },
  ".cm-diagnosticText": { whiteSpace: "pre-line" },
  ".cm-diagnostic": { padding: ".375rem .75rem", borderLeftWidth: "3px" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--alarm)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
  ".cm-diagnostic-info": { borderLeftColor: "var(--accent)" },
  ".cm-lintRange": {
    backgroundImage: "none",
    textDecoration: "underline 2px wavy var(--accent)",
    textUnderlineOffset: ".3em",
    textDecorationSkipInk: "none",
  },
  ".cm-lintRange-error": { textDecorationColor: "var(--alarm)" },
  ".cm-lintRange-warning": { textDecorationColor: "var(--warn)" },
  ".cm-tooltip": {
    backgroundColor: "var(--card)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    borderRadius: "8px",
    boxShadow: "var(--shadow)",
    fontFamily: "var(--sans)",
    fontSize: ".875rem",
    maxWidth: "28rem",
  },
  ".cm-panels": {
    backgroundColor: "var(--card)",
    color: "var(--ink)",
    borderColor: "var(--line)",
    fontFamily: "var(--sans)",
  },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)", outline: "1px solid var(--warn)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--accent-soft)" },
});

// --- making it ---------------------------------------------------------------------------

export function makeText({ parent, text, label, hint, nonce, keys, onUpdate, onFiles }) {
  const files = (event, list) => {
    const pictures = [...(list ?? [])].filter((file) => file.type.startsWith("image/"));
    if (!pictures.length) return false;
    event.preventDefault();
    onFiles(pictures);
    return true;
  };
  const extensions = [
    EditorView.cspNonce.of(nonce),
    whole,
    hidden,
    spared,
    wrapped,
    history(),
    EditorView.lineWrapping,
    EditorState.phrases.of({ "Fold line": "Fold" }),
    placeholder(hint),
    markdown({ extensions: [topLines] }),
    syntaxHighlighting(looks),
    theme,
    search({ top: true }),
    Prec.high(
      keymap.of([
        ...keys,
        { key: "Enter", run: insertNewlineContinueMarkup },
        { key: "Backspace", run: deleteMarkupBackward },
      ]),
    ),
    keymap.of([...historyKeymap, ...searchKeymap, ...lintKeymap, ...defaultKeymap]),
    EditorView.contentAttributes.of({
      "aria-label": label,
      spellcheck: "true",
      autocorrect: "on",
      autocapitalize: "sentences",
    }),
    EditorView.domEventHandlers({
      drop: (event) => files(event, event.dataTransfer?.files),
      paste: (event) => !event.clipboardData?.types.includes("text/plain") && files(event, event.clipboardData?.files),
    }),
    EditorView.updateListener.of(onUpdate),
  ];
  const selection = { anchor: text.replace(/\r\n?/g, "\n").length }; // whoever comes by keyboard goes on at the end
  return new EditorView({ parent, state: EditorState.create({ doc: text, selection, extensions }) });
}

// Brings the text to what another program or an earlier version made of it, with the
// least change, so that the cursor stays where it is.
export function leastChange(from, to) {
  let start = 0;
  const shorter = Math.min(from.length, to.length);
  while (start < shorter && from[start] === to[start]) start += 1;
  let end = 0;
  while (end < shorter - start && from[from.length - 1 - end] === to[to.length - 1 - end]) end += 1;
  return { from: start, to: from.length - end, insert: to.slice(start, to.length - end) };
}

export const outside = () => [origin.of("disk"), Transaction.addToHistory.of(false)];
