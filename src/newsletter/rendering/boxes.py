"""Boxes: what stands between two ``:::`` lines."""

import difflib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from markdown_it.tree import SyntaxTreeNode

from newsletter.rendering import blocks
from newsletter.rendering.blocks import Block, Inline
from newsletter.rendering.events import Appointment, calendar_link, read_span, say_span
from newsletter.rendering.markdown import parse_line

if TYPE_CHECKING:
    from newsletter.rendering.reader import Reader

_FACT = re.compile(r"\s*(when|where)\s*:\s*(.+?)\s*", re.IGNORECASE)


def read_box(node: SyntaxTreeNode, reader: "Reader") -> Block:
    """Return the block that a box becomes.

    Raises:
        IssueError: there is no such box, it is never closed, or something in it is wrong.
    """
    name, _, title = node.info.strip().partition(" ")
    if name not in _BOXES:
        close = difflib.get_close_matches(name, _BOXES, n=1)
        hint = f"Did you mean ::: {close[0]}?" if close else f"There are: {', '.join(f'::: {box}' for box in _BOXES)}."
        raise reader.refuse(f"there is no box ::: {name}" if name else "a box without a name begins here", hint)
    _refuse_open_box(node, name, reader)
    return _BOXES[name](node, title, reader)


def _refuse_open_box(node: SyntaxTreeNode, name: str, reader: "Reader") -> None:
    """A box that is never closed would swallow the rest of the post."""
    lines = reader.passage.markdown.split("\n")
    last = lines[node.map[1]] if node.map and node.map[1] < len(lines) else ""
    if not re.fullmatch(r"[\s>]*:{3,}\s*", last):
        raise reader.refuse(
            f"the box ::: {name} is never closed", f"End it with a line of its own:\n::: {name}\n…\n:::"
        )


def _note(node: SyntaxTreeNode, title: str, reader: "Reader") -> Block:
    return blocks.Callout(line=reader.line, tone="note", title=_title(title, reader), blocks=reader.read(node))


def _crisis(node: SyntaxTreeNode, title: str, reader: "Reader") -> Block:
    """Always end with the numbers to call: they are the reason for the box."""
    line = reader.line
    own = reader.read(node)
    return blocks.Callout(line=line, tone="crisis", title=_title(title, reader), blocks=(*own, *reader.around.crisis))


def _contact(node: SyntaxTreeNode, title: str, reader: "Reader") -> Block:
    line = reader.line
    own = reader.read(node)
    return blocks.Callout(line=line, tone="contact", title=_title(title, reader), blocks=(*own, *reader.around.contact))


def _teaser(node: SyntaxTreeNode, title: str, reader: "Reader") -> Block:
    line = reader.line
    tokens = parse_line(title, reader.around.language)
    link = next((token for token in tokens if token.type == "link_open"), None)
    if link is None:
        hint = "Write its title as a link: ::: teaser [Sleep in winter](https://…)"
        raise reader.refuse("a teaser leads nowhere", hint)
    words = [token for token in tokens if token.type not in {"link_open", "link_close"}]
    inside = reader.read(node)
    picture = next((block.picture for block in inside if isinstance(block, blocks.Image)), None)
    return blocks.Teaser(
        line=line,
        title=reader.inline(words),
        link=reader.link(link),
        blocks=tuple(block for block in inside if not isinstance(block, blocks.Image)),
        picture=picture,
    )


def _event(node: SyntaxTreeNode, title: str, reader: "Reader") -> Block:
    line = reader.line
    when, where = _facts(node, reader)
    span = read_span(when, reader.around.timezone)
    if span is None:
        raise reader.refuse("the event does not say when it is", "Write: when: 2026-12-12 10:00 - 11:30")
    shown = _title(title, reader)
    appointment = Appointment(
        title=reader.around.tags.show_fallbacks(shown.text),
        place=reader.around.tags.show_fallbacks(where),
        starts=span[0],
        ends=span[1],
    )
    return blocks.Event(
        line=line,
        title=shown,
        when=say_span(*span, reader.around.language),
        where=where,
        calendar_link=calendar_link(appointment),
        attachment=reader.around.calendar.add(appointment),
        blocks=tuple(block for child in node.children[1:] for block in reader.read_node(child)),
    )


def _facts(node: SyntaxTreeNode, reader: "Reader") -> tuple[str, str]:
    """Return when and where, as the first paragraph of an event says it; the reader stays at the when."""
    first = node.children[0] if node.children else None
    text = first.children[0].content if first and first.type == "paragraph" else ""
    found = {"when": "", "where": ""}
    box = reader.line
    for number, line in enumerate(text.splitlines(), box + 1):
        match = _FACT.fullmatch(line)
        if match is None:
            reader.line = number
            hint = "Begin with the lines when: and where:, then leave a line empty."
            raise reader.refuse("the event does not begin with its facts", hint)
        found[match[1].lower()] = match[2]
        reader.line = number if match[1].lower() == "when" else reader.line
    return found["when"], found["where"]


def _title(text: str, reader: "Reader") -> Inline:
    return reader.inline(parse_line(text, reader.around.language)) if text.strip() else reader.inline([])


_BOXES: dict[str, Callable[[SyntaxTreeNode, str, "Reader"], Block]] = {
    "note": _note,
    "crisis": _crisis,
    "contact": _contact,
    "event": _event,
    "teaser": _teaser,
}
