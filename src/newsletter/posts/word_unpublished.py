"""What a Word document holds that its author does not mean to publish: hidden text, tracked changes, comments."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from lxml import etree

from newsletter.posts.value import Dropped

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_OFF = {"0", "false", "off"}
_HIDING = ("vanish", "webHidden", "specVanish")
_SMALLEST = 4
"""Half points; nobody can read smaller text."""
_FIELDS = {_W + name for name in ("rPr", "fldChar", "instrText", "delInstrText")}
"""They stay in a hidden run: a field that begins must end."""
_REVISIONS = {"ins": "insertion", "del": "deletion", "moveFrom": "move away", "moveTo": "move"}
_DELETED = "was deleted, with changes tracked"
_NAMES = {"w": _W[1:-1], "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"}
_ON = "not(@w:val) or not(contains(' 0 false off ', concat(' ', @w:val, ' ')))"
_HIDDEN = {
    f"//w:tr[w:trPr/w:hidden[{_ON}]]": "a hidden row of a table",
    "//w:drawing[*/wp:docPr[@hidden='1' or @hidden='true']]": "a hidden picture or text box",
    f"//w:sdt[w:sdtPr/w:showingPlcHdr[{_ON}]]/w:sdtContent//w:r": "a placeholder that nobody filled in",
}
"""What goes as a whole."""


@dataclass(slots=True)
class Unpublished:
    """What was taken out of a document, and what a person should know about the rest."""

    dropped: list[Dropped] = field(default_factory=list)
    revisions: Counter[str] = field(default_factory=Counter)
    inserted: list[str] = field(default_factory=list)
    comments: set[str] = field(default_factory=set)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell about tracked changes and comments, in sentences."""
        counts = (
            ("deletion", self.revisions["deletion"]),
            ("insertion", self.revisions["insertion"]),
            ("move", max(self.revisions["move"], self.revisions["move away"])),
            ("comment", len(self.comments)),
        )
        told = [f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts if count]
        if not told:
            return ()
        listed = " and ".join(filter(None, [", ".join(told[:-1]), told[-1]]))
        were = "was" if listed.startswith("1 ") and len(told) == 1 else "were"
        said = f"{listed} {were} found in this document. Deleted text and comments are left out; inserted text is kept"
        quoted = ", ".join(f"“{text}”" for text in self.inserted)
        return (f"{said}: {quoted}." if quoted else f"{said}.",)


def hidden_styles(styles: etree._Element) -> frozenset[str]:
    """Return the ids of the styles whose text is hidden, be it by the style that they are based on; or is white.

    A white one is marked by a star: what hides is undone by what hides again, and white is not.
    """
    known = {str(style.get(_W + "styleId")): style for style in styles.iter(_W + "style")}

    def hides(name: str, seen: frozenset[str] = frozenset()) -> bool:
        style = known.get(name)
        if style is None or name in seen:
            return False
        own = _hides(style.find(_W + "rPr"))
        based = style.find(_W + "basedOn")
        return own if own is not None else based is not None and hides(str(based.get(_W + "val")), seen | {name})

    found = {name for name in known if hides(name)}
    default = {
        name for name in found if known[name].get(_W + "default") and known[name].get(_W + "type") == "paragraph"
    }
    white = {
        f"{_WHITE}{name}"
        for name, style in known.items()
        if _is_white(style.find(_W + "rPr")) and style.find(f"{_W}pPr/{_W}shd") is None
    }
    return frozenset(found | white | ({_DEFAULT} if default else set()))


_WHITE = "*"
_DEFAULT = ""
"""Stands for the style of the paragraphs that name none."""


def take_out_unpublished(
    root: etree._Element,
    hidden: frozenset[str],
    notes: Mapping[str, str],
    comments: Mapping[str, str],
    found: Unpublished,
) -> None:
    """Take out of one part of a document what its author does not mean to publish.

    Args:
        root: the part's tree; it is changed.
        hidden: the ids of the styles whose text is hidden.
        notes: the text of each footnote and endnote, by kind and id.
        comments: the text of each comment, by its id.
        found: where to note what was found.
    """
    for choice in list(root.iter(_COMPATIBLE + "Choice")):
        parent = choice.getparent()
        if parent is not None and parent.find(_COMPATIBLE + "Fallback") is not None:
            parent.remove(choice)  # the same again, for other readers
    _count_revisions(root, found)
    _take_out_deleted(root, found, notes)
    _take_out_hidden(root, hidden, found, notes)
    for number in [str(mark.get(_W + "id")) for mark in root.iter(_W + "commentReference")]:
        found.comments.add(number)
        if text := comments.get(number, ""):
            found.dropped.append(Dropped(0, text, "a comment in the document"))


