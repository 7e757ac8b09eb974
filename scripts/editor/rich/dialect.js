// Markdown as the mail reads it (see src/newsletter/rendering/markdown.py), parsed in the browser.

import MarkdownIt from "markdown-it";
import container from "markdown-it-container";
import footnote from "markdown-it-footnote";

const parser = new MarkdownIt("commonmark", { html: true, maxNesting: 80 });
parser.enable(["table", "strikethrough"]);
parser.use(container, "box", { validate: () => true }).use(footnote);
parser.core.ruler.disable("footnote_tail"); // notes stay where they are written
parser.inline.ruler.disable("footnote_inline");
parser.normalizeLink = (address) => address;
parser.inline.ruler.push("attributes", readAttributes);

// Reads {.button} behind a link and {width=200} behind a picture.
function readAttributes(state, silent) {
  const owner = state.tokens.at(-1);
  if (state.pending || !["image", "link_close"].includes(owner?.type)) return false;
  const found = /^\{[^{}]*\}/.exec(state.src.slice(state.pos));
  if (!found) return false;
  if (!silent) owner.meta = { attributes: (owner.meta?.attributes ?? "") + found[0] };
  state.pos += found[0].length;
  return true;
}

// --- merge fields ------------------------------------------------------------------------

const FIELD = /\{\{[^\n]*?\}\}/g;
const HIDDEN = /\uE000ergetag(\d+)\uE001/g;

// The mail replaces each merge field with a word before it reads the Markdown, so that a field
// can stand in bold or in a table; so do we, with a word of the same length.
function hideFields(text) {
  const fields = [];
  if (/[\uE000\uE001]/.test(text)) return { fields, text };
  return { fields, text: text.replace(FIELD, (field) => `\uE000ergetag${fields.push(field) - 1}\uE001`) };
}

// Returns the tokens of a text, the environment in which links and notes are known, and a
// function that puts the merge fields back into a string.
export function parse(text, known = {}) {
  const hidden = hideFields(text);
  const notes = Object.keys(known.footnotes?.refs ?? {}).map((label) => [label, -1]); // none is counted yet
  const environment = { references: { ...known.references }, footnotes: { refs: Object.fromEntries(notes) } };
  const tokens = parser.parse(hidden.text, environment);
  const restore = (part) => part.replace(HIDDEN, (_, number) => hidden.fields[number]);
  return { tokens, environment, restore };
}

// Parts a text into plain pieces and merge fields: [text, field, text, …].
export const splitFields = (text, restore) =>
  text.split(/(\uE000ergetag\d+\uE001)/).map((part, index) => (index % 2 ? restore(part) : part));

const INSIDE = /^\{\{\s*([\w.-]+)\s*(?:\bor\b\s*(?:"([^"\n]*)"|'([^'\n]*)'|“([^”\n]*)”|‘([^’\n]*)’)\s*)?\}\}$/;

// Returns what a merge field names and falls back on; null if the mail would not understand it.
export function readField(field) {
  const found = INSIDE.exec(field);
  return found && { name: found[1], fallback: found.slice(2).find((each) => each !== undefined) ?? "" };
}

export function writeField({ name, fallback }) {
  if (!fallback) return `{{ ${name} }}`;
  return fallback.includes('"')
    ? `{{ ${name} or '${fallback.replaceAll("'", "’")}' }}`
    : `{{ ${name} or "${fallback}" }}`;
}

// --- line breaks -------------------------------------------------------------------------

const SHORT = 50;
const LEAST_WIDTH = 40;

// Tells of each line but the last whether the break behind it was made by hand, and not by
// wrapping: the mail keeps those (keep_hand_made in rendering/markdown.py).
export function keptBreaks(lines) {
  const width = Math.max(LEAST_WIDTH, ...lines.map((line) => line.length));
  return lines.slice(0, -1).map((line, index) => {
    const shown = line.trimEnd();
    const next = lines[index + 1].trim().split(/\s+/)[0];
    return shown.length < SHORT && shown.length + 1 + next.length <= width;
  });
}
