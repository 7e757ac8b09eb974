"""From the Markdown that staff wrote to a tree of tokens, merge tags being placeholders.

Beyond CommonMark there are tables, footnotes, ``{.button}`` behind a link, ``{width=200}``
behind a picture, and boxes between ``:::`` lines. Quotation marks are curled, and a line
break that a person made is one.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.attrs import attrs_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin

from newsletter.errors import IssueError
from newsletter.issues import Passage
from newsletter.message import MergeTags
from newsletter.rendering.sanitise import DEEPEST, without_controls

_QUOTES = {
    "de": "„“‚‘",
    "en": "“”‘’",
    "es": "«»“”",
    "fr": ["«\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}»", "‹\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}›"],
    "pt": "“”‘’",
}
_DOMAINS = ["com", "edu", "gov", "health", "info", "net", "org", "us"]  # typed without https://, still a link
_TELLING = re.compile(r"\{\{|\}\}|-merge-|mergetag|-unsubscribe-", re.IGNORECASE)  # most posts have none of these
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?:.|\n(?!\s*\n))+?(?<!`)\1(?!`)")

_SHORT = 50
"""Characters; text is wrapped at more than that, and a sign-off, an address or a verse has fewer."""

_LEAST_WIDTH = 40


def parse(passage: Passage, tags: MergeTags, language: str = "en") -> SyntaxTreeNode:
    r"""Return the tree of `passage`.

    Braces inside code are literal text; everywhere else ``{{ … }}`` is a merge tag, and
    ``\{\{`` writes braces that are none.

    Raises:
        IssueError: a merge tag is wrong, or marks are nested absurdly deep.
    """
    source = without_controls(passage.markdown)
    tokens = _parser(language).parse(_with_placeholders(source, passage, tags))
    _refuse_depth(tokens, passage)
    keep_hand_made(tokens)
    return SyntaxTreeNode(tokens)


def parse_line(text: str, language: str = "en") -> list[Token]:
    """Return the tokens of one line, such as a box's title, in which merge tags are placeholders already."""
    return _parser(language).parseInline(text.strip())[0].children or []


def curl_quotes(text: str, language: str = "en") -> str:
    """Return one line of plain text with its quotation marks curled."""
    children = _plain_parser(language).parseInline(text)[0].children or []
    return "".join(token.content for token in children)


@cache
def _parser(language: str) -> MarkdownIt:
    # What is nested more deeply than the parser allows, it drops without a word: we refuse it before that.
    markdown = MarkdownIt("commonmark", {"html": True, "linkify": True, "maxNesting": DEEPEST + 20})
    markdown.enable(["table", "strikethrough", "linkify"])
    markdown.use(attrs_plugin, after=("image", "link_close"), allowed=["class", "width"])
    markdown.use(container_plugin, "box", validate=lambda _info, _mark: True)
    markdown.use(footnote_plugin, inline=False)
    if markdown.linkify is not None:
        markdown.linkify.tlds(_DOMAINS)
        markdown.linkify.pretest = lru_cache(2048)(markdown.linkify.pretest)
    return _curling(markdown, language)


@cache
def _plain_parser(language: str) -> MarkdownIt:
    return _curling(MarkdownIt("zero"), language)


def _curling(markdown: MarkdownIt, language: str) -> MarkdownIt:
    """Curl quotation marks, in a language whose marks are known."""
    quotes = _QUOTES.get(language.partition("-")[0].lower())
    if quotes:
        markdown.options["typographer"] = True
        markdown.options["quotes"] = quotes
        markdown.enable("smartquotes")
    return markdown


def _with_placeholders(source: str, passage: Passage, tags: MergeTags) -> str:
    """Replace merge tags in everything that is not code."""
    if not _TELLING.search(source):
        return source
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
        for token in _parser("").parse(source)
        if token.type in {"fence", "code_block"} and token.map
    ]
    spans = [match.span() for match in _CODE_SPAN.finditer(source)]
    outside = [span for span in spans if not any(start <= span[0] < end for start, end in blocks)]
    return sorted(blocks + outside)


def keep_hand_made(tokens: Iterable[Token]) -> None:
    """Make hard breaks of the soft ones that a person meant; those of a wrapped text stay soft.

    Markdown joins the lines of a paragraph, which turns "Warmly,⏎Pat" into "Warmly, Pat". A
    break that wrapping would never have made is meant: the line is short, and the next word
    would have fitted on it.
    """
    for token in tokens:
        lines = token.content.split("\n") if token.type == "inline" else []
        breaks = [child for child in token.children or () if child.type in {"softbreak", "hardbreak"}]
        if len(breaks) != len(lines) - 1:  # code or a tag runs over lines: which break is which cannot be told
            continue
        width = max(_LEAST_WIDTH, *map(len, lines))
        for number, found in enumerate(breaks):
            if _is_meant(lines[number].rstrip(), lines[number + 1], width):
                found.type, found.tag = "hardbreak", "br"


def _is_meant(line: str, following: str, width: int) -> bool:
    next_word = following.split(maxsplit=1)[0] if following.strip() else ""
    return len(line) < _SHORT and len(line) + 1 + len(next_word) <= width


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
