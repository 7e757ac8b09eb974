"""Facts of an event: "When" and below it the day, "Where" and below it the place."""

import re
from collections.abc import Sequence
from dataclasses import replace

from newsletter.posts.blocks import Kind
from newsletter.posts.pasted.pieces import Piece

_FACT = re.compile(
    r"(?:when|where|dates?|days?|times?|(?:date|day)s? (?:and|&) times?|location|place|venue|address|room|cost|price"
    r"|fees?|admission|who|for whom|who it is for|who should come|ages?|hosts?|hosted by|speakers?|presenters?"
    r"|facilitators?|led by|format|duration|length|what to bring|bring|parking|phone|e-?mail|contact|rsvp|registration"
    r"|register|sign up|seats|spaces|language|deadline)\s*[:?]?",
    re.IGNORECASE,
)
_FEWEST, _LONGEST = 3, 25


def find_cards(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces, the words that say which fact follows being terms, where three or more of them are used so."""
    places = [place for place, piece in enumerate(pieces[:-1]) if _is_fact(piece, pieces[place + 1])]
    if len(places) < _FEWEST:
        return list(pieces)
    found = list(pieces)
    for place in places:
        found[place] = replace(pieces[place], kind=Kind.TERM, reason="says which fact of an event follows")
    return found


def _is_fact(piece: Piece, below: Piece) -> bool:
    told = below.is_plain and below.words <= _LONGEST and not _FACT.fullmatch(below.text)
    return piece.is_plain and told and bool(_FACT.fullmatch(piece.text))
