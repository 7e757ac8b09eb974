"""The consent history: who agreed to what, when, how and in which words. Entries are only added."""

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select

from newsletter.storage.bulk import find, run
from newsletter.storage.moment import now, read_moment, write_moment
from newsletter.storage.people import consents, imports
from newsletter.subscribers.addresses import email_key
from newsletter.subscribers.vocabulary import How, What


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One entry of a person's history.

    Attributes:
        wording: the exact words that the person agreed to; empty for a farewell.
        note: why, where somebody gave a reason.
        file_name: the imported file that it came from, with its `row`, counted from 1.
    """

    at: datetime
    what: What
    how: How
    wording: str = ""
    note: str = ""
    file_name: str = ""
    row: int | None = None

    def as_document(self) -> dict[str, Any]:
        """Return the entry as the values that ``--json`` prints."""
        return {**dataclasses.asdict(self), "at": self.at.isoformat()}


class Entry(NamedTuple):
    """An entry to be added: to whose history, and what it tells; the row of an import; a note of its own.

    `at` is when it happened, if that was earlier than now.
    """

    subscriber_id: int
    what: What
    row: int | None = None
    note: str = ""
    at: str = ""


class Origin:
    """The import that entries come from; it is put on record when the first of them is."""

    def __init__(self, file_name: str, wording: str, source: str) -> None:
        self._facts = {"file_name": file_name, "wording": wording, "source": source}
        self._id: int | None = None

    def id(self, connection: Connection) -> int:
        """Return its id."""
        if self._id is None:
            row = insert(imports).values(at=now(), **self._facts).returning(imports.c.id)
            self._id = int(connection.execute(row).scalar_one())
        return self._id


def record(
    connection: Connection,
    subscriber_id: int,
    what: What,
    how: How,
    *,
    wording: str = "",
    note: str = "",
    at: datetime | None = None,
) -> None:
    """Add an entry to a person's history."""
    entry = Entry(subscriber_id, what, note=note, at=write_moment(at) if at else "")
    record_all(connection, [entry], how, wording=wording)


def record_all(
    connection: Connection, entries: Collection[Entry], how: How, *, wording: str = "", origin: Origin | None = None
) -> None:
    """Add an entry to each person's history."""
    if not entries:
        return
    newest = "SELECT subscriber_id, max(number) AS number FROM consents WHERE subscriber_id IN ({marks}) GROUP BY 1"
    numbers = {row.subscriber_id: row.number for row in find(connection, newest, [one for one, *_ in entries])}
    import_id = origin.id(connection) if origin else None
    statement = (
        "INSERT INTO consents (subscriber_id, number, at, what, how, wording, note, import_id, row)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    )
    rows = [
        (one, numbers.get(one, 0) + 1, at or now(), what.value, how.value, wording, note, import_id, row)
        for one, what, row, note, at in entries
    ]
    run(connection, statement, rows)


AGREED = frozenset({What.REQUESTED, What.SUBSCRIBED, What.RENEWED, What.RESUBSCRIBED})
"""Entries that tell of words which somebody agreed to."""


def former_addresses(connection: Connection) -> dict[str, int]:
    """Return the keys of addresses that subscribers had before theirs was corrected, each with the subscriber's id."""
    rows = connection.execute(
        select(consents.c.note, consents.c.subscriber_id)
        .where(consents.c.what == What.CORRECTED)
        .order_by(consents.c.at, consents.c.number)
    )
    return {email_key(row.note): row.subscriber_id for row in rows}


def history(connection: Connection, subscriber_id: int) -> tuple[Consent, ...]:
    """Return a person's history, the oldest entry first."""
    query = (
        select(consents, imports.c.file_name, imports.c.wording.label("import_wording"))
        .select_from(consents.outerjoin(imports))
        .where(consents.c.subscriber_id == subscriber_id)
        .order_by(consents.c.number)
    )
    return tuple(
        Consent(
            at=read_moment(row.at),
            what=What(row.what),
            how=How(row.how),
            wording=row.wording or (row.import_wording if What(row.what) in AGREED else None) or "",
            note=row.note,
            file_name=row.file_name or "",
            row=row.row,
        )
        for row in connection.execute(query)
    )
