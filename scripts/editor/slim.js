// Stands in for what markdown-it brings along and browsers have themselves, which is a third of it:
// the names of characters, classes of characters, and addresses of other alphabets. Links that are
// typed without signs are not looked for here: they are words, and the mail makes links of them.

const asked = document.createElement("textarea");

export function decodeHTML(text) {
  asked.innerHTML = text.replaceAll("<", "&lt;");
  return asked.value;
}

export const decodeHTMLStrict = (entity) => (entity.endsWith(";") ? decodeHTML(entity) : entity);

export const P = /\p{P}/u;
export const S = /\p{S}/u;
export const Z = /\p{Z}/u;
export const Cc = /\p{Cc}/u;
export const Any = /[\s\S]/u;

const same = (text) => text;
export const encode = same;
export const decode = same;
export const format = ({ href }) => href;
export const parse = (href) => ({ href });
export const toASCII = same;
export const toUnicode = same;

export default class {
  set() {}
}
