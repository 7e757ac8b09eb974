"""Addresses in several lines: a name, a street, a number to call, one below the other."""

import re
from collections.abc import Sequence
from dataclasses import replace

from newsletter.posts.contacts import is_contact
from newsletter.posts.pasted.pieces import Piece

_BARE = re.compile(
    r"(?:(?:phone|tel(?:ephone)?|call|text|fax|e-?mail|web(?:site)?|online|address|mobile|cell|toll[- ]free)\b\W*)?"
    r"(?:[\d(+]|www\.|https?:|\S+@)|[A-Z][\w. ]+, [A-Z]{2} \d{5}",
    re.IGNORECASE,
)
_SITE = re.compile(r"(?:[\w-]+\.)+(?:org|com|net|gov|edu|us|info|health|care)(?:/\S*)?", re.IGNORECASE)
_FEWEST, _LONGEST = 2, 12
"""Lines that tell how to reach somebody, and words of a line."""


def group_contact_stacks(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces, the lines of each such address being those of one paragraph.

    In a list of numbers each line begins with whose it is; in an address only the first does.
    """
    found: list[Piece] = []
    place = 0
    while place < len(pieces):
        end = _end_of_stack(pieces, place)
        more = tuple(piece.line for piece in pieces[place + 1 : end])
        stacked = replace(pieces[place], more=more, reason="an address in several lines")
        found.append(stacked if more else pieces[place])
        place = max(end, place + 1)
    return found


def _end_of_stack(pieces: Sequence[Piece], start: int) -> int:
    """Return the place behind the address whose name stands at `start`; `start` when none does."""
    named = _may_belong(pieces[start]) and not _reaches(pieces[start])
    end = start + 1
    while named and end < len(pieces) and _reaches(pieces[end]) and pieces[end].line.gap == pieces[start + 1].line.gap:
        end += 1
    return end if end - start > _FEWEST else start


def _reaches(piece: Piece) -> bool:
    told = bool(_BARE.match(piece.text)) and is_contact(piece.text)
    return _may_belong(piece) and (told or bool(_SITE.fullmatch(piece.text)))


def _may_belong(piece: Piece) -> bool:
    short = piece.is_plain and piece.words <= _LONGEST and not piece.line.is_prose
    return short and not piece.text.endswith((":", "?", "!", ",", "."))
