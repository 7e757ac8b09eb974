"""The lines of a page where only lines tell: between the title and the first running text, and at the end of a mail."""

import copy
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from newsletter.posts.block import HEADINGS, Block
from newsletter.posts.classify import told_above
from newsletter.posts.foot import opts_out
from newsletter.posts.forwarded import read_header
from newsletter.posts.html.regions import SILENT, is_prose
from newsletter.posts.html.structure import block_of
from newsletter.posts.html.tree import elements, holder_of, holds, line_holder, said
from newsletter.posts.value import Dropped

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
    told = told_above([text for text in texts if text.text], None, title).gone if title else {}
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


_SILENT = {"script", "style", "template", "title", "head", "noscript", "select", "option", "textarea"}
_ENTRY = "• "
"""Stands before a line of a list, as it does in text."""


def take_out_endings(root: Tag, find: Callable[[Sequence[Block]], Mapping[int, str]]) -> list[Dropped]:
    """Remove the lines that `find` names, with the pictures among those behind the last that stays; return them."""
    rows = _rows(root)
    gone = find([line for line, _ in rows])
    if not gone:
        return _unlinked(root)
    kept = [number for number, (line, _) in enumerate(rows) if line.number not in gone]
    behind = rows[kept[-1] + 1 :] if kept else []
    if behind:
        first = behind[0][1][0]
        for image in [tag for tag in first.next_elements if isinstance(tag, Tag) and tag.name == "img"]:
            if root in image.parents:
                image.decompose()
    for line, texts in rows:
        for text in texts if line.number in gone else ():
            text.extract()
    told = [Dropped(0, line.text.removeprefix(_ENTRY), gone[line.number]) for line, _ in rows if line.number in gone]
    return told + _unlinked(root)


def _unlinked(root: Tag) -> list[Dropped]:
    """Let links that end a subscription to another list be but their words; return them."""
    told = []
    for link in [tag for tag in elements(root) if tag.name == "a"]:
        words = said(link)
        if opts_out(words, str(link.get("href") or "")):
            link.unwrap()
            told += (
                [Dropped(0, words, "a link that ends a subscription to another list; its words stay")] if words else []
            )
    return told


def _rows(root: Tag) -> list[tuple[Block, list[NavigableString]]]:
    """Return each line that a reader sees, with the texts that it is made of."""
    rows: list[tuple[int, list[NavigableString]]] = []
    holder: Tag | None = None
    broken = True
    for each in root.descendants:
        if isinstance(each, Tag):
            broken = broken or each.name == "br"
        elif isinstance(each, NavigableString) and _is_read(each):
            held_by = line_holder(each)
            if held_by is holder and not broken:
                rows[-1][1].append(each)
            elif each.strip():
                rows.append((int(held_by is not holder), [each]))
                holder, broken = held_by, False
    return [(_line(texts, number, gap), texts) for number, (gap, texts) in enumerate(rows, start=1)]


def _is_read(text: NavigableString) -> bool:
    silent = text.parent is not None and text.parent.name in _SILENT
    return not silent and not isinstance(text, PreformattedString)


def _line(texts: Sequence[NavigableString], number: int, gap: int) -> Block:
    links = {id(link): link for text in texts if (link := holder_of(text, "a")) is not None}
    words = ((" ".join(link.get_text(" ").split()), str(link.get("href") or "")) for link in links.values())
    said = " ".join("".join(texts).split())
    entry = not links and holder_of(texts[0], "li") is not None
    return Block(number, _ENTRY + said if entry else said, gap, links=tuple(words))
