"""The consent history: who agreed to what, when, how and in which words. Entries are only added."""

import dataclasses
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select

from newsletter.storage.bulk import find, run
from newsletter.storage.moment import now, read_moment
from newsletter.storage.people import consents, imports
from newsletter.subscribers.vocabulary import How, What

if TYPE_CHECKING:
    from newsletter.subscribers.records import Subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One entry of a person's history.

    Attributes:
        wording: the exact words that the person agreed to; empty for an unsubscribe.
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
    """An entry to be added: to whose history, and what it tells; the row of an import; a note of its own."""

    subscriber_id: int
    what: What
    row: int | None = None
    note: str = ""


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
    connection: Connection, subscriber_id: int, what: What, how: How, *, wording: str = "", note: str = ""
) -> None:
    """Add an entry to a person's history."""
    record_all(connection, [Entry(subscriber_id, what, note=note)], how, wording=wording)


def record_all(
    connection: Connection, entries: Collection[Entry], how: How, *, wording: str = "", origin: Origin | None = None
) -> None:
    """Add an entry to each person's history."""
    if not entries:
        return
    people = [one.subscriber_id for one in entries]
    numbers = {row.subscriber_id: row.number for row in find(connection, _NEWEST, consents.c.subscriber_id, people)}
    import_id = origin.id(connection) if origin else None
    rows = [
        {
            "subscriber_id": one.subscriber_id,
            "number": numbers.get(one.subscriber_id, 0) + 1,
            "at": now(),
            "what": one.what.value,
            "how": how.value,
            "wording": wording,
            "note": one.note,
            "import_id": import_id,
            "row": one.row,
        }
        for one in entries
    ]
    run(connection, insert(consents), rows)


_NEWEST = select(consents.c.subscriber_id, func.max(consents.c.number).label("number")).group_by(
    consents.c.subscriber_id
)

AGREED = frozenset({What.REQUESTED, What.SUBSCRIBED, What.RENEWED, What.RESUBSCRIBED})
"""Entries that tell of words which somebody agreed to."""


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


def consent_record(
    person: "Subscriber", entries: Iterable[Consent], *, clinic: str, printed: datetime, zone: ZoneInfo
) -> str:
    """Return what a person agreed to, when and how, as a page of text.

    Args:
        person: whom it is about.
        entries: their history, the oldest entry first.
        clinic: name and postal address of who keeps the record.
        printed: when this page is made.
        zone: the clinic's, in which all times are told.
    """
    facts = f"Address: {person.email}\nStatus:  {person.status}\nPrinted: {moment(printed, zone)}\n"
    told = "\n".join("\n".join(lines(entry, zone)) + "\n" for entry in entries)
    end = "Entries are added as things happen, and are not changed afterwards."
    return f"Record of consent\n{clinic}\n\n{facts}\n{told}\n{end}"


def lines(entry: Consent, zone: ZoneInfo) -> list[str]:
    """Return one entry of a history in words: what and how, then the words agreed to and the reason."""
    where = f" ({entry.file_name}, line {entry.row})" if entry.file_name else ""
    told = [f"{moment(entry.at, zone)}  {entry.what} by {entry.how}{where}"]
    if entry.wording:
        told.append(f"    agreed to: “{entry.wording}”")
    if entry.note:
        told.append(f"    {'as the file says' if entry.file_name else 'reason'}: {entry.note}")
    return told


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment as the clinic's clock shows it."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"
