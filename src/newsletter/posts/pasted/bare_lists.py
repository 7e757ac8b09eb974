"""Lists that lost their bullets on the way through the clipboard.

They show as short lines without an end mark, one below the other, behind a line that
announces them or under a heading.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from newsletter.posts.blocks import Kind
from newsletter.posts.contacts import is_contact
from newsletter.posts.pasted.pieces import Piece, is_title_case
from newsletter.posts.postal import has_address

_LOOKS_BACK = re.compile(
    r"(?:these|this|those|such|all of|each of|together|any of|none of|if you|when)\b", re.IGNORECASE
)

_PART = re.compile(
    r"ingredients.{0,20}|(?:for|to make) [\w ]{3,30}|instructions|directions|method|preparation|steps|equipment"
    r"|(?:cook.s |recipe )?notes?|tips|to serve|nutrition|what you.ll need|how to make it",
    re.IGNORECASE,
)
_FACT = re.compile(r"[A-Z][^:.!?]{1,30}: \S")


def find_bare_lists(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces, the entries of bare lists being bullets."""
    found = list(pieces)
    recipe = _parts_of_recipe(pieces)
    number = 0
    while number < len(found):
        run = _run_from(found, number, recipe)
        announced = number > 0 and found[number - 1].is_lead_in
        part = number in recipe
        entries = _entries(found, run if announced else run[1:])
        holds = has_address if announced else is_contact
        if any(holds(found[entry].text) for entry in entries) or _are_facts([found[entry] for entry in entries]):
            entries = []
        if len(entries) >= (2 if announced or part else 3):
            reason = "one of several short lines, " + ("announced by a colon" if announced else "below a heading")
            for entry in entries:
                found[entry] = replace(found[entry], kind=Kind.BULLET, reason=reason)
        number = max(run[-1] + 1 if run else 0, number + 1)
    return found


def _are_facts(entries: Sequence[Piece]) -> bool:
    """Whether each line is a paragraph of its own and led by what it is: "Cost: …"."""
    return bool(entries) and all(entry.line.gap and _FACT.match(entry.text) for entry in entries)


def _parts_of_recipe(pieces: Sequence[Piece]) -> set[int]:
    """Return the places of the lines that name a recipe's parts; without ingredients there is no recipe."""
    parts = {place for place, piece in enumerate(pieces) if piece.is_plain and _PART.fullmatch(piece.text)}
    return parts if any(pieces[place].text.casefold().startswith("ingredients") for place in parts) else set()


def _run_from(pieces: Sequence[Piece], start: int, heads: Collection[int]) -> list[int]:
    """Return the places of the short lines that stand together from `start` on, until one that is a heading."""
    run: list[int] = []
    for number in range(start, len(pieces)):
        piece = pieces[number]
        apart = len(run) > 1 and piece.line.gap > pieces[number - 1].line.gap
        if apart or not _is_short(piece) or (run and number in heads):
            break
        run.append(number)
    return run


def _is_short(piece: Piece) -> bool:
    if not piece.is_plain or piece.named or piece.words > 14 or piece.is_lead_in:
        return False
    return not piece.line.is_prose and not piece.text.endswith((".", ",", "!", "?", ";", "…"))


def _entries(pieces: Sequence[Piece], run: list[int]) -> list[int]:
    """Leave out the last line when it is rather the heading of the text below it."""
    if not run or run[-1] + 1 >= len(pieces):
        return run
    below, last = pieces[run[-1] + 1], pieces[run[-1]]
    if not (below.is_plain and below.line.is_prose):
        return run
    titled = is_title_case(last.text) and last.words > 1
    others = [is_title_case(pieces[number].text) for number in run[:-1]]
    looks_back = _LOOKS_BACK.match(below.text) and all(others)
    return run[:-1] if titled and not looks_back else run
