"""Blocks: what the parts of a post become in the mail. Frozen values, each with its source line.

A theme has one file a block, named after the class: a `Heading` is set by
``blocks/heading.html.j2``.
"""

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Inline:
    """A run of text: as a sanitised HTML fragment, and as plain text with links visible."""

    html: Markup
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What all blocks have: the line of the Markdown file on which they begin, counted from 1."""

    line: int

    @property
    def kind(self) -> str:
        """The name of the theme's file for this block."""
        return type(self).__name__.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading(Block):
    """A heading; `level` is its final one in the mail (2 to 6)."""

    level: int
    content: Inline


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph(Block):
    """A paragraph; `opens_with_term` when it runs in with a bold term, as definitions do."""

    content: Inline
    opens_with_term: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Block):
    """A list; each item holds blocks. `start` is the first number, None for bullets.

    `tight` lists have items of one line, without paragraphs between them.
    """

    items: tuple[tuple[Block, ...], ...]
    start: int | None = None
    tight: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote(Block):
    """A quotation, with who said it when its last line begins with a dash."""

    blocks: tuple[Block, ...]
    source: Inline | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the mail shows it: its address and size in pixels, 0 where that is not known."""

    src: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(Block):
    """A picture of its own, with a caption below it and perhaps a link on it."""

    picture: Picture
    caption: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button(Block):
    """A link that asks to be followed."""

    label: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Block):
    """A break between thoughts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Block):
    """Text whose spaces and line breaks count."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table; `align` is empty, left, center or right."""

    content: Inline
    align: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Block):
    """A table of data, with one row of header cells."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Html(Block):
    """HTML that a person wrote into a post, sanitised."""

    content: Inline


@dataclass(frozen=True, slots=True, kw_only=True)
class Callout(Block):
    """A box that stands out: `tone` is ``note``, ``crisis`` or ``contact``."""

    tone: str
    title: Inline
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaser(Block):
    """A few words about something that is read elsewhere."""

    title: Inline
    link: str
    blocks: tuple[Block, ...]
    picture: Picture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Block):
    """Something that happens at a time and place; `attachment` is the calendar file's name."""

    title: Inline
    when: str
    where: str
    calendar_link: str
    attachment: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources(Block):
    """The footnotes of a passage, in the order of their numbers; each holds blocks."""

    notes: tuple[tuple[Block, ...], ...]