def texts_by_id(root: etree._Element, name: str) -> dict[str, str]:
    """Return the text of each note or comment of a part, by its id."""
    return {str(each.get(_W + "id")): " ".join(_text(each, {}).split()) for each in root.iter(_W + name)}


def _count_revisions(root: etree._Element, found: Unpublished) -> None:
    """Count the changes; what one person changed in one go is one, however many runs it is parted into."""
    for (kind, _), group in groupby(_pieces(root), key=lambda piece: piece[:2]):
        if kind:
            found.revisions[_REVISIONS[kind]] += 1
        text = " ".join("".join(text for _, _, text in group).split())
        if kind == "ins" and text:
            found.inserted.append(text)


def _pieces(root: etree._Element) -> Iterator[tuple[str, str, str]]:
    """Yield each run, and the end of each paragraph, with what was done to it, by whom, and its text."""
    for paragraph in root.iter(_W + "p"):
        row = next(paragraph.iterancestors(_W + "tr"), None)
        of_row = _first(row, f"{_W}trPr/{_W}", ("del", "ins"))
        for run in paragraph.iter(_W + "r"):
            if next(run.iterancestors(_W + "p"), None) is paragraph:
                changes = [each for each in run.iterancestors() if each.tag in _CHANGES]
                change = next((each for each in changes if each.tag != _W + "ins"), changes[0] if changes else of_row)
                yield *_change(change), _text(run, {})
        mark = _first(paragraph, f"{_W}pPr/{_W}rPr/{_W}", tuple(_REVISIONS))
        yield *_change(of_row if mark is None else mark), " "


def _first(element: etree._Element | None, path: str, names: Iterable[str]) -> etree._Element | None:
    found = (element.find(path + name) for name in names) if element is not None else ()
    return next((each for each in found if each is not None), None)


_CHANGES = {_W + name for name in _REVISIONS}


def _change(element: etree._Element | None) -> tuple[str, str]:
    return ("", "") if element is None else (etree.QName(element).localname, str(element.get(_W + "author")))


def _take_out_deleted(root: etree._Element, found: Unpublished, notes: Mapping[str, str]) -> None:
    for name, reason in (("del", _DELETED), ("moveFrom", "was moved away from here")):
        for row in _find(root, f"//w:trPr/w:{name}/../.."):
            _take_out(row, reason, found, notes)
        for paragraph in reversed(_find(root, f"//w:pPr/w:rPr/w:{name}/../../..")):  # so that each word moves once
            _join_to_next(paragraph)
        for element in _find(root, f"//w:{name}[not(parent::w:rPr)]"):
            _take_out(element, reason, found, notes)
    for run in _find(root, "//w:tc[w:tcPr/w:cellDel]//w:r"):
        _take_out(run, _DELETED, found, notes)


def _take_out_hidden(
    root: etree._Element, hidden: frozenset[str], found: Unpublished, notes: Mapping[str, str]
) -> None:
    for path, reason in _HIDDEN.items():
        for element in _find(root, path):
            _take_out(element, reason, found, notes)
    for above, group in groupby(_find(root, "//w:r"), key=lambda run: run.getparent()):
        for is_hidden, runs in groupby(group, key=lambda run: _is_hidden(run, hidden)):
            if is_hidden and above is not None:
                _empty(list(runs), found, notes)


def _empty(runs: Sequence[etree._Element], found: Unpublished, notes: Mapping[str, str]) -> None:
    if text := " ".join("".join(_text(run, notes) for run in runs).split()):
        found.dropped.append(Dropped(0, text, "hidden text in the document"))
    for run in runs:
        for child in [each for each in run if each.tag not in _FIELDS]:
            run.remove(child)


def _find(root: etree._Element, path: str) -> list[etree._Element]:
    found: list[etree._Element] = root.xpath(path, namespaces=_NAMES)
    return found


def _is_hidden(run: etree._Element, hidden: frozenset[str]) -> bool:
    """Whether Word hides a run: it says so itself, or else its styles do, an even number of which says no again."""
    own = _hides(run.find(_W + "rPr"))
    if own is not None:
        return own
    if _is_white_on_white(run, hidden):
        return True
    paragraph = next(run.iterancestors(_W + "p"), run)
    table = next(run.iterancestors(_W + "tbl"), run)
    styles = (run.find(f"{_W}rPr/{_W}rStyle"), _style_of(table))
    named = [str(style.get(_W + "val")) for style in styles if style is not None]
    of_paragraph = _style_of(paragraph)
    named.append(_DEFAULT if of_paragraph is None else str(of_paragraph.get(_W + "val")))
    return sum(name in hidden for name in named) % 2 == 1


def _style_of(element: etree._Element) -> etree._Element | None:
    """Return the style of a paragraph or a table."""
    properties = _properties(element)
    return properties.find(_STYLES[element.tag]) if properties is not None and element.tag in _STYLES else None


