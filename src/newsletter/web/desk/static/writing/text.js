// The text itself: CodeMirror, set up for letters and posts.

import {
  autocompletion,
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
  yamlFrontmatter,
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
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-panels": {
    backgroundColor: "var(--card)",
    color: "var(--ink)",
    borderColor: "var(--line)",
    fontFamily: "var(--sans)",
  },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)", outline: "1px solid var(--warn)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--accent-soft)" },
});

// --- what is offered while typing --------------------------------------------------------

const BOXES = ["note", "crisis", "contact", "event", "teaser"];

function offer(names) {
  return (context) => {
    const brace = context.matchBefore(/\{\{[ ]?\w*/);
    if (brace) {
      const options = names.map((name) => ({ label: `{{ ${name}${name.includes("name") ? ' or "reader"' : ""} }}` }));
      return { from: brace.from, options, filter: true, validFor: /^\{\{[ ]?\w*$/ };
    }
    const box = context.matchBefore(/^:::[ ]?\w*/);
    return (
      box && { from: box.from, options: BOXES.map((name) => ({ label: `::: ${name}` })), validFor: /^:::[ ]?\w*$/ }
    );
  };
}

// --- making it ---------------------------------------------------------------------------

export function makeText({ parent, text, label, hint, nonce, names, keys, onUpdate, onFiles }) {
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
    yamlFrontmatter({ content: markdown() }),
    syntaxHighlighting(looks),
    theme,
    search({ top: true }),
    autocompletion({ override: [offer(names)], icons: false }),
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
