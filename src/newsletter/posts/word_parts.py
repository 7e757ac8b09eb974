"""A Word document made lean before it is read: what Word notes for itself goes, the text and its structure stay.

Word parts a sentence into many runs, one for each time that somebody typed in it, and brings
hundreds of styles that no paragraph has. Reading those takes longer than all the text.
"""

import io
import zipfile
from collections.abc import Callable

from lxml import etree

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
        "softHyphen",
    )
)
_OF_RUNS = {
    _W + name
    for name in ("rStyle", "b", "i", "u", "strike", "dstrike", "vertAlign", "vanish", "caps", "smallCaps", "highlight")
}
_JOINED = {_W + name for name in ("t", "tab", "br", "noBreakHyphen")}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def lean(data: bytes) -> bytes:
    """Return the document with the same text, headings, lists, links and pictures, and little else.

    Raises:
        etree.XMLSyntaxError: a part of it is no XML.
        zipfile.BadZipFile: it is no document.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(out, "w") as written:
        for info in packed.infolist():
            if info.is_dir() or info.filename.endswith((".thmx", "thumbnail.jpeg")) or info.filename in _UNREAD:
                continue
            part = packed.read(info)
            make_lean = _BY_NAME.get(info.filename)
            written.writestr(info.filename, _changed(part, make_lean) if make_lean else part)
    return out.getvalue()


_UNREAD = {f"word/{name}.xml" for name in ("stylesWithEffects", "settings", "webSettings", "fontTable", "theme/theme1")}


def _changed(part: bytes, make_lean: Callable[[etree._Element], None]) -> bytes:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    root = etree.fromstring(part, parser)
    make_lean(root)
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _lean_text(root: etree._Element) -> None:
    etree.strip_elements(root, *_NOISE, with_tail=False)
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


_BY_NAME: dict[str, Callable[[etree._Element], None]] = {
    "word/document.xml": _lean_text,
    "word/styles.xml": _lean_styles,
    "word/numbering.xml": _lean_numbering,
}
