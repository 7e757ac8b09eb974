"""The blocks that a reader finds in a source, and their Markdown."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from newsletter.posts.markdown import escape, escape_inside


class Kind(StrEnum):
    """What a line became."""

    HEADING = "heading"
    TERM = "term"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    NUMBER = "number"
    QUOTE = "quote"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a post.

    Attributes:
        lines: its text, plain; lines of one block are kept apart by line breaks, and the cells
            of a table's row by tabs.
        level: a heading's level, from 2; a list entry's depth, from 0.
        term: words at its beginning that are set bold, because the rest explains them; with
            a term of its own line, the first of `lines` follows on the next.
        number: a numbered entry's number.
    """

    kind: Kind
    lines: tuple[str, ...]
    level: int = 0
    term: str = ""
    number: int = 0


def write_blocks(blocks: Iterable[Block]) -> str:
    """Return the Markdown of `blocks`: list entries close together, all else parted by a blank line."""
    parts: list[str] = []
    before: Block | None = None
    for block in blocks:
        if before is not None:
            parts.append(_between(before, block))
        parts.append(_write(block))
        before = block
    return "".join(parts)


_LISTS = {Kind.BULLET, Kind.NUMBER}


def _between(before: Block, block: Block) -> str:
    if before.kind not in _LISTS or block.kind not in _LISTS:
        return "\n\n"
    begins_anew = block.kind is Kind.NUMBER and before.level == block.level and block.number != before.number + 1
    if begins_anew or (before.kind is not block.kind and before.level == block.level):
        return "\n\n<!-- -->\n\n"  # without it Markdown would make one list of two
    return "\n"


def _write(block: Block) -> str:
    if block.kind is Kind.HEADING:
        return f"{'#' * block.level} {escape_inside(' '.join(block.lines))}"
    if block.kind is Kind.TERM:
        return "  \n".join([f"**{escape_inside(block.term)}**", *map(escape, block.lines)])
    if block.kind is Kind.QUOTE:
        return "  \n".join(f"> {escape(line)}" for line in block.lines)
    if block.kind is Kind.TABLE:
        return _table([line.split("\t") for line in block.lines])
    text = "  \n".join(map(escape, block.lines))
    if block.term:
        text = f"**{escape_inside(block.term)}** {text}"
    if block.kind is Kind.PARAGRAPH:
        return text
    marker = f"{block.number}." if block.kind is Kind.NUMBER else "-"
    return f"{'    ' * block.level}{marker} {text}"


def _table(rows: list[list[str]]) -> str:
    """Return a Markdown table, the first row being its head."""
    written = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return "\n".join([written[0], "|" + " --- |" * len(rows[0]), *written[1:]])


def _cell(text: str) -> str:
    return escape(text).replace("|", r"\|")
