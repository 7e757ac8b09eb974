"""Showing a mail as another program does: what it drops is taken away, the rest stays."""

import re
from dataclasses import dataclass
from functools import lru_cache

from lxml import html as lxml_html
from lxml.html import HtmlElement

from newsletter.checks.simulation.colours import CANVAS, INK, is_ink, is_paper
from newsletter.checks.simulation.conditionals import as_word_reads
from newsletter.checks.simulation.programs import TURNING, Darkness, Program
from newsletter.checks.simulation.sieve import Sieve

_UNSTORABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KEPT = frozenset({"html", "head", "body", "style", "title", "meta"})


@dataclass(frozen=True, slots=True)
class Seen:
    """A mail as a program shows it.

    Attributes:
        dropped: what the mail uses and the program does not show, in the order of first use.
    """

    html: str
    dropped: tuple[str, ...]


@lru_cache(maxsize=32)
def seen_by(html: str, program: Program, *, dark: bool = False) -> Seen:
    """Return the HTML part of a mail as `program` shows it, as far as caniemail.com knows.

    What depends on the colour scheme is left to the browser that shows the result: dark
    styles of the mail's own stay in it where the program knows them.
    """
    return _sieved(html, program, program.dark if dark else Darkness.NONE)


@lru_cache(maxsize=8)
def inverted(html: str) -> str:
    """Return the mail as programs show it that turn all colours over and know no dark styles."""
    return _sieved(html, None, Darkness.FULL).html


def _sieved(html: str, program: Program | None, darkness: Darkness) -> Seen:
    sieve = Sieve(program, darkness)
    root = lxml_html.document_fromstring(as_word_reads(html) if program and program.word else html)
    marks = program is not None and program.marks_dark and darkness in TURNING
    for element in list(root.iter(lxml_html.etree.Element)):
        if marks:
            _mark(element)
        _sift(element, sieve)
    if darkness in TURNING:
        _darken_canvas(root)
    text = lxml_html.tostring(root, doctype="<!DOCTYPE html>", encoding="unicode")
    return Seen(text, tuple(sieve.dropped))


def _mark(element: HtmlElement) -> None:
    """Leave the marks by which Outlook's dark styles know what was darkened."""
    names = {part.partition(":")[0].strip().lower() for part in element.get("style", "").split(";")}
    if any(map(is_paper, names)) or element.get("bgcolor"):
        element.set("data-ogsb", "")
    if any(map(is_ink, names)):
        element.set("data-ogsc", "")


def _sift(element: HtmlElement, sieve: Sieve) -> None:
    tag = element.tag
    if tag == "style":
        _sift_sheet(element, sieve)
    elif tag not in _KEPT and sieve.drops(f"<{tag}>"):
        element.drop_tag()
    else:
        for name, value in list(element.attrib.items()):
            _sift_attribute(element, name, value, sieve)


def _sift_attribute(element: HtmlElement, name: str, value: str, sieve: Sieve) -> None:
    if sieve.drops(f"[{name}]"):
        del element.attrib[name]
    elif name == "style":
        element.set("style", _storable(sieve.style(value, element.tag)))
    elif name == "bgcolor":
        element.set("bgcolor", sieve.colour("bgcolor", value))


def _sift_sheet(element: HtmlElement, sieve: Sieve) -> None:
    if sieve.drops("<style>") or (element.get("media") and sieve.drops("@media")):
        element.drop_tree()
    else:
        element.text = _storable(sieve.sheet(element.text or ""))


def _storable(css: str) -> str:
    r"""Leave out what no document can hold, for which an escape such as ``\1`` may stand.

    https://www.w3.org/TR/xml/#charsets
    """
    return _UNSTORABLE.sub("", css)


def _darken_canvas(root: HtmlElement) -> None:
    head = root.find("head")
    if head is not None:
        ground = lxml_html.etree.Element("style")
        ground.text = f"html, body {{ background-color: {CANVAS}; color: {INK}; }}"
        head.insert(0, ground)
