"""From HTML blocks to Markdown: emphasis as Markdown can say it, square tables, and the rest by markdownify."""

import copy
import re
import unicodedata
from typing import Any

from bs4 import Tag
from bs4.element import NavigableString, PageElement
from markdownify import ATX, MarkdownConverter

from newsletter.posts.html.tree import elements, holds, is_gone, strings
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


_MOST_COLUMNS, _MOST_ROWS = 50, 500
_LONGEST = 200
"""Characters in a cell that is said again in each row."""


def square(table: Tag) -> None:
    """Give every row of a table as many cells as it shows columns.

    What reaches over several rows is said in each of them, so that each row can be read by
    itself; what reaches over several columns stands in the first.
    """
    rows = table.find_all("tr")
    grid: list[list[Tag]] = []
    waiting: dict[int, tuple[int, Tag]] = {}  # by its column, for how many rows more a cell goes on
    for left, row in zip(range(len(rows), 0, -1), rows, strict=True):
        grid.append(_whole_row(row, waiting, left))
    width = max(map(len, grid), default=0)
    for row, cells in zip(rows, grid, strict=True):
        row.clear()
        row.extend([*cells, *(_empty(row) for _ in range(width - len(cells)))])


def _whole_row(row: Tag, waiting: dict[int, tuple[int, Tag]], left: int) -> list[Tag]:
    """Return the cells of a row with those from above that reach into it; `left` rows remain, this one counted in."""
    own = row.find_all(["td", "th"], recursive=False)
    cells: list[Tag] = []
    while own or len(cells) in waiting:
        place = len(cells)
        if place in waiting:
            rows, cell = waiting.pop(place)
            cells.append(copy.copy(cell) if len(cell.get_text()) <= _LONGEST else _empty(cell))
            if rows > 1:
                waiting[place] = rows - 1, cell
            continue
        cell = own.pop(0)
        down = min(_number(cell, "rowspan", default=left), left, _MOST_ROWS)
        across = max(1, min(_number(cell, "colspan", default=1), _MOST_COLUMNS - place))
        del cell["rowspan"], cell["colspan"]
        for column, each in enumerate([cell, *(_empty(cell) for _ in range(across - 1))], start=place):
            cells.append(each)
            if down > 1:
                waiting[column] = down - 1, each
    return cells


def _number(cell: Tag, name: str, *, default: int) -> int:
    """Return over how many rows or columns a cell reaches; 0 is HTML's word for all that are left."""
    said = str(cell.get(name) or "1").strip()
    return int(said) or default if said.isascii() and said.isdecimal() and len(said) < _LONGEST_NUMBER else 1


_LONGEST_NUMBER = 6


def _empty(beside: Tag) -> Tag:
    return Tag(name="th" if beside.name == "th" else "td")


_BOLD = re.compile(r"font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"font-weight:\s*(?:normal|[1-4]00)", re.IGNORECASE)
_ITALIC = re.compile(r"font-style:\s*italic", re.IGNORECASE)
_MARKS = {"strong", "em"}
_STYLED = {"b", "strong", "i", "em", "span", "font", "u", "mark"}


def settle_emphasis(block: Tag) -> None:
    """Turn every way to set bold or italic in `block` into plain ``strong`` and ``em``."""
    styled = [tag for tag in elements(block) if tag.name in _STYLED]
    if not styled:
        return
    for tag in styled:
        _rename(tag)
    is_heading = re.fullmatch(r"h[1-6]", block.name)
    for tag in _marked(block):
        if is_heading or not any(char.isalnum() for char in tag.get_text()) or tag.find_parent(tag.name) is not None:
            tag.unwrap()
    block.smooth()
    _join(block)


def _join(block: Tag) -> None:
    """Let emphasis that goes on from one mark to the next be one, and end where Markdown can see it."""
    for tag in _marked(block):
        if not is_gone(tag):
            _merge_with_next(tag)
    for tag in _marked(block):
        _move_punctuation_out(tag)


def _marked(block: Tag) -> list[Tag]:
    return [tag for tag in elements(block) if tag.name in _MARKS]


def is_all_bold(block: Tag) -> bool:
    """Whether everything that `block` says is bold, however that is set."""
    texts = list(strings(block)) if holds(block, _STYLED) else []
    return bool(texts) and all(any(_is_bold(parent) for parent in text.parents) for text in texts)


def _is_bold(tag: Tag) -> bool:
    if tag.name not in _STYLED:
        return False
    style = str(tag.get("style") or "")
    return not _NOT_BOLD.search(style) if tag.name in {"b", "strong"} else bool(_BOLD.search(style))


def _rename(tag: Tag) -> None:
    style = str(tag.get("style") or "")
    if tag.name in {"b", "strong"} and not _NOT_BOLD.search(style):
        tag.name, tag.attrs = "strong", {}
    elif tag.name in {"i", "em"}:
        tag.name, tag.attrs = "em", {}
    elif _BOLD.search(style):
        tag.name, tag.attrs = "strong", {}
    elif _ITALIC.search(style):
        tag.name, tag.attrs = "em", {}
    else:
        tag.unwrap()


def _merge_with_next(tag: Tag) -> None:
    while isinstance(after := tag.next_sibling, Tag) and after.name == tag.name:
        for child in list(after.children):
            tag.append(child.extract())
        after.decompose()


def _move_punctuation_out(tag: Tag) -> None:
    """Let punctuation at the edge stand outside where Markdown would not see the edge otherwise.

    ``**Sleep:**eight`` does not end bold, because a mark between punctuation and a letter
    opens (CommonMark 0.31, section 6.2).
    """
    texts = tag.find_all(string=True)
    if not texts:
        return
    last, kept = str(texts[-1]), _without_end(str(texts[-1]))
    if kept and kept != last and _text_of(tag.next_sibling)[:1].isalnum():
        texts[-1].replace_with(kept)
        tag.insert_after(NavigableString(last[len(kept) :]))
    opening = tag.find(string=True)
    first, begun = str(opening or ""), _without_beginning(str(opening or ""))
    if opening and begun and begun != first and _text_of(tag.previous_sibling)[-1:].isalnum():
        opening.replace_with(begun)
        tag.insert_before(NavigableString(first[: len(first) - len(begun)]))


def _text_of(element: PageElement | None) -> str:
    return element.get_text() if element is not None else ""


def _without_end(text: str) -> str:
    end = len(text)
    while end and unicodedata.category(text[end - 1])[0] in "PS":
        end -= 1
    return text[:end]


def _without_beginning(text: str) -> str:
    start = 0
    while start < len(text) and unicodedata.category(text[start])[0] in "PS":
        start += 1
    return text[start:]
