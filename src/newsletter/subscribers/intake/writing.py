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

from newsletter.storage.bulk import compare, find, ids_between, insert_new, reserve_ids, run
from newsletter.storage.moment import now
from newsletter.storage.people import imports
from newsletter.subscribers.intake.batch import KEY, LINE, Batch, Incoming
from newsletter.subscribers.intake.dialects import Standing
from newsletter.subscribers.intake.report import Tally
from newsletter.subscribers.suppression import suppress_all, suppressed_among
from newsletter.subscribers.tags import united
from newsletter.subscribers.vocabulary import How, Reason, Status, What

_COLUMNS = ("id", "email_key", "email", "first_name", "last_name", "language", "tags")  # as in Incoming
_Known = Any  # a row of _SELECT
_SELECT = (
    "SELECT id, email_key, status, first_name, last_name, language, tags FROM subscribers WHERE email_key IN ({marks})"
)
_REMARKABLE = """
    SELECT column1, id, status, first_name, last_name, language, tags
    FROM (VALUES {rows}) AS given LEFT JOIN subscribers ON email_key = column2
    WHERE id IS NULL OR id >= ? OR status NOT IN ('subscribed', 'pending')
    OR column3 NOT IN ('', first_name) OR column4 NOT IN ('', last_name)
    OR column5 NOT IN ('', language) OR {tags}
"""  # the others have nothing to change, see Writer._merged; an empty cell changes nothing, but for tags to be replaced
_ADDS_TAGS, _OTHER_TAGS = "column6 NOT IN ('', tags)", "column6 <> tags"
_NO_ID = 2**62  # higher than any
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
            self._count_refused(connection, [one for one in people if one[KEY] in suppressed])
            people = [one for one in people if one[KEY] not in suppressed]
        self._write(connection, people)
        self.tally.count(batch)

    def _write(self, connection: Connection, people: list[Incoming]) -> None:
        """Add who is new and change who is known; whichever are likely to be more are found first."""
        strangers = self._meet(connection, people) if self._expects_known else people
        refused = self._add(connection, strangers)
        self._meet(connection, refused)
        self._expects_known = (len(strangers) - len(refused)) * 2 < len(people)

    def _add(self, connection: Connection, people: list[Incoming]) -> list[Incoming]:
        """Add those who are new; return the others.

        A person's id is `base` and the number of their line: ids ascend with the rows, and
        the line for the consent entry can be read off the id.
        """
        if not people:
            return []
        first, last = people[0][LINE], people[-1][LINE]
        base = reserve_ids(connection, "subscribers", last - first + 1) - first
        status = Status.PENDING if self._intent.pending else Status.SUBSCRIBED
        fixed = {"source": self._intent.source, "status": status.value, "created_at": now()}
        added = insert_new(connection, "subscribers", people, columns=_COLUMNS, first_id=base, fixed=fixed)
        if added:
            self._first_id = self._first_id or base + first
            self._consent(connection, base + first, base + last, base)
            self.tally.new += added
        if added == len(people):
            return []
        new = ids_between(connection, "subscribers", base + first, base + last)
        return [one for one in people if base + one[LINE] not in new]

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
            self._count_left("left" if person[KEY] in known else "suppressed", person)

    def _meet(self, connection: Connection, people: list[Incoming]) -> list[Incoming]:
        """Give those on the list what they lack, and count them; return those who are not on it.

        The database itself passes over everybody with nothing to change: most people of a
        list that comes again.
        """
        if not people:
            return []
        strangers = []
        changes: list[tuple[str, str, str, str, int]] = []
        remarkable = self._remarkable(connection, people)
        by_line = {one[LINE]: one for one in people} if remarkable else {}
        self.tally.known += len(people) - len(remarkable)
        for line, number, status, *before in remarkable:
            person = by_line[line]
            if number is None:
                strangers.append(person)
            elif status not in _MAILABLE:
                self._count_left("left", person)
            else:
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
        return strangers

    def _remarkable(self, connection: Connection, people: list[Incoming]) -> list[Any]:
        """Return what is known of those who are new, met before in this file, gone, or may have something to change."""
        statement = _REMARKABLE.replace("{tags}", _OTHER_TAGS if self._replaces_tags else _ADDS_TAGS)
        given = [(line, key, *rest) for line, key, _, *rest in people]
        return compare(connection, statement, given, (self._first_id or _NO_ID,))

    def _count_left(self, kind: str, person: Incoming) -> None:
        setattr(self.tally, kind, getattr(self.tally, kind) + 1)
        self.tally.example(kind, f"line {person[LINE]}")

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
            return [*merged, person[6] if self._replaces_tags else united(before[3], person[6])]
        merged = [old or new for old, new in zip(before, offered, strict=False)]
        return [*merged, united(before[3], person[6])]

    def _example_of_change(self, person: Incoming, before: list[str], after: list[str]) -> None:
        pairs = zip(before, after, strict=True)
        words = [
            f"{old.strip(',') or '(nothing)'} → {new.strip(',') or '(nothing)'}" for old, new in pairs if old != new
        ]
        self.tally.example("updated", f"line {person[LINE]}: {', '.join(words)}")


def _look_up(connection: Connection, people: Iterable[Incoming]) -> dict[str, _Known]:
    return {row[1]: row for row in find(connection, _SELECT, [one[KEY] for one in people])}


def _remember_import(connection: Connection, file_name: str, intent: Intent) -> int:
    row = {"at": now(), "file_name": file_name, "wording": intent.wording, "source": intent.source}
    found: int = connection.execute(insert(imports).values(row).returning(imports.c.id)).scalar_one()
    return found
