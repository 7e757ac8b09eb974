"""Reading Word documents (.docx)."""

import base64
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import mammoth
from bs4 import BeautifulSoup
from lxml import etree

from newsletter.errors import SourceError
from newsletter.posts.html.conversion import FOOTNOTE
from newsletter.posts.html.reading import TITLE_CLASS
from newsletter.posts.word_unpublished import Unpublished, hidden_styles, take_out_unpublished, texts_by_id

_DEEPEST_LIST = 5


def _list_rules() -> str:
    """Return how lists are nested: by their level, else by what Word calls the styles of deeper ones."""
    kinds = (("unordered", "Bullet", "ul"), ("ordered", "Number", "ol"))
    rules = []
    for level in range(_DEEPEST_LIST, 1, -1):
        for kind, name, tag in kinds:
            path = f"{'ul|ol > li > ' * (level - 1)}{tag} > li:fresh"
            rules += [f"p[style-name='List {name} {level}'] => {path}", f"p:{kind}-list({level}) => {path}"]
    rules += [f"p[style-name='List {name}'] => {tag} > li:fresh" for _, name, tag in kinds]
    return "\n".join(rules)


_STYLES = f"""
p[style-name='Title'] => h1.{TITLE_CLASS}:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
u => em
{_list_rules()}
"""
_MOST_UNPACKED = 200_000_000
_LARGEST_PART = 20_000_000  # of text; pictures are not counted here
_MOST_FILES = 5_000
_MOST_PARAGRAPHS, _MOST_RUNS = 3_000, 10_000  # in cells of tables, too
_MOST_OF_PICTURES = 40_000_000
_PARAGRAPH, _RUN = (re.compile(rb"<(?:\w+:)?%s[\s/>]" % name) for name in (b"p", b"r"))
_HINT = "Copy the post out of Word and paste it."


def word_to_html(data: bytes, name: str) -> tuple[str, Unpublished]:
    """Return the document as HTML, and what its author does not mean to publish.

    The HTML has headings, lists, tables, links, footnotes, and pictures as data addresses.

    Raises:
        SourceError: the file is damaged, or would unpack to more than any post has.
    """
    hint = "Open it in Word and save it again, or copy the post and paste it."
    try:
        _refuse_bomb(data, name)
        document, unpublished = lean(data)
        _refuse_endless(document, name)
        pictures = mammoth.images.img_element(_Pictures())
        result = mammoth.convert_to_html(io.BytesIO(document), style_map=_STYLES, convert_image=pictures)
    except SourceError:
        raise
    except Exception as err:  # mammoth lets through whatever the zip and XML modules raise
        raise SourceError("is a damaged Word document", where=name, hint=hint, command="--from clipboard") from err
    html: str = result.value
    if not html.strip():
        raise SourceError("is an empty Word document", where=name, hint=hint, command="--from clipboard")
    return _with_footnotes(html) if _NOTE in html else html, unpublished


_NOTE = "note-ref-"


def _with_footnotes(html: str) -> str:
    """Mark footnotes and endnotes as such, where they are referred to and where they stand."""
    soup = BeautifulSoup(html, "lxml")
    for number, link in enumerate(soup.select(f"sup > a[id*={_NOTE}]"), start=1):
        note = soup.find("li", id=str(link.get("href")).removeprefix("#"))
        mark = link.parent
        if note is None or mark is None:
            continue
        mark.attrs = {FOOTNOTE: str(number)}
        mark.clear()
        whole = soup.new_tag("p", attrs={FOOTNOTE: str(number)})
        for back in note.select(f"a[href*={_NOTE}]"):
            back.decompose()
        for part in note.find_all(["p", "br"]):
            part.insert_after(" ")
            part.unwrap()
        whole.extend(list(note.children))
        note.replace_with(whole)
    for notes in {id(each.parent): each.parent for each in soup.select(f"ol > p[{FOOTNOTE}]")}.values():
        if notes is not None:
            notes.unwrap()
    return str(soup)


def is_word(data: bytes) -> bool:
    """Whether `data` is a Word document: a packed file that holds one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return any(name.startswith("word/") for name in packed.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return b"word/document.xml" in data


def _refuse_bomb(data: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        files = packed.infolist()
    largest = max((file.file_size for file in files if file.filename.endswith((".xml", ".rels"))), default=0)
    unpacked = sum(file.file_size for file in files)
    if len(files) > _MOST_FILES or unpacked > _MOST_UNPACKED or largest > _LARGEST_PART:
        raise SourceError("unpacks to more than a post can be", where=name, hint=_HINT, command="--from clipboard")


def _refuse_endless(document: bytes, name: str) -> None:
    """Refuse what would take minutes: a file of some kilobytes can hold fifty thousand paragraphs."""
    with zipfile.ZipFile(io.BytesIO(document)) as packed:
        texts = [packed.read(each) for each in packed.namelist() if each.startswith("word/") and each.endswith(".xml")]
    paragraphs, runs = (sum(len(kind.findall(text)) for text in texts) for kind in (_PARAGRAPH, _RUN))
    if paragraphs > _MOST_PARAGRAPHS or runs > _MOST_RUNS:
        what = f"is longer than any post ({paragraphs:,} paragraphs)"
        raise SourceError(what, where=name, hint=_HINT, command="--from clipboard")


class _Pictures:
    """Puts pictures into the text as data addresses, until they are more than any post's: one may be named often."""

    def __init__(self) -> None:
        self._left = _MOST_OF_PICTURES

    def __call__(self, picture: Any) -> dict[str, str]:
        with picture.open() as file:
            data = file.read(self._left + 1)
        self._left -= len(data)
        return (
            {"src": f"data:{picture.content_type};base64,{base64.b64encode(data).decode()}"} if self._left > 0 else {}
        )


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
