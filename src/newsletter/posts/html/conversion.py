"""From HTML blocks to Markdown."""

import re
from typing import Any

from bs4 import Tag
from markdownify import ATX, MarkdownConverter

from newsletter.posts.html.tables import square
from newsletter.posts.markdown import escape_inside, escape_start

_INDENT = "    "
"""What is set in below an entry of a list; four spaces suit bullets and numbers."""


FOOTNOTE = "data-footnote"
"""Bears the number of a footnote, on the paragraph that is it and on each mark that refers to it."""


class _Converter(MarkdownConverter):
    """markdownify, escaping by this program's rules, so that text stays text."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Escape what would become markup; in code nothing does."""
        return text if "_noformat" in parent_tags or not text else escape_inside(text)

    def convert_p(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Escape also what only means something at the beginning of a line."""
        lines = "\n".join(escape_start(line.lstrip()) for line in text.strip().split("\n"))
        converted: str = super().convert_p(el, lines, parent_tags)  # type: ignore[misc]  # its types leave these out
        return f"[^{el[FOOTNOTE]}]: {converted.strip()}" if el.has_attr(FOOTNOTE) else converted

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a cell; what parts the cells of Markdown is in it only a sign."""
        converted: str = super().convert_td(el, text.replace("|", r"\|"), parent_tags)  # type: ignore[misc]
        return converted

    def convert_th(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """The same for the cells of a table's head."""
        converted: str = super().convert_th(el, text.replace("|", r"\|"), parent_tags)  # type: ignore[misc]
        return converted

    def convert_sup(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002 - the package's signature
        """Refer to a footnote; other raised text stands on the line."""
        return f"[^{el[FOOTNOTE]}]" if el.has_attr(FOOTNOTE) else text

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """The same for a list's entries."""
        first, newline, rest = text.strip().partition("\n")
        converted: str = super().convert_li(el, escape_start(first) + newline + rest, parent_tags)  # type: ignore[misc]
        mark = re.match(r"(?:-|\d+\.) +", converted)
        begin, *more = converted.split("\n")
        width = mark.end() if mark else 0
        return "\n".join([begin, *(_INDENT + line[width:] if line.strip() else line for line in more)])

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002 - the package's signature
        """Write a picture; the caption is its title."""
        source = str(el.get("src") or "")
        alt = escape_inside(" ".join(str(el.get("alt") or "").split()))
        caption = " ".join(str(el.get("title") or "").split()).replace('"', "”")
        return f'![{alt}]({source} "{caption}")' if caption else f"![{alt}]({source})"


def to_markdown(blocks: list[Tag]) -> str:
    """Return the Markdown of `blocks`, parted by blank lines."""
    for block in blocks:
        if block.name == "table":
            square(block)
    options: dict[str, Any] = {"heading_style": ATX, "bullets": "-", "wrap": False, "table_infer_header": True}
    converter = _Converter(**options)
    parts = [converter.convert_soup(block).strip("\n") for block in blocks]
    return "\n\n".join(part.rstrip() for part in parts if part.strip())
