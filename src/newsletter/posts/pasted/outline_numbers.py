"""Headings that are numbered as the parts of a whole: "1." with "1.1" and "1.2" below it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from newsletter.posts.blocks import Kind
from newsletter.posts.pasted.pieces import Piece

_PART = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})\.?\s+(?=\S)")
_FEWEST, _LONGEST = 2, 16


def read_outline_numbers(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces, those with such a number being headings with their level; the number stays."""
    parts = {
        place: match for place, piece in enumerate(pieces) if _may_head(piece) and (match := _PART.match(piece.text))
    }
    wholes = {match[1].partition(".")[0] for match in parts.values()}
    if len(parts) < _FEWEST:
        return list(pieces)
    found = list(pieces)
    for place, piece in enumerate(pieces):
        if match := parts.get(place):
            found[place] = _heading(piece, match[0].strip(), match[1].count(".") + 1)
        elif piece.kind is Kind.NUMBER and str(piece.number) in wholes and _may_head(piece):
            found[place] = _heading(piece, piece.line.text[: len(piece.line.text) - len(piece.text)].strip(), 1)
    return found


def _may_head(piece: Piece) -> bool:
    usual = piece.kind in {Kind.PARAGRAPH, Kind.NUMBER} and not piece.more
    return usual and piece.words <= _LONGEST and (piece.text.endswith("?") or not piece.line.ends_sentence)


def _heading(piece: Piece, label: str, level: int) -> Piece:
    text = piece.line.text[len(label) :].strip()
    return replace(
        piece, kind=Kind.HEADING, text=text, label=label, level=level, reason=f"numbered {label} in an outline"
    )
