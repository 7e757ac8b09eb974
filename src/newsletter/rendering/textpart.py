"""The text part: blocks as they are written for a screen without pictures or colours."""

import re
import textwrap
from collections.abc import Callable, Iterable
from typing import Any

from newsletter.message.merge import PLAIN_PLACEHOLDER
from newsletter.rendering import blocks
from newsletter.rendering.blocks import Block
from newsletter.rendering.inline import address_after

WIDTH = 72
_NARROWEST = 20
_MARK = re.compile(r"\s*(?:[-*•>|]|\d+[.)]) |[-~=*]{3}")
"""How a line begins that is never the rest of the one before."""


def block_text(several: Iterable[Block], width: int = WIDTH, *, between: str = "\n\n") -> str:
    """Return `several` as plain text, wrapped at `width` columns; blocks are parted by an empty line."""
    return between.join(text for block in several if (text := _one(block, width)))


def paragraph_text(text: str, width: int = WIDTH, *, indent: str = "") -> str:
    """Return `text` wrapped; addresses are never broken, since a broken one cannot be followed."""
    wrapper = textwrap.TextWrapper(
        max(width, _NARROWEST),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(wrapper.fill(line) for line in text.split("\n"))


def unwrapped(text: str, width: int = WIDTH) -> str:
    """Return a text with each paragraph on one line: where wrapping alone made a break, it is taken out."""
    lines: list[str] = []
    before = ""
    for line in text.split("\n"):
        words = line.split(maxsplit=1)
        if before and words and not _MARK.match(line) and len(before) + 1 + len(words[0]) > width:
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
        before = line
    return "\n".join(lines)


def title_text(title: str, width: int = WIDTH) -> str:
    """Return a title in capitals; places for merge tags are left alone, or they would never be filled."""
    capitals, done = "", 0
    for place in PLAIN_PLACEHOLDER.finditer(title):
        capitals += title[done : place.start()].upper() + place[0]
        done = place.end()
    return paragraph_text(capitals + title[done:].upper(), width)


def _one(block: Block, width: int) -> str:
    write: Callable[[Any, int], str] = _WRITERS[type(block)]
    return write(block, width)


def _paragraph(block: blocks.Paragraph | blocks.Html, width: int) -> str:
    return paragraph_text(block.content.text, width)


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
    between = "\n" if block.tight else "\n\n"
    return between.join(
        _hanging(block_text(item, width - gutter, between=between), mark, gutter)
        for mark, item in zip(marks, block.items, strict=True)
    )


def _hanging(text: str, mark: str, gutter: int) -> str:
    """Put `mark` before the first line and indent the rest below it."""
    return mark.ljust(gutter) + textwrap.indent(text, " " * gutter).removeprefix(" " * gutter)


def _quote(block: blocks.Quote, width: int) -> str:
    said = "\n".join(f"  | {line}".rstrip() for line in block_text(block.blocks, width - 4).split("\n"))
    if block.source is None:
        return said
    return said + "\n" + paragraph_text(f"— {block.source.text}", width, indent="    ")


def _image(block: blocks.Image, width: int) -> str:
    words = f"[{block.picture.alt}]" if block.picture.alt else ""
    return _joined(*(paragraph_text(text, width) for text in (words, block.caption)), block.link)


def _button(block: blocks.Button, width: int) -> str:
    if not block.link.startswith("http"):  # a number or address is said, not typed into a browser
        return paragraph_text(block.label + address_after(block.label, block.link), width)
    return f"{paragraph_text(block.label, width)}:\n{block.link}"


def _rule(_block: blocks.Rule, width: int) -> str:
    return "* * *".center(width).rstrip()


def _code(block: blocks.Code, _width: int) -> str:
    return textwrap.indent(block.text, "    ")


def _callout(block: blocks.Callout, width: int) -> str:
    return _box(block.title.text, block_text(block.blocks, width - 2))


def _teaser(block: blocks.Teaser, width: int) -> str:
    return _joined(paragraph_text(block.title.text, width), block_text(block.blocks, width), block.link)


def _sources(block: blocks.Sources, width: int) -> str:
    gutter = len(str(len(block.notes))) + 3
    notes = enumerate(block.notes, 1)
    return "\n".join(_hanging(block_text(note, width - gutter), f"[{number}]", gutter) for number, note in notes)


def _box(title: str, body: str) -> str:
    lines = _joined(title_text(title, WIDTH - 2), body).split("\n")
    return "\n".join(f"| {line}".rstrip() for line in lines)


def _event(block: blocks.Event, width: int) -> str:
    facts = (paragraph_text(text, width - 2) for text in (block.when, block.where))
    body = block_text(block.blocks, width - 2)
    box = _box(block.title.text, "\n\n".join(part for part in ("\n".join(facts).strip(), body) if part))
    return _joined(box, block.calendar_link)


def _joined(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _table(block: blocks.Table, width: int) -> str:
    """Set columns side by side, or, where they are too wide for that, each row as a short list."""
    rows = [[" ".join(cell.content.text.split()) for cell in row] for row in (block.header, *block.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(block.header))]
    if sum(widths) + 2 * len(widths) - 2 > width:
        return "\n\n".join(_row(rows[0], row, width) for row in rows[1:])
    lines = ["  ".join(text.ljust(wide) for text, wide in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * wide for wide in widths))
    return "\n".join(lines)


def _row(header: list[str], row: list[str], width: int) -> str:
    cells = (f"{name}: {text}" if name else text for name, text in zip(header, row, strict=True) if text)
    return "\n".join(paragraph_text(cell, width) for cell in cells)


_WRITERS: dict[type[Block], Callable[..., str]] = {
    blocks.Heading: _heading,
    blocks.Paragraph: _paragraph,
    blocks.Html: _paragraph,
    blocks.Listing: _listing,
    blocks.Quote: _quote,
    blocks.Image: _image,
    blocks.Button: _button,
    blocks.Rule: _rule,
    blocks.Code: _code,
    blocks.Table: _table,
    blocks.Callout: _callout,
    blocks.Teaser: _teaser,
    blocks.Event: _event,
    blocks.Sources: _sources,
}
