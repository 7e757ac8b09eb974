"""What differs between two texts, line by line and word by word, for a person to see."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

_AROUND = 2  # lines that stay the same, shown on either side of a change
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_ALIKE = 0.4


class Kind(StrEnum):
    """What became of a line or a few words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    GAP = "gap"  # many lines that stay the same


@dataclass(frozen=True, slots=True)
class Piece:
    """A few words that stay, come or go together."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of either text, or of both."""

    kind: Kind
    pieces: tuple[Piece, ...] = ()


def compare(before: str, after: str) -> tuple[Row, ...]:
    """Return how `after` differs from `before`; nothing when it does not."""
    if before == after:
        return ()
    old, new = before.split("\n"), after.split("\n")
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return tuple(row for code in opcodes for row in _rows(code, old, new))


def _rows(code: tuple[str, int, int, int, int], old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    tag, old_start, old_end, new_start, new_end = code
    if tag == "equal":
        yield from _unchanged(old[old_start:old_end], first=old_start == 0, last=old_end == len(old))
        return
    for gone, come in zip_longest(old[old_start:old_end], new[new_start:new_end]):
        yield from _changed(gone, come)


def _unchanged(lines: Sequence[str], *, first: bool, last: bool) -> Iterator[Row]:
    head, tail = (0 if first else _AROUND), (0 if last else _AROUND)
    if len(lines) <= head + tail + 1:
        yield from (_row(Kind.SAME, line) for line in lines)
        return
    yield from (_row(Kind.SAME, line) for line in lines[:head])
    yield Row(Kind.GAP)
    yield from (_row(Kind.SAME, line) for line in lines[len(lines) - tail :])


def _changed(gone: str | None, come: str | None) -> Iterator[Row]:
    """A line that was reworded is shown once, with the words that came and went."""
    if gone is not None and come is not None:
        old, new = _WORDS.findall(gone), _WORDS.findall(come)
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        if matcher.ratio() >= _ALIKE:
            yield Row(Kind.CHANGED, tuple(_pieces(matcher, old, new)))
            return
    if gone is not None:
        yield _row(Kind.REMOVED, gone)
    if come is not None:
        yield _row(Kind.ADDED, come)


def _pieces(matcher: "SequenceMatcher[str]", gone: Sequence[str], come: Sequence[str]) -> Iterator[Piece]:
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(Kind.SAME, "".join(gone[old_start:old_end]))
            continue
        if old_end > old_start:
            yield Piece(Kind.REMOVED, "".join(gone[old_start:old_end]))
        if new_end > new_start:
            yield Piece(Kind.ADDED, "".join(come[new_start:new_end]))


def _row(kind: Kind, line: str) -> Row:
    return Row(kind, (Piece(kind, line),))
