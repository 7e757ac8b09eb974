"""The text part: blocks as they are written for a screen without pictures or colours."""

import textwrap
from collections.abc import Iterable

from newsletter.rendering import blocks
from newsletter.rendering.blocks import Block

WIDTH = 72


def block_text(several: Iterable[Block], width: int = WIDTH) -> str:
    """Return `several` as plain text, wrapped at `width` columns; blocks are parted by an empty line."""
    return "\n\n".join(text for block in several if (text := _one(block, width)))


def paragraph_text(text: str, width: int = WIDTH, *, indent: str = "") -> str:
    """Return `text` wrapped; addresses are never broken, since a broken one cannot be followed."""
    return "\n".join(
        textwrap.fill(
            line, width, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
        for line in text.split("\n")
    )


def title_text(title: str, width: int = WIDTH) -> str:
    """Return a title in capitals, merge tags left alone."""
    words = [word if word.startswith("-merge-") else word.upper() for word in title.split()]
    return paragraph_text(" ".join(words), width)


def _one(block: Block, width: int) -> str:  # noqa: C901, PLR0911 - one line a block
    match block:
        case blocks.Heading():
            return _heading(block, width)
        case blocks.Paragraph() | blocks.Html():
            return paragraph_text(block.content.text, width)
        case blocks.Listing():
            return _listing(block, width)
        case blocks.Quote():
            return _quote(block, width)
        case blocks.Image():
            return paragraph_text(f"[Picture: {block.alt}]" if block.alt else "", width)
        case blocks.Rule():
            return "* * *".center(width).rstrip()
        case blocks.Code():
            return textwrap.indent(block.text, "    ")
        case blocks.Table():
            return _table(block)
    raise TypeError(block)


def _heading(block: blocks.Heading, width: int) -> str:
    words = paragraph_text(block.content.text, width)
    if block.level > 3:
        return words
    mark = "-" if block.level <= 2 else "~"  # signs that quoted-printable leaves as they are
    return f"{words}\n{mark * max(map(len, words.splitlines()))}"


def _listing(block: blocks.Listing, width: int) -> str:
    last = (block.start or 0) + len(block.items) - 1
    gutter = 2 if block.start is None else len(str(last)) + 2
    marks = ["-" if block.start is None else f"{block.start + index}." for index in range(len(block.items))]
    items = [
        _hanging(block_text(item, width - gutter), mark, gutter) for mark, item in zip(marks, block.items, strict=True)
    ]
    return ("\n" if block.tight else "\n\n").join(items)


def _hanging(text: str, mark: str, gutter: int) -> str:
    """Put `mark` before the first line and indent the rest below it."""
    return mark.ljust(gutter) + textwrap.indent(text, " " * gutter).removeprefix(" " * gutter)


def _quote(block: blocks.Quote, width: int) -> str:
    said = textwrap.indent(block_text(block.blocks, width - 4), "  | ", lambda _: True)
    if block.source is None:
        return said
    return said + "\n" + paragraph_text(f"— {block.source.text}", width, indent="    ")


def _table(block: blocks.Table) -> str:
    rows = [[cell.content.text.replace("\n", " ") for cell in row] for row in (block.header, *block.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(block.header))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)
