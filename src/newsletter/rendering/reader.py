"""From a tree of Markdown tokens to blocks."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from zoneinfo import ZoneInfo

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from newsletter.errors import IssueError
from newsletter.issues import Passage
from newsletter.message import MergeTags
from newsletter.rendering import blocks, boxes
from newsletter.rendering.blocks import Block, Inline, Picture
from newsletter.rendering.events import Calendar
from newsletter.rendering.inline import link_target, plain, read_html, read_inline
from newsletter.rendering.markdown import parse
from newsletter.rendering.pictures import Pictures
from newsletter.rendering.sanitise import text_of

_BREAKS = {"softbreak", "hardbreak"}
_DASH = re.compile(r"(?:—|–|--)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The issue, as far as one of its passages needs it.

    Attributes:
        thumb: how many pixels wide a card's picture is.
        crisis: what each crisis box ends with: whom to call.
        contact: what each contact box holds: all ways to reach the clinic.
    """

    tags: MergeTags
    pictures: Pictures
    thumb: int
    logo: Picture | None
    calendar: Calendar
    crisis: tuple[Block, ...]
    contact: tuple[Block, ...]
    language: str
    timezone: ZoneInfo


def read_blocks(passage: Passage, around: Surroundings, *, top_level: int) -> tuple[Block, ...]:
    """Return the blocks of `passage`, its highest headings being of `top_level`.

    Raises:
        IssueError: something in the Markdown cannot be set; the error names file and line.
    """
    tree = parse(passage, around.tags, around.language)
    return Reader(passage, around, Outline(top_level)).read(tree)


class Outline:
    """Moves a passage's headings to where they belong in the mail.

    Staff begin with ``#``, ``##`` or ``###`` as they like, and leave levels out; screen
    readers announce levels, so each heading goes at most one below the one before.
    """

    def __init__(self, top_level: int) -> None:
        self._top = top_level
        self._open: list[int] = []

    def place(self, level: int) -> int:
        """Return the level in the mail (at most 6) for the next heading, written as `level`."""
        while self._open and self._open[-1] >= level:
            self._open.pop()
        self._open.append(level)
        return min(self._top + len(self._open) - 1, 6)


