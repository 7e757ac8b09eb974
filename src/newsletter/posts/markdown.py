"""Markdown: written so that what a person typed stays text, and read as plain words."""

import itertools
import re

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

_ADDRESS = re.compile(
    r"https?://[^\s<>\"“”]+|www\.[^\s<>\"“”]+"
    r"|(?<![\w.+-])[A-Za-z0-9_.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b"
)
_TRAILING = re.compile(r"(?<![.,;:!?'’)\]])[.,;:!?'’)\]]+$")
_LINE_START = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|>|[+-](?=\s|$)|=+(?=\s*$)|-{2,}(?=\s*$)|~{3,}|:{3,}|\|)")
_NUMBER_START = re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)")
_SIGNS = re.compile(r"[\\`*<\[\]_&~{}]")
"""Most lines have none of those that mean something."""
_BREAKS_WORD = re.compile(r"(?<![^\W_])_|_(?![^\W_])")  # inside a word it is only a letter
_BRACES = re.compile(r"(?<!\\)\{(?=\{)|(?<=\{)\{|(?<!\\)\}(?=\})|(?<=\})\}")
_ENTITY = re.compile(r"&(?=#?\w{1,32};)")


def escape(text: str) -> str:
    """Return Markdown that shows `text` as it is, for one line of a paragraph.

    Web and e-mail addresses become links, for readers of a mail expect to touch them.
    """
    pieces: list[str] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        address = _TRAILING.sub("", match[0])
        pieces += [_escape_plain(text[end : match.start()]), _link(address)]
        end = match.start() + len(address)
    pieces.append(_escape_plain(text[end:]))
    return escape_start("".join(pieces))


def escape_inside(text: str) -> str:
    """Return `text` escaped for the middle of a line, as in a heading or a bold term."""
    return _escape_plain(text)


def without_tags(text: str) -> str:
    """Return `text` with its braces escaped, so that none of them begins a merge tag."""
    return _BRACES.sub(r"\\\g<0>", text)


def _link(address: str) -> str:
    if address.startswith("http"):
        return f"<{address}>"
    if "@" in address and not address.startswith("www."):
        return f"<{address}>"
    return f"[{_escape_plain(address)}](https://{address.replace('(', '%28').replace(')', '%29')})"


def _escape_plain(text: str) -> str:
    if not _SIGNS.search(text):
        return text
    text = re.sub(r"([\\`*<])", r"\\\1", text)
    text = _BREAKS_WORD.sub(r"\\_", text)
    text = _ENTITY.sub(r"\\&", text)
    text = re.sub(r"~(?=~)|(?<=~)~", r"\\~", text)
    text = without_tags(text)
    return re.sub(r"([\[\]])", r"\\\1", text)


def escape_start(text: str) -> str:
    """Return `text` with what only means something at the beginning of a line escaped."""
    text = _NUMBER_START.sub(r"\1\\\2", text)
    return _LINE_START.sub(lambda match: f"{match[1]}\\{match[2]}", text)


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
