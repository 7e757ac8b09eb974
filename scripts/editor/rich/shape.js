// Tells whether two documents mean the same: what Markdown cannot say, or says in several ways, is left out.

const UNSAID = ["origin", "tight", "bullet", "delimiter"];

export function shape(node) {
  if (node.inlineContent) return JSON.stringify([node.type.name, said(node.attrs), line(node)]);
  const inside = node.children.filter((child) => !isEmpty(child)).map(shape);
  return JSON.stringify([node.type.name, said(node.attrs), inside]);
}

export const isEmpty = (node) => node.type.name === "paragraph" && !node.textContent.trim() && !hasLeaf(node);

function hasLeaf(node) {
  return node.children.some((child) => !child.isText && child.type.name !== "hard_break");
}

const said = (attrs) => Object.entries(attrs).filter(([name]) => !UNSAID.includes(name));

// Spaces at the edge of marked words belong to no mark, and those around a break to nothing.
function line(node) {
  const runs = [];
  const add = (text, marks) => {
    if (text && runs.at(-1)?.marks === marks) runs.at(-1).text += text;
    else if (text) runs.push({ text, marks });
  };
  for (const child of node.children) {
    const marks = JSON.stringify(child.marks.map((mark) => [mark.type.name, mark.attrs]));
    if (child.isText) {
      const [, before, text, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(child.text);
      add(before, "");
      add(text, marks);
      add(after, "");
    } else add(JSON.stringify([child.type.name, child.attrs]), child.type.name === "hard_break" ? "" : marks);
  }
  const shown = runs.map(({ text, marks }) => (marks ? `${marks}${text}` : text)).join("\u0000");
  return shown
    .replace(/[\0\s]*(\["hard_break",\{\}\])[\0\s]*/g, "$1")
    .replace(/^(?:\["hard_break",\{\}\]|[\0\s])+|(?:\["hard_break",\{\}\]|[\0\s])+$/g, "");
}
