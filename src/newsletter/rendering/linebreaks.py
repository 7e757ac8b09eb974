"""Line breaks that a person made are kept; those of a wrapped text are not.

Markdown joins the lines of a paragraph, which turns "Warmly,⏎Pat" into "Warmly, Pat". A
break that wrapping would never have made is meant: the line is short, and the next word
would have fitted on it.
"""

from collections.abc import Iterable

from markdown_it.token import Token

_SHORT = 50
"""Characters; text is wrapped at more than that, and a sign-off, an address or a verse has fewer."""

_LEAST_WIDTH = 40


def keep_hand_made(tokens: Iterable[Token]) -> None:
    """Make hard breaks of the soft ones that a person meant."""
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
