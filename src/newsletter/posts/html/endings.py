"""What stands at the end of a mail and is no part of its text: taken out line by line, before blocks are made of it."""

from collections.abc import Callable, Mapping, Sequence

from bs4 import Tag
from bs4.element import NavigableString, PreformattedString

from newsletter.posts.block import Block
from newsletter.posts.foot import opts_out
from newsletter.posts.html.tree import elements, holder_of, line_holder, said
from newsletter.posts.value import Dropped

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
        elif isinstance(each, NavigableString) and _is_shown(each):
            held_by = line_holder(each)
            if held_by is holder and not broken:
                rows[-1][1].append(each)
            elif each.strip():
                rows.append((int(held_by is not holder), [each]))
                holder, broken = held_by, False
    return [(_line(texts, number, gap), texts) for number, (gap, texts) in enumerate(rows, start=1)]


def _is_shown(text: NavigableString) -> bool:
    silent = text.parent is not None and text.parent.name in _SILENT
    return not silent and not isinstance(text, PreformattedString)


def _line(texts: Sequence[NavigableString], number: int, gap: int) -> Block:
    links = {id(link): link for text in texts if (link := holder_of(text, "a")) is not None}
    words = ((" ".join(link.get_text(" ").split()), str(link.get("href") or "")) for link in links.values())
    said = " ".join("".join(texts).split())
    entry = not links and holder_of(texts[0], "li") is not None
    return Block(number, _ENTRY + said if entry else said, gap, links=tuple(words))
