"""Terms that run in: "Sleep: aim for the same hours" and its siblings."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from newsletter.posts.blocks import Kind
from newsletter.posts.pasted.pieces import Piece

_TERM = re.compile(r"([A-Z0-9][^:.!?–—]{1,45}:|[A-Z0-9](?:[^:.!?–—-]|(?<=\w)-(?=\w)){1,45}(?=\s[–—-]\s))\s+(\S.*)")

_STOPPED = re.compile(r"([A-Z0-9][\w'’/-]*(?: [\w'’/&-]+){0,2}\.)\s+([A-Z“\"].*)")
_SAYS = re.compile(
    r"(?:I|he|she|we|they|you|it|that|this|these|those|there|here|yes|no|not|never|nothing|nobody|and|but|so|then|maybe"
    r"|perhaps|or|usually|sometimes|always|often|today|now|one|let|do|don.t|please|thank|thanks|hello|dear|sure|ok|okay"
    r"|all|my|our|your|his|her|their)\b",
    re.IGNORECASE,
)
"""A sentence of three words that begins so says something, and names nothing."""
_FEWEST_STOPPED = 3


def find_terms(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces, a term being set apart where at least two stand together."""
    matches = [_TERM.fullmatch(piece.text) if _may_have_term(piece) else None for piece in pieces]
    stopped = _stopped(pieces)
    matches = [match or stopped.get(number) for number, match in enumerate(matches)]
    found: list[Piece] = []
    for number, (piece, match) in enumerate(zip(pieces, matches, strict=True)):
        sibling = any(place is not None and matches[place] for place in _beside(pieces, number))
        if match and sibling and len(match[1].split()) <= 6:
            found.append(replace(piece, term=match[1], text=match[2], reason=f"{piece.reason}; “{match[1]}” runs in"))
        else:
            found.append(piece)
    return found


def _stopped(pieces: Sequence[Piece]) -> dict[int, re.Match[str]]:
    """Return the terms that end as a sentence does, "Copay. The part you pay": all entries of a list begin so."""
    found: dict[int, re.Match[str]] = {}
    numbered = enumerate(pieces)
    for _, group in groupby(numbered, key=lambda each: (each[1].kind, each[1].level, _may_have_term(each[1]))):
        row = list(group)
        matches = {number: match for number, piece in row if (match := _match_stopped(piece))}
        if len(matches) >= _FEWEST_STOPPED and len(matches) == len(row):
            found |= matches
    return found


def _match_stopped(piece: Piece) -> re.Match[str] | None:
    match = _STOPPED.fullmatch(piece.text) if _may_have_term(piece) else None
    return None if match is None or _SAYS.match(match[1]) else match


def _beside(pieces: Sequence[Piece], number: int) -> list[int | None]:
    """Return the places of the nearest pieces of the same kind, those that are set in further left out."""
    return [
        _next(pieces, range(number - 1, -1, -1), pieces[number]),
        _next(pieces, range(number + 1, len(pieces)), pieces[number]),
    ]


def _next(pieces: Sequence[Piece], places: range, piece: Piece) -> int | None:
    for place in places:
        other = pieces[place]
        if other.kind is piece.kind and other.level == piece.level:
            return place
        if piece.kind is Kind.PARAGRAPH or other.kind not in {Kind.BULLET, Kind.NUMBER} or other.level < piece.level:
            return None
    return None


def _may_have_term(piece: Piece) -> bool:
    return not piece.term and piece.kind in {Kind.PARAGRAPH, Kind.BULLET, Kind.NUMBER} and not piece.more
