"""Conversations: "Q:" and "A:", or the names of those who speak, before what each of them says."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from newsletter.posts.blocks import Kind
from newsletter.posts.pasted.pieces import Piece

_QUESTION = re.compile(r"(?:Q|Question|Pregunta)\s?\d{0,2}\s*[:.)]\s+(?=\S)")
_ANSWER = re.compile(r"(?:A|Answer|Respuesta)\s?\d{0,2}\s*[:.)]\s+(?=\S)")
_SPEAKER = re.compile(r"((?:[A-Z][\w.'’-]*|and|&)(?:\s(?:[A-Z][\w.'’-]*|and|&)){0,3}:)\s+(\S.*)")
_FEWEST_TURNS, _MOST_SPEAKERS = 4, 4
_TWICE = 2


def find_dialogue(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces: questions as headings, answers without their letter, speakers' names set bold."""
    questions = [bool(piece.is_plain and _QUESTION.match(piece.text)) for piece in pieces]
    if sum(questions) >= _TWICE:
        return [_asked(piece, asks=asks) for piece, asks in zip(pieces, questions, strict=True)]
    return _spoken(pieces)


def _asked(piece: Piece, *, asks: bool) -> Piece:
    if asks:
        text = _QUESTION.sub("", piece.text, count=1)
        return replace(piece, text=text, kind=Kind.HEADING, reason="one of several questions led by “Q”")
    if piece.is_plain and (match := _ANSWER.match(piece.text)):
        return replace(piece, text=piece.text[match.end() :], reason="an answer, without the letter that said so")
    return piece


def _spoken(pieces: Sequence[Piece]) -> list[Piece]:
    """Set names apart where few of them come again and again, in turns."""
    matches = [_SPEAKER.fullmatch(piece.text) if piece.is_plain else None for piece in pieces]
    names = [match[1] for match in matches if match]
    turns = Counter(names)
    speakers = {name for name, count in turns.items() if count >= _TWICE}
    spoken = [name for name in names if name in speakers]
    changes = sum(before != after for before, after in pairwise(spoken))
    if not _TWICE <= len(speakers) <= _MOST_SPEAKERS or len(spoken) < _FEWEST_TURNS or 2 * changes < len(spoken) - 1:
        return list(pieces)
    return [
        replace(piece, term=match[1], text=match[2], reason=f"“{match[1]}” speaks here, in turns with others")
        if match and match[1] in speakers
        else piece
        for piece, match in zip(pieces, matches, strict=True)
    ]
