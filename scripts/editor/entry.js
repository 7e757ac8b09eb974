// What the desk's own scripts use of the editors, as one module.

export { defaultKeymap, history, historyKeymap, redo, undo } from "@codemirror/commands";
export { deleteMarkupBackward, insertNewlineContinueMarkup, markdown } from "@codemirror/lang-markdown";
export { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
export { lintKeymap, setDiagnostics } from "@codemirror/lint";
export { search, searchKeymap } from "@codemirror/search";
export {
  Annotation,
  ChangeSet,
  EditorSelection,
  EditorState,
  Prec,
  StateEffect,
  StateField,
  Transaction,
} from "@codemirror/state";
export { Decoration, EditorView, keymap, placeholder } from "@codemirror/view";
export { tags } from "@lezer/highlight";
export { wholeAddress } from "./rich/addresses.js";
export { writeField } from "./rich/dialect.js";
export { RichText } from "./rich/editor.js";
