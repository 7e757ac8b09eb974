// What the checks say, at its place in the text.

import { setDiagnostics } from "/static/editor.js";

const WEIGHT = { error: "error", warning: "warning", note: "info" };

// Returns the findings that the page carries, as CodeMirror wants them.
export function readMarks(place) {
  return [...place.querySelectorAll("#marks li")].map((item) => ({
    line: Number(item.dataset.line),
    severity: WEIGHT[item.dataset.severity],
    message: `${item.textContent}\n${item.dataset.remedy}`,
  }));
}

export function showMarks(view, marks, mistake) {
  const { doc } = view.state;
  const wrong = mistake?.line
    ? [{ line: mistake.line, severity: "error", message: `${mistake.what}\n${mistake.hint}` }]
    : [];
  const diagnostics = [...marks, ...wrong]
    .filter((mark) => mark.line <= doc.lines)
    .map(({ line, severity, message }) => {
      const { from, to, text } = doc.line(line);
      return { from: from + (text.length - text.trimStart().length), to, severity, message };
    });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}
