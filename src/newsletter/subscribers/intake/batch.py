"""A batch: some rows of a file, read; what crosses from reading to writing."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from newsletter.subscribers.intake.dialects import Standing
from newsletter.subscribers.intake.sheets import Cells
from newsletter.subscribers.tags import united

Incoming = tuple[int, str, str, str, str, str, str]
"""One person as a file tells of them: line, key, email, first and last name, language, and tags as the store
keeps them. A plain tuple: a file may tell of a million, and each may come from another process.
"""

LINE: Final = 0
KEY: Final = 1
"""Where they stand in it."""


def together(first: Incoming, later: Incoming) -> Incoming:
    """Return the person of an earlier row with what a later row about them adds."""
    line, key, email, first_name, last_name, language, tags = first
    return (
        line,
        key,
        email,
        first_name or later[3],
        last_name or later[4],
        language or later[5],
        united(tags, later[6]),
    )


class Rejection(NamedTuple):
    """A row that is not imported, and why, in words for whoever mends it."""

    line: int
    cells: Cells
    reason: str


@dataclass(slots=True)
class Batch:
    """Some rows, read: at most one entry a person.

    Attributes:
        joining: people by their keys.
        leaving: address and standing of those who left, by their keys.
        shared: lines of mailboxes that several people are likely to read.
        read_bytes: how much of the file had been read by then.
    """

    joining: dict[str, Incoming] = field(default_factory=dict)
    leaving: dict[str, tuple[str, Standing]] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)
    aside: Counter[Standing] = field(default_factory=Counter)
    shared: list[int] = field(default_factory=list)
    duplicates: int = 0
    rows: int = 0
    blank: int = 0
    last_line: int = 0
    read_bytes: int = 0
