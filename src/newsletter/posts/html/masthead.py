"""What a page shows between the title and the text, where it tells who wrote it and when."""

from itertools import groupby

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString

from newsletter.posts.block import HEADINGS, Block
from newsletter.posts.html.regions import SILENT, is_prose
from newsletter.posts.html.tree import line_holder

_MOST = 12


def lines_below_title(soup: BeautifulSoup, title: str) -> list[Block]:
    """Return the short lines that follow the title's heading, up to the first running text."""
    titles = [tag for tag in soup.find_all(list(HEADINGS)) if " ".join(tag.get_text(" ").split()) == title]
    if not titles:
        return []
    strings = (each for each in titles[0].find_all_next(string=True) if titles[0] not in each.parents)
    lines: list[Block] = []
    for _, group in groupby(filter(_is_shown, strings), key=lambda string: id(line_holder(string))):
        texts = list(group)
        block = line_holder(texts[0])
        if is_prose(block) or block.name in HEADINGS or len(lines) >= _MOST:
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
