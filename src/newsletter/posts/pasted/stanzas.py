"""Poems: short lines without stops that read on from one to the next, in stanzas."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from newsletter.posts.pasted.pieces import Piece, is_title_case

_JOINS = re.compile(r"(?:and|or|but|nor|as|like|than|that|because|until|till|so|yet)\b", re.IGNORECASE)
_LONGEST = 10
"""Words in a verse."""
_FEWEST = 3


def group_stanzas(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces, the verses of each stanza being the lines of one paragraph.

    Lists and rows of headings are short lines, too; but none of their lines goes on with an
    "and" or "like" what the one before began, as two verses at least do in a poem.
    """
    found: list[Piece] = []
    poem: list[list[Piece]] = []
    for stanza in _stanzas(pieces):
        if _may_be_verse(stanza):
            poem.append(stanza)
            continue
        found += _settled(poem)
        poem = []
        found += stanza
    return found + _settled(poem)


def _stanzas(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Part the pieces where blank lines do."""
    stanzas: list[list[Piece]] = []
    for piece in pieces:
        if stanzas and piece.line.gap == 0:
            stanzas[-1].append(piece)
        else:
            stanzas.append([piece])
    return stanzas


def _may_be_verse(stanza: Sequence[Piece]) -> bool:
    if len(stanza) < _FEWEST or not all(piece.is_plain and piece.words <= _LONGEST for piece in stanza):
        return False
    stops = sum(piece.line.ends_sentence for piece in stanza)
    commas = sum(piece.text.endswith(",") for piece in stanza)
    labels = sum(is_title_case(piece.text) or ":" in piece.text for piece in stanza)
    return (3 * stops <= len(stanza) or 2 * stops <= len(stanza) <= 4 * commas) and 2 * labels < len(stanza)


def _reads_on(before: Piece, piece: Piece) -> bool:
    return bool(_JOINS.match(piece.text)) or (before.text.endswith(",") and piece.text[:1].islower())


def _settled(poem: Sequence[Sequence[Piece]]) -> list[Piece]:
    """Return stanzas that stand together: as paragraphs if they are a poem, else as they were."""
    joined = sum(_reads_on(before, piece) for stanza in poem for before, piece in pairwise(stanza))
    if joined < 2 or 8 * joined < sum(map(len, poem)):
        return [piece for stanza in poem for piece in stanza]
    return [
        replace(stanza[0], more=tuple(piece.line for piece in stanza[1:]), reason="a stanza: short lines that read on")
        for stanza in poem
    ]
