// Stands in for @codemirror/lang-html, which would add a third to the bundle: HTML in a post is
// shown as plain text, without the colours of HTML, CSS and JavaScript.

export const html = () => ({ language: { parser: undefined }, support: [] });
export const htmlCompletionSource = () => null;
