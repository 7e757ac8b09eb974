"""From whatever a page nests to a plain row of blocks, and what Markdown has no word for said with what it has."""

import re
import unicodedata
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from newsletter.posts.block import HEADINGS
from newsletter.posts.html.tree import elements, holds, said
from newsletter.posts.value import Dropped
from newsletter.posts.words import is_boilerplate

BLOCKS = HEADINGS | {"p", "ul", "ol", "dl", "blockquote", "figure", "table", "pre", "hr", "img"}
_AROUND = {
    "div", "section", "article", "main", "body", "html", "header", "footer", "center", "fieldset", "details", "summary",
    "address", "aside", "picture", "form", "dd", "dt", "li", "td", "tr", "tbody", "nav", "hgroup", "template", "dialog",
}  # fmt: skip
_LONGEST_CELL = 60  # words
_PIECES = BLOCKS | _AROUND


def flatten(root: Tag, soup: BeautifulSoup) -> list[Tag]:
    """Return the blocks below `root` in order, each on its own; loose text becomes paragraphs.

    Two line breaks in a row part paragraphs, as on blogs that have no other.
    """
    blocks: list[Tag] = []
    run: list[PageElement] = []

    def close_run() -> None:
        if any(_shows(element) for element in run):
            paragraph = soup.new_tag("p")
            for element in _trimmed(run):
                paragraph.append(element)
            blocks.append(paragraph)
        run.clear()

    for element in _walk(root):
        if isinstance(element, Tag) and element.name in BLOCKS:
            close_run()
            blocks += _opened(element, soup)
        elif element is _EDGE or _ends_paragraph(element, run):
            close_run()
        else:
            run.append(element)
    close_run()
    return _with_ornaments([block for block in blocks if block.name in {"img", "hr"} or _shows(block)])


def _with_ornaments(blocks: list[Tag]) -> list[Tag]:
    """Put an emoji that stands alone, as beside a callout, before the paragraph that it adorns."""
    found: list[Tag] = []
    for block in blocks:
        last = found[-1] if found else None
        if last is not None and last.name == block.name == "p" and _is_ornament(last):
            block.insert(0, f"{found.pop().get_text(strip=True)} ")
        found.append(block)
    return found


def _is_ornament(block: Tag) -> bool:
    text = block.get_text(strip=True)
    return (
        0 < len(text) <= 4
        and all(unicodedata.category(char)[0] in "SMC" for char in text)
        and not holds(block, {"img"})
    )


_EDGE = NavigableString("")
"""Stands in the walk where an element that holds blocks begins or ends."""


def _walk(root: Tag) -> Iterator[PageElement]:
    """Yield the blocks and the runs of text below `root`, and an edge around what holds them."""
    for child in list(root.children):
        if isinstance(child, PreformattedString):  # comments, declarations
            continue
        if isinstance(child, Tag) and _is_around(child):
            yield _EDGE
            yield from _walk(child)
            yield _EDGE
        else:
            yield child.extract()


def _is_around(tag: Tag) -> bool:
    """Whether `tag` only holds blocks: a wrapper, or a table that lays out a page."""
    if tag.name == "table":
        return _lays_out(tag)
    return tag.name not in BLOCKS and (tag.name in _AROUND or _holds_blocks(tag))


def _lays_out(table: Tag) -> bool:
    """Whether a table holds parts of a page and no data: headings, lists, long texts, or one column."""
    rows = [len(row.find_all(["td", "th"], recursive=False)) for row in table.find_all("tr")]
    if max(rows, default=0) <= 1 or holds(table, {*HEADINGS, "ul", "ol", "table"}):
        return True
    return any(len(cell.get_text().split()) > _LONGEST_CELL for cell in table.find_all(["td", "th"]))


def _holds_blocks(tag: Tag) -> bool:
    return holds(tag, _PIECES)


def _opened(block: Tag, soup: BeautifulSoup) -> list[Tag]:
    """Split a paragraph around the pictures and double line breaks in it; leave other blocks whole."""
    if block.name == "img" or block.name not in {"p", *HEADINGS}:
        return [block]
    if block.name in HEADINGS:
        images = [image.extract() for image in block.find_all("img")]
        return [block, *images]
    if not holds(block, {"img", "br"}) and not _holds_blocks(block):
        return [block]
    inner = soup.new_tag("div")
    for child in list(block.children):
        inner.append(child)
    return flatten(inner, soup) if _holds_blocks(inner) else _split_at_breaks(inner, soup)


