"""Bringing two changes of one text together, line by line, as far as they do not touch.

The classic three-way merge (https://www.cis.upenn.edu/~bcpierce/papers/diff3-short.pdf):
what only one side changed is taken from that side.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

_Match = tuple[int, int, int]
"""A run of lines that a side has in common with the base: where in the base, where in the side, how many."""


def merge(base: str, mine: str, theirs: str) -> str | None:
    """Return the text with the changes of both sides, or None where they contradict each other."""
    if mine in {theirs, base}:
        return theirs
    if theirs == base:
        return mine
    lines = [text.split("\n") for text in (base, mine, theirs)]
    merged: list[str] = []
    for piece in _pieces(*lines):
        if piece is None:
            return None
        merged += piece
    return "\n".join(merged)


def _pieces(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[list[str] | None]:
    """Yield what the text becomes, stretch by stretch: where all agree, and what stands between that."""
    at_base = at_mine = at_theirs = 0
    for in_base, in_mine, in_theirs, length in _common(base, mine, theirs):
        yield _settled(base[at_base:in_base], mine[at_mine:in_mine], theirs[at_theirs:in_theirs])
        yield base[in_base : in_base + length]
        at_base, at_mine, at_theirs = in_base + length, in_mine + length, in_theirs + length


def _settled(base: list[str], mine: list[str], theirs: list[str]) -> list[str] | None:
    if mine in (base, theirs):
        return theirs
    return mine if theirs == base else None


def _common(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Yield the runs of lines that all three have, in order; at last an empty one behind everything."""
    left, right = _matches(base, mine), _matches(base, theirs)
    one = other = 0
    while one < len(left) and other < len(right):
        (start_left, in_mine, length_left), (start_right, in_theirs, length_right) = left[one], right[other]
        start = max(start_left, start_right)
        end = min(start_left + length_left, start_right + length_right)
        if start < end:
            yield start, in_mine + start - start_left, in_theirs + start - start_right, end - start
        if start_left + length_left < start_right + length_right:
            one += 1
        else:
            other += 1
    yield len(base), len(mine), len(theirs), 0


def _matches(base: Sequence[str], side: Sequence[str]) -> list[_Match]:
    return [
        (block.a, block.b, block.size)
        for block in SequenceMatcher(None, base, side, autojunk=False).get_matching_blocks()
    ]
