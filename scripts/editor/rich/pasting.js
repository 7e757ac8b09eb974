// What other programs put on the clipboard, as HTML that the editor reads: Word's lists, tables
// that only arrange, and addresses that lead over a counter.

const STYLE = "data-css";
const BLOCKS = "p, h1, h2, h3, h4, h5, h6, ul, ol, blockquote, table, pre";

export function tidyPaste(html) {
  if (html.includes("data-pm-slice")) return html; // from this editor
  const page = new DOMParser().parseFromString(withoutStyles(html), "text/html");
  const { body } = page;
  for (const each of body.querySelectorAll("meta, link, title, xml, img")) each.remove();
  for (const each of body.querySelectorAll("p.MsoTitle")) rename(each, "h2");
  for (const link of body.querySelectorAll("a[href]")) link.setAttribute("href", direct(link.getAttribute("href")));
  listWordParagraphs(body);
  markStyled(body);
  for (const table of [...body.querySelectorAll("table")].reverse()) tidyTable(table);
  for (const paragraph of body.querySelectorAll("p")) if (!paragraph.textContent.trim()) paragraph.remove();
  return body.innerHTML;
}

// The page allows no styles but its own, and a browser minds them also where nothing is shown.
function withoutStyles(html) {
  return html
    .replace(/<(style|script)\b[\s\S]*?<\/\1\s*>|<!\[(?:if|endif)[^>]*>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) =>
      tag.replace(/\sstyle\s*=/gi, ` ${STYLE}=`).replace(/\son\w+\s*=/gi, " data-on="),
    );
}

const styleOf = (element) => element.getAttribute(STYLE) ?? "";

// Google Docs says by styles what is bold or italic, and wraps all of it in a <b> that is not.
function markStyled(body) {
  for (const each of body.querySelectorAll("b, strong")) {
    if (/(?:^|[;\s])font-weight:\s*(?:normal|[1-5]00)/i.test(styleOf(each))) each.replaceWith(...each.childNodes);
  }
  for (const each of body.querySelectorAll(`span[${STYLE}]`)) {
    if (each.closest("h1, h2, h3, h4, h5, h6")) continue;
    if (/(?:^|[;\s])font-weight:\s*(?:bold|[6-9]00)/i.test(styleOf(each))) wrapInside(each, "strong");
    if (/(?:^|[;\s])font-style:\s*italic/i.test(styleOf(each))) wrapInside(each, "em");
  }
}

function wrapInside(element, name) {
  const made = element.ownerDocument.createElement(name);
  made.append(...element.childNodes);
  element.append(made);
}

function rename(old, name) {
  const made = old.ownerDocument.createElement(name);
  made.append(...old.childNodes);
  old.replaceWith(made);
  return made;
}

// Google Docs lets each link pass through its own server first.
function direct(address) {
  const found = /^https:\/\/www\.google\.com\/url\?(?:.*&)?q=([^&]+)/.exec(address);
  return found ? decodeURIComponent(found[1]) : address;
}

// Word writes lists as paragraphs that look like some: "mso-list:l0 level1 lfo1" says where each belongs.
function listWordParagraphs(body) {
  let open = []; // the lists that are open, the outermost first
  let last = null;
  for (const paragraph of [...body.querySelectorAll("p")]) {
    const found = /mso-list:\s*(\S+)\s+level(\d)/i.exec(styleOf(paragraph));
    if (!found) continue;
    const [, name, level] = [...found.slice(0, 2), Number(found[2])];
    const marker = [...paragraph.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(styleOf(span)));
    const isNumber = /^\s*\(?(?:\d+|[a-z]|[ivx]+)[.)]/i.test(marker?.textContent ?? "");
    marker?.remove();
    if (last?.nextElementSibling !== paragraph || last.dataset.name !== name) open = [];
    open = open.slice(0, level);
    while (open.length < level) {
      const list = body.ownerDocument.createElement(isNumber ? "ol" : "ul");
      if (open.length)
        (open.at(-1).lastElementChild ?? open.at(-1).appendChild(body.ownerDocument.createElement("li"))).append(list);
      else paragraph.before(list);
      list.dataset.name = name;
      open.push(list);
    }
    const item = body.ownerDocument.createElement("li");
    item.append(...paragraph.childNodes);
    open.at(-1).append(item);
    paragraph.remove();
    [last] = open;
  }
}

// Keeps a table of data, its first row as its heading; one that only arranges gives way to what is in it.
function tidyTable(table) {
  const rows = [...table.rows].map((row) => [...row.cells]);
  const width = Math.max(0, ...rows.map((row) => row.length));
  const arranges =
    width < 2 ||
    rows
      .flat()
      .some((cell) => cell.querySelectorAll(BLOCKS).length > 1 || cell.querySelector("h1, h2, h3, ul, ol, table"));
  if (arranges) {
    table.replaceWith(
      ...rows.flat().flatMap((cell) => (cell.querySelector(BLOCKS) ? [...cell.childNodes] : [paragraphOf(cell)])),
    );
    return;
  }
  const made = table.ownerDocument.createElement("table");
  rows.forEach((cells, index) => {
    const row = made.insertRow();
    for (let column = 0; column < width; column += 1) {
      const cell = table.ownerDocument.createElement(index ? "td" : "th");
      cell.append(...(cells[column]?.querySelector("p") ?? cells[column] ?? row).childNodes);
      row.append(cell);
    }
  });
  table.replaceWith(made);
}

function paragraphOf(cell) {
  const paragraph = cell.ownerDocument.createElement("p");
  paragraph.append(...cell.childNodes);
  return paragraph;
}
