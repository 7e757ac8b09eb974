// Each visible run of text: its words, colour, ground (the nearest opaque one below it), size and weight.
() => {
  const parse = (text) => text.match(/[\d.]+/g).map(Number);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0.99) return colour.slice(0, 3);
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (!text || !element.checkVisibility() || element.closest("style")) continue;
    const style = getComputedStyle(element);
    found.push({
      text,
      ink: parse(style.color).slice(0, 3),
      paper: ground(element),
      size: parseFloat(style.fontSize),
      button: element.closest(".button") !== null,
      bold: parseInt(style.fontWeight, 10) >= 700,
    });
  }
  return found;
};