def _properties(element: etree._Element) -> etree._Element | None:
    """Return an element's properties, which stand before all that it holds (ISO/IEC 29500-1, 17.3.1.22)."""
    name = _PROPERTIES.get(element.tag)
    first = next(element.iterchildren(tag=etree.Element), None)
    return first if first is not None and first.tag == name else None


def _is_white_on_white(run: etree._Element, hidden: frozenset[str]) -> bool:
    """Whether a run is written in white, and nothing but the page may lie behind it."""
    own = run.find(_W + "rPr")
    paragraph = next(run.iterancestors(_W + "p"), run)
    styles = [run.find(f"{_W}rPr/{_W}rStyle"), _style_of(paragraph)]
    by_style = any(style is not None and f"{_WHITE}{style.get(_W + 'val')}" in hidden for style in styles)
    has_color = own is not None and own.find(_W + "color") is not None
    if not (_is_white(own) if has_color else by_style):
        return False
    return not any(_may_be_dark(each) for each in (run, *run.iterancestors()))


def _is_white(properties: etree._Element | None) -> bool:
    color = properties.find(_W + "color") if properties is not None else None
    if color is None:
        return False
    if color.get(_W + "themeColor") in {"background1", "light1"}:
        return not any(color.get(_W + name) for name in ("themeShade", "themeTint"))
    value = str(color.get(_W + "val")).lower()
    return re.fullmatch("(?:f[a-f0-9]){3}|white", value) is not None


def _may_be_dark(element: etree._Element) -> bool:
    """Whether what holds a run may have a ground of another color."""
    if element.tag in {_W + "txbxContent", _W + "drawing", _W + "pict"}:
        return True
    if element.tag == _W + "document":
        return element.find(_W + "background") is not None
    properties = _properties(element)
    if properties is None:
        return False
    shading = properties.find(_W + "shd")
    if shading is not None and str(shading.get(_W + "fill")).lower() not in {"auto", "ffffff"}:
        return True
    table_style = properties.find(_W + "tblStyle")
    return properties.find(_W + "highlight") is not None or (
        table_style is not None and table_style.get(_W + "val") not in {"TableGrid", "TableNormal"}
    )


_PROPERTIES = {
    _W + "r": _W + "rPr",
    _W + "p": _W + "pPr",
    _W + "tc": _W + "tcPr",
    _W + "tr": _W + "trPr",
    _W + "tbl": _W + "tblPr",
}
_STYLES = {_W + "p": _W + "pStyle", _W + "tbl": _W + "tblStyle"}


def _hides(properties: etree._Element | None) -> bool | None:
    """Return whether properties of text hide it; None when they do not say."""
    if properties is None:
        return None
    scale = properties.find(_W + "w")
    if scale is not None and str(scale.get(_W + "val")).rstrip("%") in {"0", "1"}:
        return True
    size = properties.find(_W + "sz")
    if size is not None and str(size.get(_W + "val")).isdecimal() and int(size.get(_W + "val")) <= _SMALLEST:
        return True
    said = [_is_on(each) for name in _HIDING if (each := properties.find(_W + name)) is not None]
    return any(said) if said else None


def _is_on(element: etree._Element) -> bool:
    return element.get(_W + "val", "1").lower() not in _OFF


def _join_to_next(paragraph: etree._Element) -> None:
    """Put the text of a paragraph whose end was deleted at the beginning of the next one."""
    following = paragraph.getnext()
    if following is None or following.tag != _W + "p":
        return
    place = 1 if _properties(following) is not None else 0
    for child in reversed([each for each in paragraph if each.tag != _W + "pPr"]):
        following.insert(place, child)
    paragraph.getparent().remove(paragraph)


def _take_out(element: etree._Element, reason: str, found: Unpublished, notes: Mapping[str, str]) -> None:
    parent = element.getparent()
    if parent is None:  # taken out with what holds it
        return
    if text := " ".join(_text(element, notes).split()):
        found.dropped.append(Dropped(0, text, reason))
    parent.remove(element)


def _text(element: etree._Element, notes: Mapping[str, str]) -> str:
    """Return the words of an element, also those that were deleted, with those of the notes in it."""
    texts = []
    for each in element.iter():
        if each.tag in {_W + "t", _W + "delText"}:
            texts.append(each.text or "")
        elif each.tag in {_W + "tab", _W + "br", _W + "p"}:
            texts.append(" ")
        elif each.tag in {_W + "footnoteReference", _W + "endnoteReference"}:
            texts.append(
                f" {notes.get(etree.QName(each).localname[: -len('Reference')] + str(each.get(_W + 'id')), '')} "
            )
        elif each.tag in {_W + "drawing", _W + "pict"}:
            texts.append(" [a picture] ")
    return "".join(texts)
