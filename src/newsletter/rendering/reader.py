"""From a tree of Markdown tokens to blocks."""

import re
from collections.abc import Iterable, Sequence

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from newsletter.issues import Passage
from newsletter.message import MergeTags
from newsletter.rendering import blocks
from newsletter.rendering.blocks import Block, Inline
from newsletter.rendering.inline import plain, read_inline
from newsletter.rendering.markdown import parse
from newsletter.rendering.outline import Outline
from newsletter.rendering.sanitise import clean_fragment

_DASH = re.compile(r"\s*(?:—|–|--)\s*")
_TAG = re.compile(r"<[^>]*>")


def read_blocks(passage: Passage, tags: MergeTags, *, top_level: int) -> tuple[Block, ...]:
    """Return the blocks of `passage`, its highest headings being of `top_level`.

    Raises:
        IssueError: something in the Markdown cannot be set; the error names file and line.
    """
    return _Reader(passage, Outline(top_level)).read(parse(passage, tags))


class _Reader:
    """Reads one passage; it holds what each block needs to know of its surroundings."""

    def __init__(self, passage: Passage, outline: Outline) -> None:
        self._passage = passage
        self._outline = outline
        self._line = passage.first_line

    def read(self, parent: SyntaxTreeNode) -> tuple[Block, ...]:
        """Return the blocks below `parent`."""
        return tuple(block for node in parent.children for block in self._read_node(node))

    def _read_node(self, node: SyntaxTreeNode) -> Iterable[Block]:
        self._line = self._passage.first_line + node.map[0] if node.map else self._line
        readers = {
            "heading": self._heading,
            "paragraph": self._paragraph,
            "bullet_list": self._listing,
            "ordered_list": self._listing,
            "blockquote": self._quote,
            "hr": lambda _: [blocks.Rule(line=self._line)],
            "fence": self._code,
            "code_block": self._code,
            "table": self._table,
            "html_block": self._html,
        }
        return readers[node.type](node)

    def _heading(self, node: SyntaxTreeNode) -> Iterable[Block]:
        level = self._outline.place(int(node.tag[1:]))
        yield blocks.Heading(line=self._line, level=level, content=self._inline(_inline_tokens(node)))

    def _paragraph(self, node: SyntaxTreeNode) -> Iterable[Block]:
        """Split a paragraph around its pictures: each of them is a block of its own."""
        run: list[Token] = []
        for token in _inline_tokens(node):
            if token.type == "image":
                yield from self._text(run)
                yield self._image(token)
                run = []
            else:
                run.append(token)
        yield from self._text(run)

    def _text(self, tokens: Sequence[Token]) -> Iterable[Block]:
        content = self._inline(_trimmed(tokens))
        if content.html.strip():
            opens = bool(tokens) and _first_mark(tokens) == "strong_open"
            yield blocks.Paragraph(line=self._line, content=content, opens_with_term=opens)

    def _image(self, token: Token) -> Block:
        return blocks.Image(
            line=self._line,
            path=str(token.attrGet("src") or ""),
            alt=token.content,
            caption=str(token.attrGet("title") or ""),
        )

    def _listing(self, node: SyntaxTreeNode) -> Iterable[Block]:
        line = self._line
        paragraphs = [child for item in node.children for child in item.children if child.type == "paragraph"]
        start = int(str(node.attrs.get("start", 1))) if node.type == "ordered_list" else None
        yield blocks.Listing(
            line=line,
            items=tuple(self.read(item) for item in node.children),
            start=start,
            tight=all(child.hidden for child in paragraphs),
        )

    def _quote(self, node: SyntaxTreeNode) -> Iterable[Block]:
        line = self._line
        last = node.children[-1] if node.children else None
        said, source = _split_source(_inline_tokens(last)) if last and last.type == "paragraph" else ([], [])
        if not source:
            yield blocks.Quote(line=line, blocks=self.read(node))
            return
        before = tuple(block for child in node.children[:-1] for block in self._read_node(child))
        yield blocks.Quote(line=line, blocks=(*before, *self._text(said)), source=self._inline(source))

    def _code(self, node: SyntaxTreeNode) -> Iterable[Block]:
        yield blocks.Code(line=self._line, text=node.content.rstrip("\n"))

    def _table(self, node: SyntaxTreeNode) -> Iterable[Block]:
        line = self._line
        rows = [tuple(self._cell(cell) for cell in row.children) for part in node.children for row in part.children]
        yield blocks.Table(line=line, header=rows[0], rows=tuple(rows[1:]))

    def _cell(self, node: SyntaxTreeNode) -> blocks.Cell:
        align = str(node.attrs.get("style", "")).removeprefix("text-align:")
        return blocks.Cell(content=self._inline(_inline_tokens(node)), align=align)

    def _html(self, node: SyntaxTreeNode) -> Iterable[Block]:
        cleaned = clean_fragment(node.content)
        if cleaned.strip():
            yield blocks.Html(line=self._line, content=Inline(cleaned, _TAG.sub("", node.content).strip()))

    def _inline(self, tokens: Sequence[Token]) -> Inline:
        return read_inline(tokens, self._passage, self._line) if tokens else plain("")


def _inline_tokens(node: SyntaxTreeNode) -> list[Token]:
    return [token for child in node.children if child.token for token in child.token.children or ()]


def _trimmed(tokens: Sequence[Token]) -> list[Token]:
    """Return `tokens` without the line breaks that stood beside a picture."""
    kept = list(tokens)
    while kept and kept[0].type in {"softbreak", "hardbreak"}:
        kept.pop(0)
    while kept and kept[-1].type in {"softbreak", "hardbreak"}:
        kept.pop()
    return kept


def _first_mark(tokens: Sequence[Token]) -> str:
    return next((token.type for token in tokens if token.type != "text" or token.content.strip()), "")


def _split_source(tokens: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """Part a quote's last paragraph into what is said and who said it: a line led by a dash."""
    breaks = [index for index, token in enumerate(tokens) if token.type in {"softbreak", "hardbreak"}]
    begin = breaks[-1] + 1 if breaks else 0
    source = list(tokens[begin:])
    if not source or source[0].type != "text" or not _DASH.match(source[0].content):
        return list(tokens), []
    source[0].content = _DASH.sub("", source[0].content)
    return _trimmed(tokens[:begin]), source
