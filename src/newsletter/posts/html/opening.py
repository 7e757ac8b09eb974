"""The lines between a title and the first running text: as the page shows them, and parted where only breaks do."""

import copy
from itertools import groupby

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from newsletter.posts.block import HEADINGS, Block
from newsletter.posts.forwarded import read_header
from newsletter.posts.html.regions import SILENT, is_prose
from newsletter.posts.html.structure import block_of
from newsletter.posts.html.tree import elements, holds, line_holder, said
from newsletter.posts.meta import certain_lines

_MOST_BELOW_TITLE = 12
_MOST = 4
"""Lines; more short ones in a row are a poem's."""


def lines_below_title(soup: BeautifulSoup, title: str) -> list[Block]:
    """Return the short lines that follow the title's heading, up to the first running text."""
    heading = next((tag for tag in elements(soup) if tag.name in HEADINGS and said(tag) == title), None)
    if heading is None:
        return []
    behind = (each for each in heading.next_elements if isinstance(each, NavigableString))
    strings = (each for each in behind if not any(parent is heading for parent in each.parents))
    lines: list[Block] = []
    for _, group in groupby(filter(_is_shown, strings), key=lambda string: id(line_holder(string))):
        texts = list(group)
        block = line_holder(texts[0])
        if is_prose(block) or block.name in HEADINGS or len(lines) >= _MOST_BELOW_TITLE:
            break
        lines.append(Block(len(lines) + 1, _joined(texts)))
    return lines


def _is_shown(string: NavigableString) -> bool:
    silent = isinstance(string, PreformattedString) or any(parent.name in SILENT for parent in string.parents)
    return bool(string.strip()) and not silent


def _joined(texts: list[NavigableString]) -> str:
    """Return a line's parts side by side: parted where style alone parts them, but "by" stays with the name."""
    parts = [" ".join(text.split()) for text in texts]
    labelled = parts[0].rstrip(":").lower().endswith(("by", "on", "am", "at"))
    return (" " if labelled else " · ").join(parts)


def part_opening(blocks: list[Tag], soup: BeautifulSoup, title: str) -> list[Tag]:
    """Give each short line above the first running text a paragraph of its own.

    When the title is known, only those that tell who wrote it and when are parted.
    """
    found: list[Tag] = []
    blocks = [line for block in blocks for line in (_lines(block) if _is_header(block) else [block])]
    for place, block in enumerate(blocks):
        parted = _parted(block, soup, title) if block.name == "p" and holds(block, {"br"}) else [block]
        found += parted
        if any(block_of(each, 0).is_prose for each in parted):
            return found + blocks[place + 1 :]
    return found


def _is_header(block: Tag) -> bool:
    """Whether the lines of a paragraph are those above a mail: from whom, when, about what."""
    if block.name != "p" or not holds(block, {"br"}):
        return False
    lines = [block_of(line, place) for place, line in enumerate(_lines(copy.copy(block)), start=1)]
    return len(read_header([line for line in lines if line.text], None).boilerplate) > 1


def _parted(block: Tag, soup: BeautifulSoup, title: str) -> list[Tag]:
    """Return the short lines that a paragraph begins with, and what is left of it."""
    lines = _lines(copy.copy(block))
    texts = [block_of(line, place) for place, line in enumerate(lines)]
    told = certain_lines(texts, None) if title else set()
    short = next((n for n, text in enumerate(texts) if text.is_prose or (title and n not in told)), len(lines))
    if not 0 < short <= _MOST:
        return [block]
    rest = soup.new_tag("p")
    for place, line in enumerate(lines[short:]):
        if place:
            rest.append(soup.new_tag("br"))
        rest.extend(list(line.children))
    return [
        *(line for line, text in zip(lines[:short], texts, strict=False) if text.text),
        *([rest] if lines[short:] else []),
    ]


def _lines(block: Tag) -> list[Tag]:
    """Return a paragraph for each line of `block`; emphasis around several of them goes to each."""
    only = next(iter(block.children), None)
    inside = isinstance(only, Tag) and only.name != "br" and len(block.contents) == 1
    if inside and isinstance(only, Tag):
        parts = _lines(only)
        return [_wrapped(part, block) for part in parts]
    rows: list[list[PageElement]] = [[]]
    for child in list(block.children):
        if isinstance(child, Tag) and child.name == "br":
            rows.append([])
        else:
            rows[-1].append(child.extract())
    found = []
    for row in rows:
        line = copy.copy(block)
        line.clear()
        line.extend(row)
        found.append(line)
    return found


def _wrapped(part: Tag, around: Tag) -> Tag:
    whole = copy.copy(around)
    whole.clear()
    whole.append(part)
    return whole
