"""The consent history: who agreed to what, when, how and in which words. Entries are only added."""

import dataclasses
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select

from newsletter.formatting import say_moment
from newsletter.storage.bulk import find, run
from newsletter.storage.moment import now, read_moment, write_moment
from newsletter.storage.people import consents, imports
from newsletter.subscribers.addresses import email_key
from newsletter.subscribers.vocabulary import How, Status, What

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
    people = [one.subscriber_id for one in entries]
    numbers = {row.subscriber_id: row.number for row in find(connection, _NEWEST, consents.c.subscriber_id, people)}
    import_id = origin.id(connection) if origin else None
    rows = [
        {
            "subscriber_id": one.subscriber_id,
            "number": numbers.get(one.subscriber_id, 0) + 1,
            "at": one.at or now(),
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

STATUS_BY_ENTRY: dict[What, Status] = {
    What.REQUESTED: Status.PENDING,
    What.SUBSCRIBED: Status.SUBSCRIBED,
    What.CONFIRMED: Status.SUBSCRIBED,
    What.RESUBSCRIBED: Status.SUBSCRIBED,
}
"""What somebody is by an entry of their history by which they are on the list."""


def entry_on_the_list(entries: Iterable[Consent]) -> Consent | None:
    """Return the last of some entries if by it somebody was on the list."""
    tells = [one for one in entries if one.what not in {What.RENEWED, What.CORRECTED}]
    return tells[-1] if tells and tells[-1].what in STATUS_BY_ENTRY else None


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
    facts = f"Address: {person.email}\nStatus:  {person.status}\nPrinted: {say_moment(printed, zone)}\n"
    told = "\n".join("\n".join(lines(entry, zone)) + "\n" for entry in entries)
    end = "Entries are added when something happens, and are never changed afterward."
    return f"Consent record\n{clinic}\n\n{facts}\n{told}\n{end}"


def lines(entry: Consent, zone: ZoneInfo) -> list[str]:
    """Return one entry of a history in words: what and how, then the words agreed to and the reason."""
    where = f" ({entry.file_name}, line {entry.row})" if entry.file_name else ""
    told = [f"{say_moment(entry.at, zone)}  {entry.what} by {entry.how}{where}"]
    if entry.wording:
        told.append(f"    agreed to: “{entry.wording}”")
    if entry.what is What.CORRECTED:
        told.append(f"    the address was: {entry.note}")
    elif entry.note:
        label = "shown on" if entry.what is What.REQUESTED else "reason"
        told.append(f"    {'as the file says' if entry.file_name else label}: {entry.note}")
    return told