class Reader:
    """Reads one passage; it knows the line at which it is, for errors."""

    def __init__(self, passage: Passage, around: Surroundings, outline: Outline) -> None:
        self.passage = passage
        self.around = around
        self.line = passage.first_line
        self._outline = outline
        self._readers: dict[str, Callable[[SyntaxTreeNode], Iterable[Block]]] = {
            "heading": self._heading,
            "paragraph": self._paragraph,
            "bullet_list": self._listing,
            "ordered_list": self._listing,
            "blockquote": self._quote,
            "hr": lambda _node: [blocks.Rule(line=self.line)],
            "fence": self._code,
            "code_block": self._code,
            "table": self._table,
            "html_block": self._html,
            "container_box": lambda node: [boxes.read_box(node, self)],
            "footnote_block": self._sources,
            "footnote_anchor": lambda _node: [],
        }

    def read(self, parent: SyntaxTreeNode) -> tuple[Block, ...]:
        """Return the blocks below `parent`."""
        return tuple(block for node in parent.children for block in self.read_node(node))

    def read_node(self, node: SyntaxTreeNode) -> Iterable[Block]:
        """Return the blocks that one node becomes."""
        self.line = self.passage.first_line + node.map[0] if node.map else self.line
        return self._readers[node.type](node)

    def refuse(self, what: str, hint: str) -> IssueError:
        """Return the error for a mistake at this place."""
        return IssueError(what, where=f"{self.passage.path}:{self.line}", hint=hint)

    def inline(self, tokens: Sequence[Token]) -> Inline:
        """Return a run of text."""
        return read_inline(tokens, self.passage, self.line) if tokens else plain("")

    def link(self, token: Token) -> str:
        """Return where a link's opening token leads to."""
        return link_target(token, self.passage, self.line)

    def picture(self, token: Token) -> Picture:
        """Return the picture of an image token."""
        width = str(token.attrGet("width") or "0").removesuffix("px")
        if not width.isdigit():
            raise self.refuse(f"{{width={width}}} is no number of pixels", "Write it like this: {width=200}")
        return self.around.pictures.place(str(token.attrGet("src") or ""), token.content, self.refuse, width=int(width))

    def _heading(self, node: SyntaxTreeNode) -> Iterable[Block]:
        content = self.inline(inline_tokens(node))
        if content.text.strip() and content.html.strip():  # an empty heading is heard, but says nothing
            yield blocks.Heading(line=self.line, level=self._outline.place(int(node.tag[1:])), content=content)

    def _paragraph(self, node: SyntaxTreeNode) -> Iterable[Block]:
        return self._paragraphs(inline_tokens(node))

    def _paragraphs(self, tokens: Sequence[Token]) -> Iterable[Block]:
        """Part a paragraph around its pictures and buttons: each is a block of its own."""
        line = self.line
        for apart, run in groupby(_pieces(tokens), key=_stands_alone):
            pieces = list(run)
            inside = [token for piece in pieces for token in piece]
            self.line = line + _breaks_before(inside)
            yield from ((self._alone(piece) for piece in pieces) if apart else self._text(inside))
            line += sum(token.type in _BREAKS for token in inside)

    def _alone(self, piece: Sequence[Token]) -> Block:
        image = next((token for token in piece if token.type == "image"), None)
        if image is None and not piece[0].attrGet("href"):  # the checks say so; a button that leads nowhere is none
            return blocks.Paragraph(line=self.line, content=self.inline(piece[1:-1]))
        link = self.link(piece[0]) if piece[0].type == "link_open" else ""
        if image is None:
            return blocks.Button(line=self.line, label=self.inline(piece[1:-1]).text, link=link)
        caption = str(image.attrGet("title") or "")
        return blocks.Image(line=self.line, picture=self.picture(image), caption=caption, link=link)

    def _text(self, tokens: Sequence[Token]) -> Iterable[Block]:
        trimmed = trim(tokens)
        for token in trimmed:
            if token.type == "link_open" and token.attrGet("class"):
                hint = "A link can be made a button: [Book a visit](https://…){.button}"
                raise self.refuse(f"{{.{token.attrGet('class')}}} is unknown", hint)
        content = self.inline(trimmed)
        if content.html.strip():
            first = next((token.type for token in trimmed if token.type != "text" or token.content), "")
            yield blocks.Paragraph(line=self.line, content=content, opens_with_term=first == "strong_open")

    def _listing(self, node: SyntaxTreeNode) -> Iterable[Block]:
        line = self.line
        paragraphs = [child for item in node.children for child in item.children if child.type == "paragraph"]
        start = int(str(node.attrs.get("start", 1))) if node.type == "ordered_list" else None
        yield blocks.Listing(
            line=line,
            items=tuple(self.read(item) for item in node.children),
            start=start,
            tight=all(child.hidden for child in paragraphs),
        )

    def _quote(self, node: SyntaxTreeNode) -> Iterable[Block]:
        line = self.line
        last = node.children[-1] if node.children else None
        said, source = _split_source(inline_tokens(last)) if last and last.type == "paragraph" else ([], [])
        if not source:
            yield blocks.Quote(line=line, blocks=self.read(node))
            return
        before = tuple(block for child in node.children[:-1] for block in self.read_node(child))
        self.line = self.passage.first_line + last.map[0] if last and last.map else self.line
        yield blocks.Quote(line=line, blocks=(*before, *self._paragraphs(said)), source=self.inline(source))

    def _code(self, node: SyntaxTreeNode) -> Iterable[Block]:
        yield blocks.Code(line=self.line, text=node.content.rstrip("\n"))

    def _table(self, node: SyntaxTreeNode) -> Iterable[Block]:
        line = self.line
        rows = [tuple(self._cell(cell) for cell in row.children) for part in node.children for row in part.children]
        yield blocks.Table(line=line, header=rows[0], rows=tuple(rows[1:]))

    def _cell(self, node: SyntaxTreeNode) -> blocks.Cell:
        align = str(node.attrs.get("style", "")).removeprefix("text-align:")
        return blocks.Cell(content=self.inline(inline_tokens(node)), align=align)

    def _html(self, node: SyntaxTreeNode) -> Iterable[Block]:
        cleaned = read_html(node.content, self.passage, self.line)
        if cleaned.strip():
            yield blocks.Html(line=self.line, content=Inline(cleaned, text_of(str(cleaned)).strip()))

    def _sources(self, node: SyntaxTreeNode) -> Iterable[Block]:
        yield blocks.Sources(line=self.line, notes=tuple(self.read(note) for note in node.children))


def inline_tokens(node: SyntaxTreeNode) -> list[Token]:
    """Return the tokens of the text right inside `node`."""
    return [token for child in node.children if child.token for token in child.token.children or ()]


def _breaks_before(tokens: Sequence[Token]) -> int:
    """Return how many lines end before the first of `tokens` that says something."""
    leading = takewhile(_is_empty, tokens)
    return sum(token.type in _BREAKS for token in leading)


def _is_empty(token: Token) -> bool:
    return token.type in _BREAKS or (token.type == "text" and not token.content.strip())


def trim(tokens: Sequence[Token]) -> list[Token]:
    """Return `tokens` without the line breaks and spaces around them, as a picture leaves them."""
    empty = [_is_empty(token) for token in tokens]
    first = next((index for index, blank in enumerate(empty) if not blank), len(tokens))
    last = next((index for index in range(len(tokens) - 1, -1, -1) if not empty[index]), -1)
    return list(tokens[first : last + 1])


def _pieces(tokens: Sequence[Token]) -> Iterable[list[Token]]:
    """Part `tokens` into single ones, and links with all that is inside them."""
    link: list[Token] = []
    for token in tokens:
        if token.type == "link_open":
            link = [token]
        elif not link:
            yield [token]
        else:
            link.append(token)
            if token.type == "link_close":
                yield link
                link = []


def _stands_alone(piece: Sequence[Token]) -> bool:
    """Whether this is a picture, a picture that is a link, or a button."""
    first = piece[0]
    is_button = first.type == "link_open" and first.attrGet("class") == "button"
    return is_button or any(token.type == "image" for token in piece)


def _split_source(tokens: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """Part a quote's last paragraph into what is said and who said it: a line led by a dash."""
    breaks = [index for index, token in enumerate(tokens) if token.type in _BREAKS]
    begin = breaks[-1] + 1 if breaks else 0
    source = list(tokens[begin:])
    if not source or source[0].type != "text" or not _DASH.match(source[0].content):
        return list(tokens), []
    source[0].content = _DASH.sub("", source[0].content, count=1)
    return list(tokens[:begin]), source
