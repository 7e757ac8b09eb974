"""Boxes: what stands between two ``:::`` lines, and what each kind of them has to say."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from markdown_it.tree import SyntaxTreeNode

from newsletter.rendering import blocks
from newsletter.rendering.blocks import Block, Inline
from newsletter.rendering.events import Appointment, calendar_link, read_span, say_span
from newsletter.rendering.markdown import parse_line

if TYPE_CHECKING:
    from newsletter.rendering.reader import Reader

_FACT = re.compile(r"\s*(when|where)\s*:\s*(.*?)\s*", re.IGNORECASE)

# --- What there is to say ---------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Something that a box says.

    Attributes:
        name: what the editor calls it; ``text`` is what stands inside of the box.
        label: as staff read it.
        needed: whether it must not be empty.
        start: what a new box says at first, and may go on saying.
        filler: what only shows what belongs there; it must not go out.
        partly: a pattern for what was begun.
        advice: what to do while it is unfinished.
    """

    name: str
    label: str
    advice: str = "Fill it in, or remove it."
    needed: bool = False
    start: str = ""
    filler: str = ""
    partly: str = ""

    def is_unfinished(self, text: str) -> bool:
        """Whether `text` still has to be written."""
        words = " ".join(text.split())
        if not words:
            return self.needed
        return words.casefold() == self.filler.casefold() or re.fullmatch(self.partly, words) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of box, or of another block that has fields.

    Attributes:
        about: what it is for, in the menu.
        hint: what staff have to know of a box of this kind.
    """

    name: str
    fields: tuple[Field, ...]
    about: str = ""
    hint: str = ""

    def field(self, name: str) -> Field:
        """Return one of the fields."""
        return next(field for field in self.fields if field.name == name)


_HOUR = r"\d{1,2}:\d{2}"
_UNTIL = rf"(?: ?(?:-|–|to) ?(?:{_HOUR})?)?"
_ADDRESS = Field(
    name="link",
    label="Leads to",
    needed=True,
    filler="https://",
    advice="Say where it leads: https://…, mailto:… or tel:…",
)
_WRITE_OR_REMOVE = "Write what it says, or remove it."

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "note": Kind(
            name="Note",
            about="worth knowing",
            fields=(
                Field(name="title", label="Title", start="Good to know"),
                Field(name="text", label="Text", needed=True, filler="What stands out.", advice=_WRITE_OR_REMOVE),
            ),
        ),
        "crisis": Kind(
            name="In a crisis",
            about="ends with the numbers to call",
            hint="The numbers to call follow by themselves.",
            fields=(
                Field(name="title", label="Title", start="If you are in a crisis"),
                Field(name="text", label="Text", start="You are not alone."),
            ),
        ),
        "contact": Kind(
            name="Contact",
            about="all ways to reach the clinic",
            hint="All ways to reach the clinic follow by themselves.",
            fields=(
                Field(name="title", label="Title", start="How to reach us"),
                Field(name="text", label="Text", start="We are glad to hear from you."),
            ),
        ),
        "event": Kind(
            name="Event",
            about="with a calendar entry",
            fields=(
                Field(
                    name="title", label="What happens", needed=True, filler="What happens", advice="Say what happens."
                ),
                Field(
                    name="when",
                    label="When",
                    needed=True,
                    filler="YYYY-MM-DD 10:00 - 11:30",
                    partly=rf"(?:\d{{4}}-\d{{2}}-\d{{2}})?{_UNTIL}|(?:{_HOUR})?{_UNTIL}",
                    advice="Say when it is: when: 2026-12-12 10:00 - 11:30",
                ),
                Field(name="where", label="Where", filler="Place or address"),
                Field(name="text", label="Text", filler="What to expect."),
            ),
        ),
        "teaser": Kind(
            name="Teaser",
            about="leads to something on the web",
            fields=(
                Field(name="title", label="Title", needed=True, filler="Title", advice="Give it a title."),
                _ADDRESS,
                Field(name="text", label="Text", filler="A sentence or two."),
            ),
        ),
        "button": Kind(
            name="Button",
            about="asks to be followed",
            fields=(
                Field(name="label", label="Words", needed=True, advice="Say what happens when it is pressed."),
                _ADDRESS,
            ),
        ),
        "quote": Kind(
            name="Quotation", fields=(Field(name="text", label="Text", needed=True, advice=_WRITE_OR_REMOVE),)
        ),
        "table": Kind(name="Table", fields=(Field(name="text", label="Text", needed=True, advice=_WRITE_OR_REMOVE),)),
    }
)
"""What can be inserted and has to be filled in: editor, reader and checks all go by this."""


BOXES = ("note", "crisis", "contact", "event", "teaser")
"""The kinds that stand between ``:::`` lines."""


def template(name: str) -> str:
    """Return how a new box reads, with ‹ and › around what is written first."""
    kind = KINDS[name]
    begun = {field.name: field.start or field.filler for field in kind.fields}
    begun[kind.fields[0].name] = f"‹{begun[kind.fields[0].name]}›"
    title = "[{title}]({link})" if "link" in begun else "{title}"
    facts = "when: {when}\nwhere: {where}\n" if "when" in begun else ""
    return f"::: {name} {title}\n{facts}\n{{text}}\n\n:::".format_map(begun)


@dataclass(frozen=True, slots=True)
class Said:
    """What a box says in one of its fields; `line` counts from the line at which the box begins."""

    kind: Kind
    field: Field
    text: str
    line: int = 0

    @property
    def is_unfinished(self) -> bool:
        """Whether it still has to be written."""
        return self.field.is_unfinished(self.text)


def said_in(node: SyntaxTreeNode) -> Iterator[Said]:
    """Return what a box, a quote, a table or a button says, field by field; nothing of other nodes."""
    name, title = _NAMES.get(node.type, ""), ""
    if node.type == "container_box":
        name, _, title = node.info.strip().partition(" ")
    elif node.type == "link" and node.attrs.get("class") == "button":
        name = "button"
    if name not in KINDS:
        return
    kind, values = KINDS[name], {"title": (title.strip(), 0)}
    if name == "teaser":
        link = next((token for token in parse_line(title) if token.type == "link_open"), None)
        words = "".join(token.content for token in parse_line(title))
        values = {"title": (words, 0), "link": (str(link.attrGet("href") or "") if link else "", 0)}
    elif name == "button":
        words = "".join(inner.content for inner in node.walk() if inner.type in {"text", "code_inline"})
        values = {"label": (words, 0), "link": (str(node.attrs.get("href", "")), 0)}
    elif name == "event":
        for number, line in enumerate(_first_lines(node), 1):
            if fact := _FACT.fullmatch(line):
                values[fact[1].lower()] = (fact[2], number)
    inside = node.children[1:] if name == "event" and _first_lines(node) else node.children
    begun = inside[0].map[0] - node.map[0] if inside and inside[0].map and node.map else 0
    values["text"] = (_text_in(inside), begun)
    for field in kind.fields:
        yield Said(kind, field, *values.get(field.name, ("", 0)))


_NAMES = {"blockquote": "quote", "table": "table"}


def _first_lines(node: SyntaxTreeNode) -> list[str]:
    """Return the lines of the paragraph with which a box begins."""
    first = node.children[0] if node.children else None
    return first.children[0].content.splitlines() if first and first.type == "paragraph" else []


def _text_in(nodes: Iterable[SyntaxTreeNode]) -> str:
    """Return what `nodes` say, in one piece; a picture or HTML says something, too."""
    return " ".join(
        inner.content or inner.type
        for node in nodes
        for inner in node.walk()
        if inner.type in {"text", "code_inline", "image", "html_inline", "html_block", "fence", "code_block"}
        and (inner.content.strip() or inner.type == "image")
    )


# --- From Markdown to blocks --------------------------------------------------------------


def read_box(node: SyntaxTreeNode, reader: "Reader") -> Block:
    """Return the block that a box becomes.

    Raises:
        IssueError: there is no such box, it is never closed, or something in it is wrong.
    """
    name, _, title = node.info.strip().partition(" ")
    if name not in BOXES:
        close = difflib.get_close_matches(name, BOXES, n=1)
        hint = f"Did you mean ::: {close[0]}?" if close else f"There are: {', '.join(f'::: {box}' for box in BOXES)}."
        raise reader.refuse(f"there is no box ::: {name}" if name else "a box without a name begins here", hint)
    _refuse_open_box(node, name, reader)
    return _READERS[name](node, title, reader)


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
    if link is None and title.strip():
        hint = "Write its title as a link: ::: teaser [Sleep in winter](https://…)"
        raise reader.refuse("a teaser leads nowhere", hint)
    words = [token for token in tokens if token.type not in {"link_open", "link_close"}]
    inside = reader.read(node)
    picture = next((block.picture for block in inside if isinstance(block, blocks.Image)), None)
    return blocks.Teaser(
        line=line,
        title=reader.inline(words),
        link=reader.link(link) if link and link.attrGet("href") else "",
        blocks=tuple(block for block in inside if not isinstance(block, blocks.Image)),
        picture=picture,
    )


def _event(node: SyntaxTreeNode, title: str, reader: "Reader") -> Block:
    box = reader.line
    facts = _facts(node, reader)
    when, where = facts["when"], facts["where"]
    reader.line = box + when.line
    span = read_span(when.text, reader.around.timezone)
    if span is None and not when.is_unfinished:
        raise reader.refuse("the event does not say when it is", "Write: when: 2026-12-12 10:00 - 11:30")
    shown = _title(title, reader)
    event = blocks.Event(
        line=box,
        title=shown,
        when="",
        where=where.text,
        calendar_link="",
        attachment="",
        blocks=tuple(block for child in node.children[1:] for block in reader.read_node(child)),
    )
    if span is None:  # the checks say so; the rest of the mail can be looked at meanwhile
        return event
    appointment = Appointment(
        title=reader.around.tags.show_fallbacks(shown.text),
        place=reader.around.tags.show_fallbacks(where.text),
        starts=span[0],
        ends=span[1],
    )
    return replace(
        event,
        when=say_span(*span, reader.around.language),
        calendar_link=calendar_link(appointment),
        attachment=reader.around.calendar.add(appointment),
    )


def _facts(node: SyntaxTreeNode, reader: "Reader") -> dict[str, "Said"]:
    """Return what an event says of when and where; the reader stays at a line that says neither."""
    for number, line in enumerate(_first_lines(node), 1):
        if not _FACT.fullmatch(line):
            reader.line += number
            hint = "Begin with the lines when: and where:, then leave a line empty."
            raise reader.refuse("the event does not begin with its facts", hint)
    return {said.field.name: said for said in said_in(node)}


def _title(text: str, reader: "Reader") -> Inline:
    return reader.inline(parse_line(text, reader.around.language)) if text.strip() else reader.inline([])


_READERS: dict[str, Callable[[SyntaxTreeNode, str, "Reader"], Block]] = {
    "note": _note,
    "crisis": _crisis,
    "contact": _contact,
    "event": _event,
    "teaser": _teaser,
}
