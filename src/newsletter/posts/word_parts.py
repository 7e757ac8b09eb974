"""A Word document made lean before it is read: what Word notes for itself goes, the text and its structure stay.

Word parts a sentence into many runs, one for each time that somebody typed in it, and brings
hundreds of styles that no paragraph has. Reading those takes longer than all the text.
"""

import io
import re
import zipfile
from collections.abc import Callable

from lxml import etree

from newsletter.posts.word_unpublished import Unpublished, hidden_styles, take_out_unpublished, texts_by_id

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NOISE = tuple(
    _W + name
    for name in (
        "proofErr",
        "bookmarkStart",
        "bookmarkEnd",
        "lastRenderedPageBreak",
        "permStart",
        "permEnd",
        "commentRangeStart",
        "commentRangeEnd",
        "softHyphen",
    )
)
_WRAPPERS = tuple(_W + name for name in ("ins", "moveTo", "fldSimple", "dir", "bdo"))
"""Around runs; the text in them is the document's."""
_OF_RUNS = {
    _W + name for name in ("rStyle", "b", "i", "u", "strike", "dstrike", "vertAlign", "caps", "smallCaps", "highlight")
}
_JOINED = {_W + name for name in ("t", "tab", "br", "noBreakHyphen")}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def lean(data: bytes) -> tuple[bytes, Unpublished]:
    """Return the document with the same text, headings, lists, links and pictures, and little else.

    What its author does not mean to publish is taken out, and returned beside it.

    Raises:
        etree.XMLSyntaxError: a part of it is no XML.
        zipfile.BadZipFile: it is no document.
    """
    out = io.BytesIO()
    unpublished = Unpublished()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(out, "w") as written:
        names = [info.filename for info in packed.infolist() if not info.is_dir()]
        trees = {name: _tree(packed.read(name)) for name in names if _kind(name) in _OF_TEXT}
        by_kind = {_kind(name): tree for name, tree in trees.items()}
        hidden = hidden_styles(by_kind["styles"]) if "styles" in by_kind else frozenset()
        comments = texts_by_id(by_kind["comments"], "comment") if "comments" in by_kind else {}
        notes = {
            kind + number: text
            for kind in ("footnote", "endnote")
            if f"{kind}s" in by_kind
            for number, text in texts_by_id(by_kind[f"{kind}s"], kind).items()
        }
        for name in names:
            if name.endswith((".thmx", "thumbnail.jpeg")) or name in _UNREAD:
                continue
            if name not in trees:
                written.writestr(name, packed.read(name))
                continue
            if _kind(name) in {"document", "footnotes", "endnotes"}:
                take_out_unpublished(trees[name], hidden, notes, comments, unpublished)
            if make_lean := _BY_KIND.get(_kind(name)):
                make_lean(trees[name])
            written.writestr(name, etree.tostring(trees[name], encoding="utf-8", xml_declaration=True))
    return out.getvalue(), unpublished


_UNREAD = {f"word/{name}.xml" for name in ("stylesWithEffects", "settings", "webSettings", "fontTable", "theme/theme1")}
_OF_TEXT = {"document", "styles", "numbering", "footnotes", "endnotes", "comments"}


def _kind(name: str) -> str:
    """Return what a part of the document is; some programs number it."""
    match = re.fullmatch(r"word/([a-z]+)\d*\.xml", name)
    return match[1] if match else ""


def _tree(part: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    return etree.fromstring(part, parser)


def _lean_text(root: etree._Element) -> None:
    etree.strip_elements(root, *_NOISE, with_tail=False)
    etree.strip_tags(root, *_WRAPPERS)
    for properties in root.iter(_W + "rPr"):
        for each in list(properties):
            if each.tag not in _OF_RUNS:
                properties.remove(each)
    last: etree._Element | None = None
    for run in list(root.iter(_W + "r")):
        if last is not None and run.getprevious() is last and _can_join(last, run):
            _join(last, run)
        else:
            last = run


def _can_join(one: etree._Element, other: etree._Element) -> bool:
    """Whether two runs hold plain text alone and look alike."""
    plain = all(child.tag in _JOINED or child.tag == _W + "rPr" for run in (one, other) for child in run)
    return plain and _look(one) == _look(other)


def _look(run: etree._Element) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    properties = run.find(_W + "rPr")
    return (
        sorted((each.tag, tuple(sorted(each.attrib.items()))) for each in properties) if properties is not None else []
    )


def _join(one: etree._Element, other: etree._Element) -> None:
    for child in list(other):
        last = one[-1] if len(one) else None
        if child.tag == _W + "t" and last is not None and last.tag == _W + "t":
            last.text = (last.text or "") + (child.text or "")
            last.set(_SPACE, "preserve")
        elif child.tag != _W + "rPr":
            one.append(child)
    parent = other.getparent()
    if parent is not None:
        parent.remove(other)


def _lean_styles(root: etree._Element) -> None:
    """Keep of each style what tells what it is: its name, and its list."""
    for each in list(root):
        if each.tag != _W + "style":
            root.remove(each)
            continue
        for child in list(each):
            if child.tag == _W + "pPr" and child.find(_W + "numPr") is not None:
                for other in child.xpath("*[not(self::w:numPr)]", namespaces={"w": _W[1:-1]}):
                    child.remove(other)
            elif child.tag != _W + "name":
                each.remove(child)


def _lean_numbering(root: etree._Element) -> None:
    etree.strip_elements(root, _W + "rPr", _W + "pPr", _W + "lvlJc", _W + "tmpl", with_tail=False)


_BY_KIND: dict[str, Callable[[etree._Element], None]] = {
    "document": _lean_text,
    "styles": _lean_styles,
    "numbering": _lean_numbering,
}
