"""From the text of a page to its tree, without the wrappers that mean nothing."""

import re

from bs4 import BeautifulSoup, Tag
from lxml import etree
from lxml.html import HTMLParser, document_fromstring, tostring

from newsletter.errors import SourceError
from newsletter.posts.html.hiding import declared_in, hides, hiding_classes, is_hardly_seen, mark_hidden
from newsletter.posts.html.refusal import OTHERWISE

_DEEPEST = 150
"""Levels of elements in one another; real pages have some forty."""
_MOST_TAGS = 60_000
"""Tags that begin or end an element; real pages have some ten thousand, and reading takes its time for each."""
_SPACES = re.compile(r"&nbsp;|&#160;|\xa0")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*>")
_STYLED = re.compile(r"font-weight|font-style|display|visibility|mso-hide|font-size\s*:\s*\.?0", re.IGNORECASE)
_WRAPPERS = ("span", "font")
_MEANINGLESS = {"style", "class", "dir", "lang", "color", "face", "size", "align"}
_BLOCKS = ("p", "li", "blockquote", "td", "dd", "h1", "h2", "h3", "h4", "h5", "h6")
_LONG = 25
"""Words from which on a block is running text, whose parts no style sets apart."""


def parse_html(html: str, name: str) -> BeautifulSoup:
    """Return the tree of a page.

    Raises:
        SourceError: it is no HTML, or nested deeper than any article.
    """
    if html.count("<") > _MOST_TAGS:
        raise SourceError("has more in it than any page", where=name, hint=OTHERWISE, command="--from clipboard")
    try:
        soup = BeautifulSoup(_without_wrappers(_SPACES.sub(" ", html)), "lxml")
    except (RecursionError, ValueError, AssertionError, etree.LxmlError) as err:
        raise SourceError(
            "is not HTML that can be read", where=name, hint=OTHERWISE, command="--from clipboard"
        ) from err
    if _is_deeper(soup, _DEEPEST):
        raise SourceError(
            "is nested too deeply to be an article", where=name, hint=OTHERWISE, command="--from clipboard"
        )
    mark_hidden(soup)
    return soup


def _without_wrappers(html: str) -> str:
    """Take out the spans that set no bold, no italic and nothing apart; editors put several around each sentence.

    It is done on the parser's own tree, for there it takes next to no time.
    """
    if not any(f"<{name}" in html for name in _WRAPPERS):
        return html
    root = document_fromstring(_DECLARATION.sub("", html, count=1), parser=HTMLParser(encoding=None))
    hiding = hiding_classes(sheet.text or "" for sheet in root.iter("style"))
    for block in root.iter(*_BLOCKS):
        wrappers = [tag for tag in block.iter(*_WRAPPERS) if _is_wrapper(tag, hiding)]
        if len(wrappers) > 1 and len("".join(block.itertext()).split()) >= _LONG:
            for tag in wrappers:
                tag.drop_tag()
    for tag in list(root.iter(*_WRAPPERS)):
        parent = tag.getparent()
        alone = (
            parent is not None and len(parent) == 1 and not (parent.text or "").strip() and not (tag.tail or "").strip()
        )
        if alone and _is_wrapper(tag, hiding):
            tag.drop_tag()
    return str(tostring(root, encoding="unicode"))


def _is_wrapper(tag: etree._Element, hiding: frozenset[str]) -> bool:
    """Whether an element says nothing about what is in it; `hiding` are the classes by which the page hides."""
    style, named = tag.get("style", ""), tag.get("class", "")
    return (
        set(tag.keys()) <= _MEANINGLESS
        and not _STYLED.search(style)
        and not hides(declared_in(style))
        and not is_hardly_seen(style)
        and not _NAMED.search(named)
        and hiding.isdisjoint(named.split())
    )


_NAMED = re.compile(
    r"author|byline|date|time|published|posted|\bfn\b|title|share|count|comment|tag|like|view|nav|hidden|reader|"
    r"sr-only|social|print|label|badge|emoji|icon|bold|italic|caption",
    re.IGNORECASE,
)


def _is_deeper(root: Tag, levels: int) -> bool:
    """Whether elements are nested in more than `levels` levels, found without recursion."""
    row: list[Tag] = [root]
    for _ in range(levels):
        row = [child for tag in row for child in tag.children if isinstance(child, Tag)]
        if not row:
            return False
    return True
