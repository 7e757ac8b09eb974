"""An issue's own words, piece by piece, each with the place where it was written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it.tree import SyntaxTreeNode

from newsletter.checks.places import seen_from
from newsletter.issues import Issue, IssuePost, Passage
from newsletter.message import MergeTags
from newsletter.rendering.boxes import Said, said_in
from newsletter.rendering.markdown import parse


@dataclass(frozen=True, slots=True)
class Link:
    """A link that a person wrote; `typed` when the address itself is what is read."""

    text: str
    href: str
    where: str
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a person put in."""

    src: str
    alt: str
    where: str


@dataclass(frozen=True, slots=True)
class RawHtml:
    """HTML that a person wrote into a post."""

    html: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What is read in one go: a heading, a paragraph, a cell of a table, a source.

    Attributes:
        kind: ``title``, ``heading``, ``paragraph``, ``cell``, ``header``, ``source``, or ``field`` of a box.
        level: of a heading, as it was written.
        post: the number of the post, counted from 0; -1 for the editor's letter.
        cited: whether a footnote hangs on it.
        marked: its text without code, and with the tags in it: what was perhaps meant to be a mark.
    """

    kind: str
    text: str
    where: str
    post: int
    level: int = 0
    links: tuple[Link, ...] = ()
    cited: bool = False
    marked: str = ""


@dataclass(frozen=True, slots=True)
class Blank:
    """A field of a box, a button, a quote or a table that still has to be filled in."""

    said: Said
    where: str


@dataclass(frozen=True, slots=True)
class Writing:
    """All that was written for an issue, in the order in which it is read."""

    pieces: tuple[Piece, ...]
    pictures: tuple[Picture, ...]
    raw: tuple[RawHtml, ...]
    blanks: tuple[Blank, ...]


def read_writing(issue: Issue, root: Path) -> Writing:
    """Read the letter and the posts of `issue`; places are named as seen from `root`."""
    letter = _Reader(issue.letter, -1, issue.language, root)
    letter.read()
    pieces, pictures, raw, blanks = letter.pieces, letter.pictures, letter.raw, letter.blanks
    for number, post in enumerate(issue.posts):
        pieces += _front_matter(post, number, root)
        pictures += _lead_picture(post, root)
        if post.post.teaser:  # stands for the body, which is read elsewhere
            continue
        reader = _Reader(post.body, number, issue.language, root)
        reader.read()
        pieces += reader.pieces
        pictures += reader.pictures
        raw += reader.raw
        blanks += reader.blanks
    return Writing(tuple(pieces), tuple(pictures), tuple(raw), tuple(blanks))


def _front_matter(post: IssuePost, number: int, root: Path) -> Iterator[Piece]:
    """Yield a post's title, which carries the link to where the post stands on the web, and its teaser."""
    facts = post.post
    links = (Link(facts.title, facts.link, seen_from(root, post.place("link"))),) if facts.link else ()
    where = seen_from(root, post.place("title"))
    yield Piece(kind="title", text=facts.title, marked=facts.title, where=where, post=number, level=1, links=links)
    if facts.teaser:
        place = seen_from(root, post.place("teaser"))
        yield Piece(kind="paragraph", text=facts.teaser, marked=facts.teaser, where=place, post=number)


def _lead_picture(post: IssuePost, root: Path) -> list[Picture]:
    if not post.post.image:
        return []
    return [Picture(post.post.image, post.post.image_alt, seen_from(root, post.place("image")))]


