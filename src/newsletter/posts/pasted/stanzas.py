"""Poems: short lines without stops that read on from one to the next, in stanzas."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from newsletter.posts.pasted.pieces import Piece, is_title_case

_JOINS = re.compile(r"(?:and|or|but|nor|as|like|than|that|because|until|till|so|yet)\b", re.IGNORECASE)
_GOES_ON = re.compile(r"(?:is|are|was|were|of|to|in|into|on|with|for|at|from|by|through|over|under|across|who|where)\b")
_LONGEST = 10
"""Words in a verse."""
_FEWEST = 3
_JOINED, _OFTEN = 2, 5


def group_stanzas(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces, the verses of each stanza being the lines of one paragraph.

    Lists and rows of headings are short lines, too; but none of their lines goes on with an
    "and" or "like" what the one before began, as two verses at least do in a poem.
    """
    found: list[Piece] = []
    for short, group in groupby(_stanzas(pieces), key=_has_short_lines):
        stanzas = list(group)
        if not short or _is_regular_poem(stanzas):
            found += [piece for stanza in stanzas for piece in (_joined(stanza) if short else stanza)]
            continue
        for loose, some in groupby(stanzas, key=_runs_without_stops):
            poem = list(some)
            verse = loose and _is_poem(poem)
            found += [piece for stanza in poem for piece in (_joined(stanza) if verse else stanza)]
    return found


def _stanzas(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Part the pieces where more space is than between the short lines that stand together."""
    stanzas: list[list[Piece]] = []
    for short, group in groupby(pieces, key=lambda piece: piece.is_plain and piece.words <= _LONGEST):
        run = list(group)
        closest = min((piece.line.gap for piece in run[1:]), default=0) if short else 0
        for number, piece in enumerate(run):
            if number and piece.line.gap <= closest:
                stanzas[-1].append(piece)
            else:
                stanzas.append([piece])
    return stanzas


def _has_short_lines(stanza: Sequence[Piece]) -> bool:
    if len(stanza) < _FEWEST or not all(piece.is_plain and piece.words <= _LONGEST for piece in stanza):
        return False
    return 2 * sum(is_title_case(piece.text) or ":" in piece.text for piece in stanza) < len(stanza)


def _runs_without_stops(stanza: Sequence[Piece]) -> bool:
    stops = sum(piece.line.ends_sentence for piece in stanza)
    commas = sum(piece.text.endswith(",") for piece in stanza)
    return 3 * stops <= len(stanza) or 2 * stops <= len(stanza) <= 4 * commas


def _is_regular_poem(stanzas: Sequence[Sequence[Piece]]) -> bool:
    """Whether stanzas are of one length and read on often: then their lines may end as sentences do."""
    lines = sum(map(len, stanzas))
    return len(stanzas) > 1 and len({len(each) for each in stanzas}) == 1 and _OFTEN * _read_on(stanzas) >= lines


def _is_poem(stanzas: Sequence[Sequence[Piece]]) -> bool:
    joined, close = _read_on(stanzas), not any(piece.line.gap for stanza in stanzas for piece in stanza[1:])
    return joined >= _JOINED and (8 if close else 4) * joined >= sum(map(len, stanzas))


def _read_on(stanzas: Sequence[Sequence[Piece]]) -> int:
    """Return how many lines go on what the one before began."""
    return sum(_reads_on(before, piece) for stanza in stanzas for before, piece in pairwise(stanza))


def _reads_on(before: Piece, piece: Piece) -> bool:
    open_still = not before.line.ends_sentence
    goes_on = before.text.endswith(",") and piece.text[:1].islower()
    return bool(_JOINS.match(piece.text)) or goes_on or (open_still and bool(_GOES_ON.match(piece.text)))


def _joined(stanza: Sequence[Piece]) -> list[Piece]:
    first = stanza[0]
    return [replace(first, more=tuple(piece.line for piece in stanza[1:]), reason="a stanza: short lines that read on")]
