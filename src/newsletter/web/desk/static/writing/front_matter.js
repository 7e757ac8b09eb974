// The lines at the top of a file: finding them, and reading and writing one key of them.
// They are read as newsletter.posts.front_matter reads them: all after the colon is the
// text, unless it is a complete quoted text.

const FENCE = /^---[ \t]*$/;
const END = /^(?:---|\.\.\.)[ \t]*$/;
const ENTRY = /^([A-Za-z_][\w-]*)[ \t]*:(?:[ \t]+(.*?))?[ \t]*$/;
const DOUBLE = /^"(?:[^"\\]|\\.)*"(?:[ \t]+#.*)?$/;
const SINGLE = /^'(?:[^']|'')*'(?:[ \t]+#.*)?$/;
const BLOCK = /^[|>][+-]?\d?$/;
const COMMENT = /[ \t]+#.*$/;

// Returns where the front matter is: the first and last line of its keys, and where the
// text below it begins; null when there is none.
export function findFrontMatter(doc) {
  let first = 1;
  while (first < doc.lines && !doc.line(first).text.trim()) first += 1;
  if (!FENCE.test(doc.line(first).text)) return null;
  for (let number = first + 1; number <= doc.lines; number += 1) {
    const line = doc.line(number);
    if (END.test(line.text)) return { open: first, close: number, end: bodyStart(doc, number) };
  }
  return null;
}

// One empty line after the fence belongs to it, as far as a person is concerned.
function bodyStart(doc, close) {
  if (close >= doc.lines) return null;
  const next = doc.line(close + 1);
  return next.text.trim() === "" && next.number < doc.lines ? doc.line(close + 2).from : next.from;
}

// Returns {line, value, style} of a key; value is null where it cannot be shown in one line.
export function readKey(doc, key) {
  const matter = findFrontMatter(doc);
  if (!matter) return null;
  for (let number = matter.open + 1; number < matter.close; number += 1) {
    const line = doc.line(number);
    const entry = ENTRY.exec(line.text);
    if (entry?.[1] !== key) continue;
    const following = number + 1 < matter.close ? doc.line(number + 1).text : "";
    if (/^[ \t]+\S/.test(following) || /^- /.test(following)) return { line, value: null, style: "" };
    return { line, ...readValue(entry[2] ?? "") };
  }
  return null;
}

function readValue(text) {
  if (BLOCK.test(text)) return { value: null, style: "" };
  if (SINGLE.test(text)) {
    const quoted = /^'((?:[^']|'')*)'/.exec(text)[1];
    return {
      value: quoted.replaceAll("''", "'"),
      style: "'",
      comment: COMMENT.exec(text.slice(quoted.length + 2))?.[0],
    };
  }
  if (DOUBLE.test(text)) {
    const quoted = /^"(?:[^"\\]|\\.)*"/.exec(text)[0];
    try {
      return { value: JSON.parse(quoted), style: '"', comment: COMMENT.exec(text.slice(quoted.length))?.[0] };
    } catch {
      return { value: null, style: "" }; // YAML knows more escapes than JSON
    }
  }
  return { value: text, style: "" };
}

// Returns the change that gives `key` this value; every other line stays as it is.
export function changeKey(doc, key, value, order) {
  const text = value.replace(/\s+/g, " ").trim();
  const found = readKey(doc, key);
  if (found) {
    const style = found.style === '"' && needsQuotes(found.value) ? "" : found.style; // they go when they need not be
    const written = `${key}: ${writeValue(text, style)}${found.comment ?? ""}`.trimEnd();
    return { from: found.line.from, to: found.line.to, insert: written };
  }
  const written = `${key}: ${writeValue(text, "")}`;
  const matter = findFrontMatter(doc);
  if (!matter) return { from: 0, to: 0, insert: `---\n${written}\n---\n\n` };
  const before = order
    .slice(0, order.indexOf(key))
    .reverse()
    .map((each) => readKey(doc, each))
    .find(Boolean);
  const place = before && before.value !== null ? before.line.to : doc.line(matter.open).to;
  return { from: place, to: place, insert: `\n${written}` };
}

function writeValue(text, style) {
  if (style === "'") return `'${text.replaceAll("'", "''")}'`;
  if (style === '"' || needsQuotes(text)) return JSON.stringify(text);
  return text;
}

// What other readers of YAML would take for something else than a text.
function needsQuotes(text) {
  return /^[\s'"|>{}[\],&*!%@`#?-]|: |:$| #/.test(text);
}
