"""Markdown as plain words: for previews, summaries and comparing."""

import itertools
import re

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
MARKDOWN.use(footnote_plugin, inline=False).disable("footnote_tail")
"""Reads posts as they are rendered, with each footnote where it stands."""
_SENTENCE = re.compile(r".+?[.!?…][\"'”’)]*(?=\s+[\"'“‘(]?[A-Z0-9])|.+", re.DOTALL)


def plain_lines(markdown: str) -> list[str]:
    """Return the text of each block of `markdown`, a line each, as a reader sees it."""
    blocks = (_text(token.children or []) for token in MARKDOWN.parse(markdown) if token.type == "inline")
    return [line for block in blocks for line in block.split("\n") if line.strip()]


def first_sentences(markdown: str, count: int) -> str:
    """Return the first sentences of the first paragraph that is one, or nothing."""
    paragraphs = [_text(inline.children or []) for inline in _paragraphs(markdown)]
    first = next((text for text in paragraphs if text.strip()), "")
    return " ".join(match.strip() for match in _SENTENCE.findall(" ".join(first.split()))[:count])


def shortened(text: str, longest: int) -> str:
    """Return `text`, cut at a word with an ellipsis when it has more than `longest` characters."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1].rpartition(" ")[0] or text[: longest - 1]
    return cut.rstrip(" ,;:–—-") + "…"


def _paragraphs(markdown: str) -> list[Token]:
    tokens = MARKDOWN.parse(markdown)
    return [after for token, after in itertools.pairwise(tokens) if token.type == "paragraph_open"]


def _text(tokens: list[Token]) -> str:
    breaks = {"softbreak": " ", "hardbreak": "\n"}
    return "".join(breaks.get(token.type, token.content) for token in tokens if token.type != "html_inline")
