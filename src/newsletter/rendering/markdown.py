"""From the Markdown that staff wrote to a tree of tokens, merge tags being placeholders."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from newsletter.errors import IssueError
from newsletter.issues import Passage
from newsletter.message import MergeTags
from newsletter.rendering.sanitise import DEEPEST, without_controls

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?:.|\n(?!\s*\n))+?(?<!`)\1(?!`)")


def parse(passage: Passage, tags: MergeTags) -> SyntaxTreeNode:
    r"""Return the tree of `passage`.

    Braces inside code are literal text; everywhere else ``{{ … }}`` is a merge tag, and
    ``\{\{`` writes braces that are none.

    Raises:
        IssueError: a merge tag is wrong, or marks are nested absurdly deep.
    """
    source = without_controls(passage.markdown)
    tokens = MARKDOWN.parse(_with_placeholders(source, passage, tags))
    _refuse_depth(tokens, passage)
    return SyntaxTreeNode(tokens)


def _with_placeholders(source: str, passage: Passage, tags: MergeTags) -> str:
    """Replace merge tags in everything that is not code."""
    pieces: list[str] = []
    position = 0
    for start, end in _code_ranges(source):
        if start < position:  # a span that begins inside another
            continue
        pieces += [_replace(source, position, start, passage, tags), source[start:end]]
        tags.refuse_reserved(source[start:end], passage.path, _line(source, start, passage))
        position = end
    return "".join([*pieces, _replace(source, position, len(source), passage, tags)])


def _replace(source: str, start: int, end: int, passage: Passage, tags: MergeTags) -> str:
    return tags.replace(source[start:end], passage.path, _line(source, start, passage))


def _line(source: str, position: int, passage: Passage) -> int:
    return passage.first_line + source.count("\n", 0, position)


def _code_ranges(source: str) -> list[tuple[int, int]]:
    """Return where code stands: whole blocks by their lines, spans by their backticks."""
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    blocks = [
        (starts[token.map[0]], starts[min(token.map[1], len(lines))])
        for token in MARKDOWN.parse(source)
        if token.type in {"fence", "code_block"} and token.map
    ]
    spans = [match.span() for match in _CODE_SPAN.finditer(source)]
    outside = [span for span in spans if not any(start <= span[0] < end for start, end in blocks)]
    return sorted(blocks + outside)


def _refuse_depth(tokens: list[Token], passage: Passage) -> None:
    line = passage.first_line
    for token in tokens:
        line = passage.first_line + token.map[0] if token.map else line
        if any(inner.level > DEEPEST for inner in (token, *(token.children or ()))):
            raise too_deep(passage, line)


def too_deep(passage: Passage, line: int) -> IssueError:
    """Return the error for marks inside marks inside marks."""
    return IssueError(
        f"more than {DEEPEST} marks or tags are nested in one another",
        where=f"{passage.path}:{line}",
        hint="Take away the stars, underscores or tags that are piled up there.",
    )
