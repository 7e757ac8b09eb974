// The writing page: brings the text, its fields and tools, saving and the mail together.

import { post } from "/static/connection.js";
import { Copies, difference, offer } from "/static/copies.js";
import { keys, mergeTag } from "./commands.js";
import { askConflict } from "./conflict.js";
import { Fields } from "./fields.js";
import { Looking, lookedLast } from "./looking.js";
import { readMarks } from "./marks.js";
import { origin } from "./origin.js";
import { takePictures } from "./pictures.js";
import { Preview } from "./preview.js";
import { Saving } from "./saving.js";
import { Sheet } from "./sheet.js";
import { bodyStart, hidesFrontMatter, isWhole, leastChange, makeText, showWhole } from "./text.js";
import { makeToolbar } from "./toolbar.js";

const find = (selector) => document.querySelector(selector);
const meta = (name) => find(`meta[name="${name}"]`).content;

const page = find("#writing");
const { slug, file } = page.dataset;
const address = `/issues/${encodeURIComponent(slug)}`;
const headers = { Accept: "application/json" };
const copies = new Copies(`${slug}/${file}`);
const plain = find("#text"); // where somebody may have begun to write before this script came
const base = plain.defaultValue;

// --- saying --------------------------------------------------------------------------------

const WORDS = {
  saved: "Saved",
  unsaved: "Not saved yet",
  saving: "Saving…",
  failed: "Not saved",
};
const NEWS = {
  merged: "Another program changed this text, too. Both changes are in it now; the history has each.",
  taken: "Another program changed this text. You see it as it is now; what it was before is in the history.",
};

function say(state, why = "") {
  if (state in NEWS) {
    tell(NEWS[state]);
    return;
  }
  find("#saved").dataset.state = state;
  find("#saved-text").textContent = WORDS[state];
  if (state === "saved") showChecks();
  const trouble = find("#trouble");
  trouble.hidden = state !== "failed";
  if (trouble.textContent !== why) trouble.textContent = why;
}

function tell(text) {
  const news = document.createElement("p");
  news.className = "notice";
  news.textContent = text;
  find("#news").replaceChildren(news);
}

// --- the text ------------------------------------------------------------------------------

const snippets = [...document.querySelectorAll('[data-do="snippet"]')].map((choice) => ({
  title: choice.textContent.trim(),
  text: choice.dataset.value,
}));
const names = Object.fromEntries(
  [...document.querySelectorAll('[data-do="tag"]')].map((choice) => [choice.dataset.value, choice.textContent.trim()]),
);
const hint =
  file === "issue.md"
    ? "Write a few words to your readers.\n\nThe posts of this issue come below them by themselves."
    : "Write the post, or paste it.";
const boxes = JSON.parse(page.dataset.boxes);
let lastField = null; // where the name of the reader goes, when that was asked for from a field

const label = file === "issue.md" ? "The letter" : "The post";

const view = makeText({
  parent: find("#editor"),
  text: base,
  label,
  hint,
  nonce: meta("style-nonce"),
  keys: [...keys, { key: "Mod-s", run: saveNow }, { key: "Alt-F10", run: focusToolbar }],
  onUpdate,
  onFiles: (pictures) => addPictures(pictures),
});
const sheet = new Sheet({
  view,
  places: { rich: find("#rich"), markdown: find("#editor") },
  label,
  hint,
  names,
  boxes,
  keys: { "Mod-s": saveNow, "Alt-F10": focusToolbar },
  snippets,
  onFiles: (pictures) => addPictures(pictures),
  onShow: showTools,
  onTool: run,
});
const saving = new Saving({
  view,
  base,
  changed: find("#on-disk").dataset.changed,
  address: `${address}/write`,
  file,
  headers,
  copies,
  say,
  askConflict,
  focus: () => sheet.focus(),
});

// The key is taken: the browser would offer to save the page as a file.
function saveNow() {
  saving.save();
  return true;
}

