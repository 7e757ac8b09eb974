"""Writing: a batch of people into the store, a few statements for thousands of them.

New people are put in first and known ones found out by what the unique key refused: a
first import of a long list then touches each row once. The statements go to the driver
as tuples (`exec_driver_sql`): building SQLAlchemy's parameters would take longer than
the rows themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, text

from newsletter.storage.bulk import find, insert_new, reserve_ids, run
from newsletter.storage.moment import now
from newsletter.storage.people import imports
from newsletter.subscribers.intake.dialects import Standing
from newsletter.subscribers.intake.reading import Batch, Incoming
from newsletter.subscribers.intake.report import Tally
from newsletter.subscribers.suppression import suppress_all, suppressed_among
from newsletter.subscribers.tags import united
from newsletter.subscribers.vocabulary import How, Reason, Status, What

_COLUMNS = ("id", "email_key", "email", "first_name", "last_name", "language", "tags")  # as in Incoming
_Known = Any  # a row of _SELECT
_SELECT = (
    "SELECT id, email_key, status, first_name, last_name, language, tags FROM subscribers WHERE email_key IN ({marks})"
)
_MAILABLE = {Status.SUBSCRIBED.value, Status.PENDING.value}
_REASONS = {
    Standing.UNSUBSCRIBED: Reason.UNSUBSCRIBED,
    Standing.BOUNCED: Reason.BOUNCED,
    Standing.COMPLAINED: Reason.COMPLAINED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """With what an import is to be made.

    Attributes:
        wording: the exact words that these people agreed to.
        source: where the list comes from, kept with each person.
        tags: given to everybody in the file.
        update: take names, language and tags from the file even where others are known.
        pending: everybody has to confirm their address first.
    """

    wording: str
    source: str = ""
    tags: tuple[str, ...] = ()
    update: bool = False
    pending: bool = False


class Writer:
    """Writes the batches of one import."""

    def __init__(self, key: bytes, intent: Intent, file_name: str, *, has_tags: bool) -> None:
        self.tally = Tally()
        self._replaces_tags = intent.update and has_tags
        self._key = key
        self._intent = intent
        self._file_name = file_name
        self._import_id: int | None = None
        self._first_id: int | None = None
        self._expects_known = False

    def write(self, connection: Connection, batch: Batch) -> None:
        """Put a batch into the store, all of it in the caller's transaction."""
        leaving = {email: _REASONS[standing] for email, standing in batch.leaving.values()}
        suppressed_now = suppress_all(connection, self._key, leaving, how=How.IMPORT)
        self.tally.suppressed_now += suppressed_now
        self.tally.left += len(leaving) - suppressed_now
        people = list(batch.joining.values())
        suppressed = suppressed_among(connection, self._key, batch.joining)
        if suppressed:
            self._count_refused(connection, [one for one in people if one.key in suppressed])
            people = [one for one in people if one.key not in suppressed]
        self._write(connection, people)
        self.tally.count(batch)

    def _write(self, connection: Connection, people: list[Incoming]) -> None:
        """Add who is new and change who is known; whichever are likely to be more are found first."""
        known = _look_up(connection, people) if self._expects_known else {}
        self._add(connection, [one for one in people if one.key not in known] if known else people, known)
        self._expects_known = len(known) * 2 > len(people)
        self._change(connection, [(known[one.key], one) for one in people if one.key in known] if known else [])

    def _add(self, connection: Connection, people: list[Incoming], known: dict[str, _Known]) -> None:
        """Add those who are new; the others are found and put into `known`.

        A person's id is `base` and the number of their line: ids ascend with the rows, and
        the line for the consent entry can be read off the id.
        """
        if not people:
            return
        first, last = people[0].line, people[-1].line
        base = reserve_ids(connection, "subscribers", last - first + 1) - first
        status = Status.PENDING if self._intent.pending else Status.SUBSCRIBED
        fixed = {"source": self._intent.source, "status": status.value, "created_at": now()}
        added = insert_new(connection, "subscribers", people, columns=_COLUMNS, first_id=base, fixed=fixed)
        if added:
            self._first_id = self._first_id or base + first
            self._consent(connection, base + first, base + last, base)
            self.tally.new += added
        if added < len(people):
            there = text("SELECT id FROM subscribers WHERE id BETWEEN :low AND :high")
            new = set(connection.scalars(there, {"low": base + first, "high": base + last}).all())
            known.update(_look_up(connection, [one for one in people if base + one.line not in new]))

    def _consent(self, connection: Connection, low: int, high: int, base: int) -> None:
        """Give each of the new people, who have the ids from `low` to `high`, the entry that they joined by."""
        if self._import_id is None:
            self._import_id = _remember_import(connection, self._file_name, self._intent)
        connection.execute(
            text(
                "INSERT INTO consents (subscriber_id, number, at, what, how, import_id, row)"
                " SELECT id, 1, created_at, :what, :how, :import_id, id - :base"
                " FROM subscribers WHERE id BETWEEN :low AND :high"
            ),
            {
                "what": (What.REQUESTED if self._intent.pending else What.SUBSCRIBED).value,
                "how": How.IMPORT.value,
                "import_id": self._import_id,
                "base": base,
                "low": low,
                "high": high,
            },
        )

    def _count_refused(self, connection: Connection, people: list[Incoming]) -> None:
        known = _look_up(connection, people)
        for person in people:
            self._count_left("left" if person.key in known else "suppressed", person)

    def _change(self, connection: Connection, met: list[tuple[_Known, Incoming]]) -> None:
        """Give those on the list what they lack, and count them."""
        changes: list[tuple[str, str, str, str, int]] = []
        for (number, _, status, *before), person in met:
            if status not in _MAILABLE:
                self._count_left("left", person)
                continue
            if before == list(person[3:]):  # most people of a list that comes again
                self._count_met(number, changed=False)
                continue
            after = self._merged(before, person)
            if after != before:
                changes.append((after[0], after[1], after[2], after[3], number))
                self._example_of_change(person, before, after)
            self._count_met(number, changed=after != before)
        run(
            connection,
            "UPDATE subscribers SET first_name = ?, last_name = ?, language = ?, tags = ? WHERE id = ?",
            changes,
        )

    def _count_left(self, kind: str, person: Incoming) -> None:
        setattr(self.tally, kind, getattr(self.tally, kind) + 1)
        self.tally.example(kind, f"line {person.line}")

    def _count_met(self, number: int, *, changed: bool) -> None:
        if self._first_id is not None and number >= self._first_id:
            self.tally.duplicates += 1
        elif changed:
            self.tally.updated += 1
        else:
            self.tally.known += 1

    def _merged(self, before: list[str], person: Incoming) -> list[str]:
        """Fill what is empty; replace what is there only if that is asked for, and never a name by nothing."""
        offered = person[3:6]
        if self._intent.update:
            merged = [new or old for new, old in zip(offered, before, strict=False)]
            return [*merged, person.tags if self._replaces_tags else united(before[3], person.tags)]
        merged = [old or new for old, new in zip(before, offered, strict=False)]
        return [*merged, united(before[3], person.tags)]

    def _example_of_change(self, person: Incoming, before: list[str], after: list[str]) -> None:
        pairs = zip(before, after, strict=True)
        words = [
            f"{old.strip(',') or '(nothing)'} → {new.strip(',') or '(nothing)'}" for old, new in pairs if old != new
        ]
        self.tally.example("updated", f"line {person.line}: {', '.join(words)}")


def _look_up(connection: Connection, people: Iterable[Incoming]) -> dict[str, _Known]:
    return {row[1]: row for row in find(connection, _SELECT, [one.key for one in people])}


def _remember_import(connection: Connection, file_name: str, intent: Intent) -> int:
    row = {"at": now(), "file_name": file_name, "wording": intent.wording, "source": intent.source}
    found: int = connection.execute(insert(imports).values(row).returning(imports.c.id)).scalar_one()
    return found
