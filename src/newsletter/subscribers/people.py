"""People: finding, adding and changing one subscriber at a time."""

import dataclasses
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from newsletter.errors import SubscriberError
from newsletter.storage.bulk import find, run
from newsletter.storage.moment import now, read_moment
from newsletter.storage.people import subscribers
from newsletter.subscribers import suppression
from newsletter.subscribers.addresses import Address, check_address, email_key
from newsletter.subscribers.consent import former_addresses, record
from newsletter.subscribers.names import clean_language, clean_name
from newsletter.subscribers.tags import clean_tag, read, written
from newsletter.subscribers.vocabulary import How, Status, What


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One subscriber. Nothing else about a person is kept: there are no fields of one's own."""

    id: int
    email: str
    first_name: str
    last_name: str
    language: str
    status: Status
    tags: tuple[str, ...]
    source: str
    created_at: datetime

    def as_document(self) -> dict[str, Any]:
        """Return the person as the values that ``--json`` prints."""
        return {**dataclasses.asdict(self), "tags": list(self.tags), "created_at": self.created_at.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What may be known of a person beside the address; all of it may be left empty."""

    first_name: str = ""
    last_name: str = ""
    language: str = ""
    tags: Collection[str] = ()
    source: str = ""


def find_person(connection: Connection, email: str) -> Person | None:
    """Return the subscriber with this address, however it is written."""
    return _one(connection, select(subscribers).where(subscribers.c.email_key == email_key(email)))


def person_by_id(connection: Connection, subscriber_id: int) -> Person | None:
    """Return the subscriber with this id, as a token carries it."""
    return _one(connection, select(subscribers).where(subscribers.c.id == subscriber_id))


def person_by_former_address(connection: Connection, email: str) -> Person | None:
    """Return the subscriber who had this address before theirs was corrected."""
    number = former_addresses(connection).get(email_key(email))
    return person_by_id(connection, number) if number is not None else None


def known_person(connection: Connection, email: str) -> Person:
    """Return the subscriber with this address.

    Raises:
        SubscriberError: there is none.
    """
    person = find_person(connection, email)
    if person is None:
        hint, command = "Search for part of the name or address.", "newsletter subscribers list --search TEXT"
        raise SubscriberError("no subscriber has this address", hint=hint, command=command)
    return person


def person_or_reason(connection: Connection, key: bytes, email: str) -> Person:
    """Return the subscriber who has this address, or had it before theirs was corrected.

    Raises:
        SubscriberError: there is none; if the address must not be mailed, it says so.
    """
    person = find_person(connection, email) or person_by_former_address(connection, email)
    reason = suppression.reason_for(connection, key, email)
    if person is None and reason is not None:
        hint = "Nothing is stored about them except that they are suppressed."
        raise SubscriberError(f"no subscriber has this address, and it is suppressed ({reason})", hint=hint)
    return person or known_person(connection, email)


def people_among(connection: Connection, emails: Iterable[str]) -> tuple[list[Person], int]:
    """Return the subscribers with these addresses, and how many addresses nobody has."""
    keys = {email_key(email) for email in emails}
    found = [to_person(row) for row in find(connection, "SELECT * FROM subscribers WHERE email_key IN ({marks})", keys)]
    return found, len(keys) - len(found)


def add_person(
    connection: Connection,
    key: bytes,
    email: str,
    profile: Profile | None = None,
    *,
    wording: str,
    how: How = How.COMMAND,
    pending: bool = False,
) -> Person:
    """Add a new subscriber who agreed to `wording`.

    If they are `pending`, they have to confirm their address before they are mailed.

    Raises:
        AddressError: the address is none.
        SubscriberError: they are on the list already, or left it: that takes `resubscribe`; or
            there are no words.
    """
    wording = _said(wording, "the wording that they agreed to")
    address = check_address(email)
    profile = profile or Profile()
    _refuse_known(connection, key, address.key)
    person = insert_person(connection, address, profile, Status.PENDING if pending else Status.SUBSCRIBED)
    record(connection, person.id, What.REQUESTED if pending else What.SUBSCRIBED, how, wording=wording)
    return person


def insert_person(connection: Connection, address: Address, profile: Profile, status: Status) -> Person:
    """Put a new row into the list; evidence, and whether the address may be added, are the caller's concern."""
    row = insert(subscribers).values(
        email=address.email,
        email_key=address.key,
        first_name=clean_name(profile.first_name),
        last_name=clean_name(profile.last_name),
        language=clean_language(profile.language),
        status=status,
        source=clean_name(profile.source),
        tags=written(profile.tags),
        created_at=now(),
    )
    connection.execute(row)
    return known_person(connection, address.email)


def _said(text: str, what: str) -> str:
    """Return what somebody wrote down as evidence; nothing is none."""
    if not text.strip():
        hint = "Enter it as it was said or signed. It is kept as their consent record."
        raise SubscriberError(f"{what} must not be empty", hint=hint)
    return text.strip()


def _refuse_known(connection: Connection, key: bytes, folded: str) -> None:
    person = find_person(connection, folded)
    reason = suppression.reason_for(connection, key, folded)
    if reason is not None or (person is not None and person.status.is_suppressed):
        why = reason or (person.status if person else "")
        raise SubscriberError(
            f"this address is suppressed ({why})",
            hint="If they asked to come back, resubscribe them with their consent.",
            command="newsletter subscribers resubscribe EMAIL --consent WORDS --reason WHY",
        )
    if person is not None:
        raise SubscriberError(
            "this address is already on the list",
            hint="Edit the subscriber instead.",
            command="newsletter subscribers edit EMAIL",
        )


def resubscribe(
    connection: Connection,
    key: bytes,
    email: str,
    profile: Profile | None = None,
    *,
    wording: str,
    note: str,
) -> Person:
    """Bring back somebody who left and asked to return; what they agreed to is recorded.

    `profile` is for those of whom only the suppression was kept.

    Raises:
        SubscriberError: nobody with this address has unsubscribed, or words or reason are empty.
    """
    wording = _said(wording, "the wording that they agreed to this time")
    note = _said(note, "the reason (how you know that they want to come back)")
    person = find_person(connection, email)
    reason = suppression.reason_for(connection, key, email)
    if person is not None and person.status is Status.SUBSCRIBED:
        raise SubscriberError("they are already subscribed; nothing was changed")
    if person is None and reason is None:
        what = "nobody with this address has unsubscribed"
        raise SubscriberError(what, hint="Add them.", command="newsletter subscribers add")
    suppression.lift(connection, key, email)
    person = person or add_person(connection, key, email, profile, wording=wording, pending=True)
    set_status(connection, person.id, Status.SUBSCRIBED)
    record(connection, person.id, What.RESUBSCRIBED, How.COMMAND, wording=wording, note=note)
    return known_person(connection, email)


def confirm(connection: Connection, subscriber_id: int, *, how: How) -> None:
    """Make a pending subscriber a full one: they have shown that the address is theirs."""
    person = person_by_id(connection, subscriber_id)
    if person is not None and person.status is Status.PENDING:
        set_status(connection, person.id, Status.SUBSCRIBED)
        record(connection, person.id, What.CONFIRMED, how)


def set_status(connection: Connection, subscriber_id: int, status: Status) -> None:
    """Give a subscriber a status; suppressions are the caller's concern."""
    connection.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(status=status))


def change_tags(
    connection: Connection, people: Iterable[Person], *, add: Collection[str] = (), remove: Collection[str] = ()
) -> int:
    """Give people tags and take some from them; return how many people that changed."""
    unwanted = {clean_tag(tag) for tag in remove}
    rows = [(written({*one.tags, *add} - unwanted), one.id) for one in people]
    return run(
        connection, "UPDATE subscribers SET tags = ? WHERE id = ? AND tags <> ?", [(new, one, new) for new, one in rows]
    )


def _one(connection: Connection, query: Select[Any]) -> Person | None:
    row = connection.execute(query).one_or_none()
    return None if row is None else to_person(row)


def to_person(row: Row[Any]) -> Person:
    """Return a row of the table as the value that crosses the room's door."""
    return Person(
        id=row.id,
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        language=row.language,
        status=Status(row.status),
        tags=read(row.tags),
        source=row.source,
        created_at=read_moment(row.created_at),
    )