const fields = new Fields(find("#fields"), view);
const preview = new Preview({
  stage: find("#stage"),
  address,
  headers,
  file,
  read: () => view.state.doc.toString(),
  query: lookedLast(),
  onTold: showDraft,
});
const looking = new Looking({
  bar: find("#looks"),
  stage: find("#stage"),
  dialog: find("#reader-dialog"),
  address,
  headers,
  choose: (query) => preview.look(query),
});
const addPictures = takePictures({ page, address, headers, tell, insert: (path) => sheet.addPicture(path) });
let marks = readMarks(page);
let mistake = null;

function onUpdate(update) {
  if (!update.docChanged) return;
  sheet.changed(update);
  saving.changed(update);
  preview.changed();
  fields.show();
  countWords();
}

let counting;
function countWords() {
  clearTimeout(counting);
  counting = setTimeout(() => {
    const words = view.state.sliceDoc(bodyStart(view.state)).match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu)?.length ?? 0;
    find("#words").textContent = words === 1 ? "1 word" : `${words.toLocaleString("en-US")} words`;
  }, 300);
}

function focusToolbar() {
  find('#toolbar button[tabindex="0"]').focus();
  return true;
}

// --- the tools -----------------------------------------------------------------------------

function run(name, value) {
  if (name === "tag" && lastField) fields.insert(lastField, mergeTag(value));
  else if (name === "picture") find("#picture-file").click();
  else sheet.run(name, value);
}

// Shows which tools are on, and which view of the text.
function showTools({ isRich, tools }) {
  for (const tool of document.querySelectorAll("#toolbar [data-toggle]"))
    tool.setAttribute("aria-pressed", String(tools.includes(tool.dataset.do)));
  find("#toolbar .in-table").hidden = !tools.includes("table");
  if (isRich === undefined) return;
  find("#markdown").setAttribute("aria-pressed", String(!isRich));
  find("#whole").parentElement.hidden = isRich;
}

find("#markdown").addEventListener("click", () => sheet.switch());

document.addEventListener("focusin", (event) => {
  if (event.target.matches("#fields input")) lastField = event.target.type === "text" ? event.target : null;
  else if (event.target.closest(".editor")) lastField = null;
});

find("#picture-file").addEventListener("change", (event) => {
  addPictures([...event.target.files]);
  event.target.value = "";
});

// --- the mail ------------------------------------------------------------------------------

function showDraft(told) {
  const blank = !told.drawn && !view.state.sliceDoc(bodyStart(view.state)).trim(); // a beginning is no mistake
  mistake = told.mistake?.file === file && !blank ? told.mistake : null;
  showMistake(blank ? null : told.mistake);
  looking.show(told);
  if (mistake || hadMistake) sheet.mark(marks, mistake);
  hadMistake = Boolean(mistake);
}
let hadMistake = false;

function showMistake(wrong) {
  const place = find("#mistake");
  place.hidden = !wrong;
  find('[data-turn="mail"]').textContent = wrong ? "Mail: needs mending" : "Mail"; // all that a narrow screen shows of it
  if (!wrong) return;
  const [what, remedy, go] = place.querySelectorAll(".what, .hint-text, button");
  if (what.textContent !== wrong.what) what.textContent = wrong.what;
  remedy.textContent = wrong.hint;
  go.hidden = !wrong.line;
  go.textContent = wrong.file === file ? `Go to line ${wrong.line}` : `Go to line ${wrong.line} of ${wrong.file}`;
  go.onclick = () =>
    wrong.file === file
      ? goTo(wrong.line)
      : location.assign(`${address}/write?file=${encodeURIComponent(wrong.file)}&line=${wrong.line}`);
}

for (const button of document.querySelectorAll("[data-turn]")) {
  button.addEventListener("click", () => {
    for (const each of document.querySelectorAll("[data-turn]"))
      each.setAttribute("aria-pressed", String(each === button));
    page.dataset.shown = button.dataset.turn;
    dispatchEvent(new Event("resize"));
  });
}

// --- the checks, and what other programs save ----------------------------------------------

document.addEventListener("desk:drawn", hearDisk);

// A form of the checks changes the letter's file, too: what was typed goes first.
document.addEventListener(
  "submit",
  async (event) => {
    if (!event.target.matches("form[data-swap]")) return;
    saving.expects = true;
    if (!saving.dirty) return;
    event.preventDefault();
    event.stopPropagation();
    if (await saving.save()) event.target.requestSubmit(event.submitter);
  },
  true,
);