def _split_at_breaks(inner: Tag, soup: BeautifulSoup) -> list[Tag]:
    parts: list[list[PageElement]] = [[]]
    for child in list(inner.children):
        element = child.extract()
        if _ends_paragraph(element, parts[-1]):
            parts.append([])
        else:
            parts[-1].append(element)
    paragraphs = []
    for part in parts:
        if any(_shows(element) for element in part):
            paragraph = soup.new_tag("p")
            for element in _trimmed(part):
                paragraph.append(element)
            paragraphs.append(paragraph)
    return paragraphs


def _ends_paragraph(element: PageElement, run: list[PageElement]) -> bool:
    """Whether `element` is a second line break in a row."""
    if not (isinstance(element, Tag) and element.name == "br"):
        return False
    last = next((each for each in reversed(run) if _shows(each) or _is_break(each)), None)
    return last is not None and _is_break(last)


def _trimmed(run: list[PageElement]) -> list[PageElement]:
    kept = list(run)
    while kept and not _shows(kept[0]):
        kept.pop(0)
    while kept and not _shows(kept[-1]):
        kept.pop()
    return kept


def _is_break(element: PageElement) -> bool:
    return isinstance(element, Tag) and element.name == "br"


def _shows(element: PageElement) -> bool:
    if isinstance(element, Tag):
        return element.name == "img" or holds(element, {"img"}) or is_visible(element.get_text())
    return is_visible(str(element))


def is_visible(text: str) -> bool:
    """Whether a text shows anything; some editors put characters without width into empty paragraphs."""
    return bool(_INVISIBLE.sub("", text))


_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u034f\u00ad]")


_HOLDERS = BLOCKS | {"div", "section", "article", "header", "footer"}


def unfold_cards(root: Tag) -> None:
    """Let a link that holds blocks be the link of its first words: lines can be links, cards cannot."""
    for link in [tag for tag in elements(root) if tag.name == "a" and holds(tag, _HOLDERS - {"img"})]:
        lines = (tag for tag in elements(link) if tag.name in _HOLDERS and not holds(tag, _HOLDERS))
        first = next((line for line in lines if line.get_text(strip=True)), None)
        if first is not None and link.get("href"):
            inner = first.wrap(Tag(name="a", attrs={"href": str(link["href"])}))
            first.extract()
            for child in list(first.children):
                inner.append(child.extract())
            inner.wrap(first)
        link.name = "div"
        link.attrs = {}


def unfold_definitions(root: Tag, soup: BeautifulSoup) -> None:
    """Turn each list of definitions into named items: the term in bold, and what it means below it."""
    for listing in [tag for tag in elements(root) if tag.name == "dl"]:
        listing.name = "div"
        term: Tag | None = None
        for part in [tag for tag in elements(listing) if tag.name in {"dt", "dd"}]:
            is_term = part.name == "dt"
            part.name = "div" if holds(part, _HOLDERS) else "p"
            if is_term:
                _embolden(part, soup)
                term = part
            elif term is not None and part.name == term.name == "p":
                part.insert(0, soup.new_tag("br"))
                for child in reversed(list(term.children)):
                    part.insert(0, child.extract())
                term.decompose()
                term = None


def _embolden(part: Tag, soup: BeautifulSoup) -> None:
    bold = soup.new_tag("strong")
    for child in list(part.children):
        bold.append(child.extract())
    part.append(bold)


def take_out_empty_pictures(root: Tag) -> list[Dropped]:
    """Remove the pictures for which the page has no address; return what they would have shown."""
    dropped: list[Dropped] = []
    for image in [tag for tag in elements(root) if tag.name == "img" and not str(tag.get("src") or "").strip()]:
        alt = " ".join(str(image.get("alt") or "").split())
        if alt:
            dropped.append(Dropped(0, alt, "a picture without an address"))
        image.decompose()
    return dropped


def settle_figures(root: Tag) -> list[str]:
    """Turn each figure that shows one picture into that picture, its caption being the title.

    Returns:
        The captions that were left out because they only credit a photographer and the like.
    """
    dropped: list[str] = []
    for figure in root.find_all("figure"):
        if figure.find_parent("figure") is not None:
            figure.name = "div"
            continue
        images, caption = figure.find_all("img"), figure.find("figcaption")
        quotes = figure.find_all("blockquote")
        if len(quotes) == 1 and caption and not images:
            _add_source(quotes[0], caption)
        text = said(caption) if caption else ""
        if len(images) != 1 or said(figure) != text:
            figure.name = "div"
            continue
        if text and is_boilerplate(text):
            dropped.append(text)
        elif text:
            images[0]["title"] = text
        figure.replace_with(images[0].extract())
    return dropped


def _add_source(quote: Tag, caption: Tag) -> None:
    """Let who said it stand in the quotation, on a line of its own."""
    if quote not in caption.parents and caption.get_text(strip=True):
        caption.name = "p"
        quote.append(caption.extract())
