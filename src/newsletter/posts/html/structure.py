"""The outline of an HTML article: its headings put in order, or found where it has none."""

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from newsletter.posts.blocks import Kind
from newsletter.posts.html.blocks import HEADINGS
from newsletter.posts.html.emphasis import is_all_bold
from newsletter.posts.html.tree import holds, said
from newsletter.posts.lines import Line
from newsletter.posts.pasted.headings import find_headings
from newsletter.posts.pasted.marks import read_marks
from newsletter.posts.pasted.outline import SECTION, find_outline
from newsletter.posts.pasted.pieces import Piece

_LONGEST_BOLD = 14
"""Words in a bold paragraph that stands for a heading."""


def find_structure(blocks: list[Tag], title: str, soup: BeautifulSoup) -> list[Tag]:
    """Return the blocks with headings from the second level on, and typed lists as lists."""
    blocks = _typed_lists(blocks, soup)
    if any(block.name in HEADINGS for block in blocks):
        return _in_order(_with_bold_headings(blocks))
    return _inferred(blocks, title, soup)


def line_of(block: Tag, number: int) -> Line:
    """Return what `block` says as a line."""
    if block.name in {"ul", "ol"}:
        return Line(number, said(block))
    parts = ("\n" if isinstance(each, Tag) else str(each) for each in block.descendants if _is_said(each))
    return Line(number, " ".join("".join(parts).split()))


def _is_said(element: PageElement) -> bool:
    return isinstance(element, NavigableString) or (isinstance(element, Tag) and element.name == "br")


def _in_order(blocks: list[Tag]) -> list[Tag]:
    """Move the headings so that they begin at a section's level and leave none out on the way down."""
    open_levels: list[int] = []
    for block in blocks:
        if block.name not in HEADINGS:
            continue
        level = int(block.name[1])
        while open_levels and open_levels[-1] >= level:
            open_levels.pop()
        open_levels.append(level)
        block.name = f"h{min(SECTION + len(open_levels) - 1, 6)}"
    return blocks


def _with_bold_headings(blocks: list[Tag]) -> list[Tag]:
    """Make headings of bold paragraphs that stand above text, one level below the heading before."""
    level = 1
    for place, block in enumerate(blocks):
        if block.name in HEADINGS:
            level = int(block.name[1])
        elif _is_bold_heading(blocks, place):
            _make_heading(block, min(level + 1, 6))
    return blocks


def _is_bold_heading(blocks: list[Tag], place: int) -> bool:
    block = blocks[place]
    if block.name != "p" or place + 1 >= len(blocks) or holds(block, {"img", "br", "a"}) or not is_all_bold(block):
        return False
    line = line_of(block, 0)
    follows = blocks[place + 1].name in {"p", "ul", "ol", "blockquote"}
    return follows and line.words <= _LONGEST_BOLD and not re.search(r"[.,;:]$", line.text)


def _make_heading(block: Tag, level: int) -> None:
    for tag in block.find_all("strong"):
        tag.unwrap()
    block.name = f"h{level}"


def _inferred(blocks: list[Tag], title: str, soup: BeautifulSoup) -> list[Tag]:
    """Find headings among plain paragraphs as in a pasted text; bold ones need little else."""
    pieces = [_piece(blocks, place) for place in range(len(blocks))]
    outlined = find_outline(find_headings(pieces, 0), title)
    found: list[Tag] = []
    name: Tag | None = None
    for block, piece in zip(blocks, outlined, strict=True):
        if piece.kind is Kind.TERM:
            name = block
        elif name is not None:
            found.append(_run_in(name, block, soup))
            name = None
        else:
            if piece.kind is Kind.HEADING:
                _make_heading(block, piece.level)
            found.append(block)
    return found


def _piece(blocks: list[Tag], place: int) -> Piece:
    block = blocks[place]
    line = line_of(block, place)
    if block.name == "p" and not holds(block, {"img", "br", "a"}):
        return Piece(line, line.text, named=_is_bold_heading(blocks, place), reason="set in bold")
    kinds = {"ul": Kind.BULLET, "ol": Kind.NUMBER, "blockquote": Kind.QUOTE}
    kind = kinds.get(block.name, Kind.PARAGRAPH)
    return Piece(line, line.text or "picture", kind, more=(line,) if kind is Kind.PARAGRAPH else ())


def _run_in(name: Tag, paragraph: Tag, soup: BeautifulSoup) -> Tag:
    for tag in name.find_all("strong"):
        tag.unwrap()
    term = soup.new_tag("strong")
    for child in list(name.children):
        term.append(child.extract())
    paragraph.insert(0, term)
    paragraph.insert(1, soup.new_tag("br"))
    return paragraph


def _typed_lists(blocks: list[Tag], soup: BeautifulSoup) -> list[Tag]:
    """Make lists of paragraphs that begin with a typed bullet or number, two or more in a row."""
    plain = [block.name == "p" and not holds(block, {"br", "img"}) for block in blocks]
    pieces = [read_marks([line_of(block, place)])[0] if plain[place] else None for place, block in enumerate(blocks)]
    kinds = [piece.kind if piece and piece.kind in {Kind.BULLET, Kind.NUMBER} else None for piece in pieces]
    found: list[Tag] = []
    for place, block in enumerate(blocks):
        piece, kind = pieces[place], kinds[place]
        goes_on = kind is not None and place > 0 and kinds[place - 1] is kind
        begins = kind is not None and place + 1 < len(blocks) and kinds[place + 1] is kind
        if piece is None or not (goes_on or begins):
            found.append(block)
            continue
        if not goes_on:
            found.append(soup.new_tag("ol" if kind is Kind.NUMBER else "ul"))
            if kind is Kind.NUMBER and piece.number != 1:
                found[-1]["start"] = str(piece.number)
        found[-1].append(_entry(block, piece, soup))
    return found


def _entry(block: Tag, piece: Piece, soup: BeautifulSoup) -> Tag:
    """Return the paragraph as a list's entry, without its typed mark."""
    entry = soup.new_tag("li")
    for child in list(block.children):
        entry.append(child.extract())
    left = len(piece.line.text) - len(piece.text)
    while left > 0 and (text := next((each for each in entry.find_all(string=True) if each.strip()), None)):
        plain = " ".join(text.split())
        text.replace_with(plain[left:].lstrip() if len(plain) > left else "")
        left -= len(plain)
    return entry
