"""A batch: some rows of a file, read; what crosses from reading to writing."""

import marshal
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from newsletter.subscribers.intake.sheets import Cells
from newsletter.subscribers.intake.standing import Standing
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
    """A row that is not imported, and why, in words for whoever fixes it."""

    line: int
    cells: Cells
    reason: str


class Leaving(NamedTuple):
    """Somebody who has left, by what a row says."""

    line: int
    email: str
    standing: Standing


@dataclass(slots=True)
class Batch:
    """Some rows, read: at most one entry a person.

    Attributes:
        joining: people by their keys.
        leaving: those who left, by their keys.
        staying_out: people who do not join by this file, and whose names it may still correct; by their keys.
        refusing: lines of those who never agreed where the file comes from, by their keys.
        doubtful: people whose address looks odd; right for those who are known with it, else to be rejected.
        seconds: further addresses of people who come in with another one, each as a row of its own.
        notes: what a row says of when its person agreed, by its line.
        clinical_tags: those that were not taken.
        unnamed: cells in which a name should stand and none does, with their lines.
        shared: lines of mailboxes that several people are likely to read.
        read_bytes: how much of the file had been read by then.
    """

    joining: dict[str, Incoming] = field(default_factory=dict)
    leaving: dict[str, Leaving] = field(default_factory=dict)
    staying_out: dict[str, Incoming] = field(default_factory=dict)
    refusing: dict[str, int] = field(default_factory=dict)
    doubtful: list[tuple[Incoming, Rejection]] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    seconds: list[Rejection] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    clinical_tags: set[str] = field(default_factory=set)
    aside: Counter[Standing] = field(default_factory=Counter)
    unnamed: list[tuple[int, str]] = field(default_factory=list)
    shared: list[int] = field(default_factory=list)
    duplicates: int = 0
    rows: int = 0
    blank: int = 0
    last_line: int = 0
    read_bytes: int = 0

    def __getstate__(self) -> dict[str, Any]:
        """Return what crosses to another process: plain people are packed twice as fast by themselves."""
        state = {name: getattr(self, name) for name in self.__slots__}
        return state | {"joining": marshal.dumps(list(self.joining.values()))}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take it in on the other side."""
        for name, value in state.items():
            setattr(self, name, value)
        self.joining = {person[KEY]: person for person in marshal.loads(state["joining"])}  # noqa: S302 - our own

    @property
    def apart(self) -> list[Rejection]:
        """What waits for somebody to decide, in the order of the lines."""
        return sorted([*self.rejected, *self.seconds], key=lambda one: one.line)

    def join(self, person: Incoming) -> None:
        """Take somebody who joins; of two rows about one person the later adds to the earlier."""
        earlier = self.joining.get(person[KEY])
        if earlier is not None:
            self.duplicates += 1
            person = together(earlier, person)
        self.joining[person[KEY]] = person

    def leave(self, key: str, person: Leaving) -> None:
        """Take somebody who has left; of two rows about one person the graver counts."""
        known = self.leaving.get(key)
        if known is None or known.standing.weight < person.standing.weight:
            self.leaving[key] = person