function hearDisk() {
  const disk = find("#on-disk");
  saving.onDisk(disk.defaultValue, disk.dataset.changed);
  saving.expects = false;
  marks = readMarks(page);
  showChecks();
}

// The page with the checks may come before or after the answer that the text is saved: both must speak of the same text.
function showChecks() {
  if (!saving.dirty && find("#on-disk").defaultValue === saving.base) sheet.mark(marks, mistake);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const query = new URL(link.href).searchParams;
  if (
    new URL(link.href).pathname === location.pathname &&
    (query.get("file") ?? "issue.md") === file &&
    query.get("line")
  ) {
    event.preventDefault();
    goTo(Number(query.get("line")), query.get("field") ?? "");
  } else if (saving.dirty && link.target !== "_blank") {
    event.preventDefault();
    leave(link.href);
  }
});

function goTo(line, field = "") {
  find('[data-turn="text"]').click();
  if (line < 1 || line > view.state.doc.lines) return;
  if (view.state.doc.line(line).from < bodyStart(view.state) && (sheet.isRich || hidesFrontMatter(view.state))) {
    if (fields.focus(field) || fields.focusLine(line)) return;
    if (sheet.isRich) sheet.switch();
    setWhole(true);
  }
  sheet.goTo(line, field);
}

const wholeButton = find("#whole");
function setWhole(shown) {
  view.dispatch({ effects: showWhole.of(shown) });
  wholeButton.setAttribute("aria-pressed", String(shown));
}
wholeButton.addEventListener("click", () => {
  setWhole(!isWhole(view.state));
  view.focus();
});

// --- leaving -------------------------------------------------------------------------------

async function leave(target) {
  if (await saving.save()) location.assign(target);
}

addEventListener("beforeunload", (event) => {
  if (!saving.dirty) return;
  saving.save();
  event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) return;
  saving.keep();
  saving.save();
});
addEventListener("pagehide", () => saving.keep());
document.addEventListener("desk:back", () => {
  saving.save();
  preview.draw();
});
find("#plain").addEventListener("submit", (event) => event.preventDefault());

// --- what a page that is gone could not save ---------------------------------------------------

async function offerCopy() {
  const [copy, ...others] = (await copies.left()).filter(isUnsaved);
  if (!copy) return;
  const answer = await post(`${address}/differences`, form({ file, text: copy.text }), headers).catch(() => null);
  const says = [
    `This browser kept a text of ${count(copy.text)} that was never saved. The saved text has ${count(saving.base)}.`,
  ];
  if (answer?.ok) says.push(difference((await answer.json()).comparison));
  const done = () => {
    copies.drop(copy.key);
    if (others.length) offerCopy();
  };
  offer(copy, says, {
    "Use the unsaved text": async () => {
      if (!(await saving.save()) || !saving.adopt(copy)) return false; // what is typed here goes first
      done();
    },
    "Keep the saved text": done,
  });
}

function isUnsaved({ key, text }) {
  if (text === saving.base) copies.drop(key);
  return text !== saving.base;
}

const count = (words) => `${words.length.toLocaleString("en-US")} characters`;

function form(values) {
  const made = new FormData();
  for (const [name, value] of Object.entries(values)) made.append(name, value);
  return made;
}

// --- beginning -----------------------------------------------------------------------------

// What was typed into the plain field goes on in the editor, with the cursor where it was.
function takeOver() {
  const wasWriting = document.activeElement === plain;
  const { selectionStart: anchor, selectionEnd: head } = plain;
  find("#plain").hidden = true;
  find("#foot").hidden = false;
  if (plain.value !== base)
    view.dispatch({
      changes: leastChange(base, plain.value),
      annotations: origin.of("field"),
      userEvent: "input.type",
    });
  if (wasWriting) sheet.goToOffset(anchor, head);
}

takeOver();
makeToolbar(find("#toolbar"), run);
countWords();
hearDisk();
preview.draw();
offerCopy();
if (page.dataset.line) goTo(Number(page.dataset.line), page.dataset.field);
