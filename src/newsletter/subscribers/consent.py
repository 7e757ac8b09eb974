"""The consent history: who agreed to what, when, how and in which words. Entries are only added."""

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from newsletter.storage.bulk import find, run
from newsletter.storage.moment import now, read_moment
from newsletter.storage.people import consents, imports
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


def record(
    connection: Connection, subscriber_id: int, what: What, how: How, *, wording: str = "", note: str = ""
) -> None:
    """Add an entry to a person's history."""
    record_all(connection, [(subscriber_id, what)], how, wording=wording, note=note)


def record_all(
    connection: Connection, entries: Collection[tuple[int, What]], how: How, *, wording: str = "", note: str = ""
) -> None:
    """Add an entry to each person's history, by id."""
    newest = "SELECT subscriber_id, max(number) AS number FROM consents WHERE subscriber_id IN ({marks}) GROUP BY 1"
    numbers = {row.subscriber_id: row.number for row in find(connection, newest, [one for one, _ in entries])}
    statement = (
        "INSERT INTO consents (subscriber_id, number, at, what, how, wording, note) VALUES (?, ?, ?, ?, ?, ?, ?)"
    )
    rows = [(one, numbers.get(one, 0) + 1, now(), what.value, how.value, wording, note) for one, what in entries]
    run(connection, statement, rows)


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
            wording=row.wording or row.import_wording or "",
            note=row.note,
            file_name=row.file_name or "",
            row=row.row,
        )
        for row in connection.execute(query)
    )
