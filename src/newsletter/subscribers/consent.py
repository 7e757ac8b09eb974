"""The consent history: who agreed to what, when, how and in which words. Entries are only added."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

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


def record(
    connection: Connection, subscriber_id: int, what: What, how: How, *, wording: str = "", note: str = ""
) -> None:
    """Add an entry to a person's history."""
    newest = select(func.coalesce(func.max(consents.c.number), 0)).where(consents.c.subscriber_id == subscriber_id)
    number = (connection.scalar(newest) or 0) + 1
    connection.execute(
        insert(consents).values(
            subscriber_id=subscriber_id, number=number, at=now(), what=what, how=how, wording=wording, note=note
        )
    )


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
