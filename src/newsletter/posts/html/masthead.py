"""What a page shows between the title and the text, where it tells who wrote it and when."""

from bs4 import BeautifulSoup, Tag

from newsletter.posts.html.blocks import HEADINGS
from newsletter.posts.html.regions import is_prose
from newsletter.posts.lines import Line

_MOST = 12
_INNER = ["p", "div", "ul", "ol", "li", "section", "article", "header", "footer", "table", *HEADINGS]


def lines_below_title(soup: BeautifulSoup, title: str) -> list[Line]:
    """Return the short lines that follow the title's heading, up to the first running text."""
    titles = [tag for tag in soup.find_all(list(HEADINGS)) if " ".join(tag.get_text(" ").split()) == title]
    lines: list[Line] = []
    for tag in titles[0].find_all_next(_INNER) if titles else []:
        if tag.find(_INNER) is not None:
            continue
        parts = [" ".join(part.split()) for part in tag.stripped_strings]
        if is_prose(tag) or tag.name in HEADINGS or len(lines) >= _MOST:
            break
        if parts:
            lines.append(Line(len(lines) + 1, _joined(tag, parts)))
    return lines


def _joined(tag: Tag, parts: list[str]) -> str:
    """Return a line's parts side by side: parted where style alone parts them, but "by" stays with the name."""
    labelled = parts[0].rstrip(":").lower().endswith(("by", "on", "am", "at"))
    return " ".join(tag.get_text(" ").split()) if labelled else " · ".join(parts)
