"""Addresses in several lines: a name, a street, a number to call, one below the other."""

from collections.abc import Sequence
from dataclasses import replace

from newsletter.posts.contacts import is_contact
from newsletter.posts.pasted.pieces import Piece

_FEWEST, _MOST, _LONGEST = 2, 7, 12
"""Lines of a stack, and words of a line."""


def group_contact_stacks(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces, the lines of each such address being those of one paragraph."""
    found: list[Piece] = []
    start = 0
    for place in range(1, len(pieces) + 1):
        if place < len(pieces) and pieces[place].line.gap == 0:
            continue
        found += _grouped(pieces[start:place])
        start = place
    return found


def _grouped(stack: Sequence[Piece]) -> list[Piece]:
    """Join a stack of short lines, most of them below the first telling how to reach somebody."""
    short = all(piece.is_plain and piece.words <= _LONGEST and not piece.line.is_prose for piece in stack)
    ends = any(piece.text.endswith((":", "?", "!")) for piece in stack)
    reaching = sum(is_contact(piece.text) for piece in stack[1:])
    if not (_FEWEST <= len(stack) <= _MOST and short and not ends and 2 * reaching > len(stack) - 1):
        return list(stack)
    more = tuple(piece.line for piece in stack[1:])
    return [replace(stack[0], more=more, reason="an address in several lines")]