class _Reader:
    """Reads one passage."""

    def __init__(self, passage: Passage, post: int, language: str, root: Path) -> None:
        self.pieces: list[Piece] = []
        self.pictures: list[Picture] = []
        self.raw: list[RawHtml] = []
        self.blanks: list[Blank] = []
        self._passage = passage
        self._post = post
        self._tags = MergeTags()
        self._tree = parse(passage, self._tags, language)
        self._file = seen_from(root, str(passage.path))

    def read(self) -> None:
        for node in self._tree.walk(include_self=False):
            if node.type in {"container_box", "blockquote", "table"}:
                self._read_fields(list(said_in(node)), _line_of(node))
            if node.type == "inline":
                self._read_inline(node)
            elif node.type == "html_block":
                self.raw.append(RawHtml(node.content, self._place(_line_of(node))))

    def _read_fields(self, fields: list[Said], line: int) -> None:
        """Read what stands in a box's own lines; what is inside of it is read with the rest."""
        link = next((said.text for said in fields if said.field.name == "link" and not said.is_unfinished), "")
        for said in fields:
            where = self._place(line + said.line)
            if said.is_unfinished:
                self.blanks.append(Blank(said, where))
            elif said.text and said.field.name in {"title", "where"}:
                text = self._shown(said.text)
                links = (Link(text, link, where),) if link else ()
                self.pieces.append(
                    Piece(kind="field", text=text, marked=text, where=where, post=self._post, links=links)
                )

    def _read_inline(self, inline: SyntaxTreeNode) -> None:
        block = inline.parent
        if block is None:
            return
        text = _Text(self, _line_of(inline))
        text.read(inline.children)
        self.pieces.append(
            Piece(
                kind=_kind(block),
                text=self._shown("".join(text.parts)).strip(),
                where=self._place(_line_of(inline)),
                post=self._post,
                level=int(block.tag[1]) if block.type == "heading" else 0,
                links=tuple(text.links),
                cited=text.cited,
                marked=self._shown("".join(text.marked)),
            )
        )

    def _place(self, line: int) -> str:
        return f"{self._file}:{self._passage.first_line + line}"

    def _shown(self, text: str) -> str:
        return self._tags.show_fallbacks(text)


class _Text:
    """Reads the inside of one block, keeping count of its lines."""

    def __init__(self, reader: _Reader, line: int) -> None:
        self.parts: list[str] = []
        self.marked: list[str] = []
        self.links: list[Link] = []
        self.cited = False
        self._reader = reader
        self._line = line

    def read(self, nodes: Iterable[SyntaxTreeNode]) -> None:
        for node in nodes:
            self._read(node)

    def _read(self, node: SyntaxTreeNode) -> None:
        reader, where = self._reader, self._reader._place(self._line)  # noqa: SLF001 - two halves of one reader
        if node.type in {"text", "code_inline"}:
            self.parts.append(node.content)
            self.marked.append(node.content if node.type == "text" else " ")
        elif node.type in {"softbreak", "hardbreak"}:
            self._line += 1
            self.parts.append(" ")
            self.marked.append("\n")
        elif node.type == "image":
            reader.pictures.append(Picture(str(node.attrs.get("src", "")), node.content.strip(), where))
        elif node.type == "html_inline":
            reader.raw.append(RawHtml(node.content, where))
            self.marked.append(node.content)
        elif node.type == "footnote_ref":
            self.cited = True
        elif node.type == "link":
            self._read_link(node, where)
        else:
            self.read(node.children)

    def _read_link(self, node: SyntaxTreeNode, where: str) -> None:
        before = len(self.parts)
        self.read(node.children)
        blanks = [Blank(said, where) for said in said_in(node) if said.is_unfinished]
        if blanks:
            self._reader.blanks += blanks
            return
        label = "".join(self.parts[before:]) or _alt_inside(node)
        typed = node.info == "auto" or node.markup in {"linkify", "autolink"}
        self.links.append(Link(self._reader._shown(label).strip(), str(node.attrs.get("href", "")), where, typed))  # noqa: SLF001


def _kind(block: SyntaxTreeNode) -> str:
    if block.type == "heading":
        return "heading"
    if block.type in {"th", "td"}:
        return "header" if block.type == "th" else "cell"
    inside_note = any(node.type == "footnote" for node in _ancestors(block))
    return "source" if inside_note else "paragraph"


def _ancestors(node: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _line_of(node: SyntaxTreeNode) -> int:
    return node.map[0] if node.map else 0


def _alt_inside(node: SyntaxTreeNode) -> str:
    """Return what a linked picture shows: that is what is read out for the link."""
    return " ".join(inner.content for inner in node.walk() if inner.type == "image")
