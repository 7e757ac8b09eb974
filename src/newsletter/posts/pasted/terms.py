"""Terms that run in: "Sleep: aim for the same hours" and its siblings."""

import re
from collections.abc import Sequence
from dataclasses import replace

from newsletter.posts.blocks import Kind
from newsletter.posts.pasted.pieces import Piece

_TERM = re.compile(r"([A-Z0-9][^:.!?–—]{1,45}:|[A-Z0-9](?:[^:.!?–—-]|(?<=\w)-(?=\w)){1,45}(?=\s[–—-]\s))\s+(\S.*)")


def find_terms(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces, a term being set apart where at least two stand together."""
    matches = [_TERM.fullmatch(piece.text) if _may_have_term(piece) else None for piece in pieces]
    found: list[Piece] = []
    for number, (piece, match) in enumerate(zip(pieces, matches, strict=True)):
        near = [place for place in (number - 1, number + 1) if 0 <= place < len(pieces) and matches[place]]
        sibling = any(pieces[place].kind is piece.kind for place in near)
        if match and sibling and len(match[1].split()) <= 6:
            found.append(replace(piece, term=match[1], text=match[2], reason=f"{piece.reason}; “{match[1]}” runs in"))
        else:
            found.append(piece)
    return found


def _may_have_term(piece: Piece) -> bool:
    return piece.kind in {Kind.PARAGRAPH, Kind.BULLET, Kind.NUMBER} and not piece.more
