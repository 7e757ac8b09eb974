// Opens texts in the editor, as its page does, and types a word into each of their blocks.
// Returns what went wrong, and what each text is when every block of it is written anew.

async ({ texts, boxes }) => {
  const { RichText } = await import("/static/editor.js");
  const nothing = () => {};
  const open = (text) =>
    new RichText({
      ...{ parent: document.createElement("div"), text, label: "", hint: "", names: {}, boxes, keys: {} },
      ...{ ask: nothing, onChange: nothing, onSelect: nothing, onFiles: nothing, onTool: nothing },
    });
  const anew = [];
  const wrong = [];
  let [edits, kept, blocks] = [0, 0, 0];

  // Types a word into a block: what is before and behind the outermost block around it must stay.
  function edit(text, rich, outer, start, place) {
    const { view, writer } = rich;
    view.dispatch(view.state.tr.insertText("zebra", place));
    edits += 1;
    const end = start + writer.book.origins[outer.attrs.origin].text.length;
    const fine = rich.text.startsWith(text.slice(0, start)) && rich.text.endsWith(text.slice(end));
    const understood = writer.means(view.state.doc.children, rich.text) && rich.text.includes("zebra");
    if (!fine || !understood) wrong.push([fine ? "means something else" : "other lines changed", text, rich.text]);
    view.dispatch(view.state.tr.delete(place, place + "zebra".length));
    if (rich.text !== text) wrong.push(["taken back, but the file differs", text, rich.text]);
  }

  for (const text of texts) {
    const rich = open(text);
    const { doc } = rich.view.state;
    const written = rich.writer.document(doc, rich);
    if (written !== text && text.trim()) wrong.push(["changed by opening", text, written]);
    anew.push(
      doc.children
        .map((each) => rich.writer.anew(each))
        .filter(Boolean)
        .join("\n\n"),
    );
    let [offset, place] = [0, 0];
    for (const outer of doc.children) {
      const lines = rich.book.origin(outer)?.text;
      if (lines === undefined) continue; // an empty text
      const start = text.indexOf(lines, offset);
      offset = start + lines.length;
      blocks += 1;
      kept += outer.type.name === "kept";
      const spots = [];
      if (outer.isTextblock && outer.content.size) spots.push(place + outer.nodeSize - 1);
      outer.descendants((node, inside) => {
        if (node.isTextblock && node.content.size)
          spots.push(place + 1 + inside + 1 + Math.floor(node.content.size / 2));
      });
      for (const spot of spots.slice(0, 4)) edit(text, rich, outer, start, spot);
      place += outer.nodeSize;
    }
    rich.view.destroy();
  }
  return { wrong: wrong.slice(0, 3), anew, edits, kept, blocks };
};
