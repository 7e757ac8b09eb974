// Shows a paragraph that another program broke into lines as one, as the mail does. The file
// keeps its lines, and each break that somebody types here is seen.

import { Decoration, EditorView, StateField } from "/static/editor.js";
import { findFrontMatter } from "./front_matter.js";
import { origin } from "./origin.js";

const WRAPPED = 50; // characters: nobody breaks a longer line by hand, as rendering/linebreaks.py has it
const MARKS = /^[ \t]*(?:$|[-*+] |[-=*_]+[ \t]*$|>|#{1,6} |\||:::|```|~~~|<|\d+[.)] |\[[^\]]*\]:|!\[)/; // a line that begins something of its own
const APART = /(?: {2}|\\)$/; // a break that is meant
const FENCE = /^[ \t]*(?:```|~~~)/;

const goesOn = (line, next) => line.length > 0 && !APART.test(line.text) && !MARKS.test(next.text);

// Returns where lines end that wrapping has made.
function findSeams(doc) {
  const seams = [];
  let isCode = false;
  for (let number = (findFrontMatter(doc)?.close ?? 0) + 1; number < doc.lines; number += 1) {
    const line = doc.line(number);
    if (FENCE.test(line.text)) isCode = !isCode;
    const isWrapped = line.length > WRAPPED && !isCode && !/^(?: {4}|\t|#|\||:::)/.test(line.text);
    if (isWrapped && goesOn(line, doc.line(number + 1))) seams.push(line.to);
  }
  return seams;
}

// A seam stays while there is a break, and what follows goes on.
function moved(seams, { changes, newDoc }) {
  return seams
    .map((seam) => changes.mapPos(seam, 1))
    .filter((seam) => {
      const line = newDoc.lineAt(seam);
      return line.to === seam && line.number < newDoc.lines && goesOn(line, newDoc.line(line.number + 1));
    });
}

const GAP = Decoration.mark({ class: "cm-seam" }); // a space behind the last word
const AWAY = Decoration.replace({});

function decorate(seams) {
  return Decoration.set(seams.flatMap((seam) => [GAP.range(seam - 1, seam), AWAY.range(seam, seam + 1)]));
}

export const wrapped = StateField.define({
  create: ({ doc }) => ({ seams: findSeams(doc) }),
  update(value, transaction) {
    if (!transaction.docChanged) return value;
    return {
      seams:
        transaction.annotation(origin) === "disk" ? findSeams(transaction.newDoc) : moved(value.seams, transaction),
    };
  },
  provide: (field) => EditorView.decorations.compute([field], (state) => decorate(state.field(field).seams)),
});
