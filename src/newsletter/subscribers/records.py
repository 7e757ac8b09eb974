"""Subscribers' records: find, add and change one subscriber at a time."""

import dataclasses
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update

from newsletter.errors import SubscriberError
from newsletter.storage.bulk import find, run
from newsletter.storage.moment import now, read_moment
from newsletter.storage.people import subscribers
from newsletter.subscribers import suppression
from newsletter.subscribers.addresses import Address, address_warning, check_address, email_key
from newsletter.subscribers.consent import STATUS_BY_ENTRY, entry_on_the_list, former_addresses, history, record
from newsletter.subscribers.names import clean_language, clean_name
from newsletter.subscribers.tags import clean_tag, read, written
from newsletter.subscribers.vocabulary import How, Reason, Status, What


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
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


def find_subscriber(connection: Connection, email: str) -> Subscriber | None:
    """Return the subscriber with this address, however it is written."""
    return _one(connection, select(subscribers).where(subscribers.c.email_key == email_key(email)))


def subscriber_by_id(connection: Connection, subscriber_id: int) -> Subscriber | None:
    """Return the subscriber with this id, as a token carries it."""
    return _one(connection, select(subscribers).where(subscribers.c.id == subscriber_id))


def subscriber_by_former_address(connection: Connection, email: str) -> Subscriber | None:
    """Return the subscriber who had this address before theirs was corrected."""
    number = former_addresses(connection).get(email_key(email))
    return subscriber_by_id(connection, number) if number is not None else None


def get_subscriber(connection: Connection, email: str) -> Subscriber:
    """Return the subscriber with this address.

    Raises:
        SubscriberError: there is none.
    """
    person = find_subscriber(connection, email)
    if person is None:
        hint, command = "Search for part of the name or address.", "newsletter subscribers list --search TEXT"
        raise SubscriberError("no subscriber has this address", hint=hint, command=command)
    return person


def subscriber_or_reason(connection: Connection, key: bytes, email: str) -> Subscriber:
    """Return the subscriber who has this address, or had it before theirs was corrected.

    Raises:
        SubscriberError: there is none; if the address must not be mailed, it says so.
    """
    person = find_subscriber(connection, email) or subscriber_by_former_address(connection, email)
    reason = suppression.reason_for(connection, key, email)
    if person is None and reason is not None:
        hint = "Nothing is stored about them except that they are suppressed."
        raise SubscriberError(f"no subscriber has this address, and it is suppressed ({reason})", hint=hint)
    return person or get_subscriber(connection, email)


def subscribers_among(connection: Connection, emails: Iterable[str]) -> tuple[list[Subscriber], int]:
    """Return the subscribers with these addresses, and how many addresses nobody has."""
    keys = {email_key(email) for email in emails}
    found = [to_subscriber(row) for row in find(connection, select(subscribers), subscribers.c.email_key, keys)]
    return found, len(keys) - len(found)


def add_subscriber(
    connection: Connection,
    key: bytes,
    email: str,
    profile: Profile | None = None,
    *,
    wording: str,
    how: How = How.COMMAND,
    pending: bool = False,
) -> Subscriber:
    """Add a new subscriber who agreed to `wording`.

    If they are `pending`, they have to confirm their address before they are mailed.

    Raises:
        AddressError: the address is none.
        SubscriberError: they are on the list already, or unsubscribed: that takes `resubscribe`; or
            there are no words.
    """
    wording = _said(wording, "the wording that they agreed to")
    address = check_address(email)
    profile = profile or Profile()
    _refuse_known(connection, key, address.key)
    person = insert_subscriber(connection, address, profile, Status.PENDING if pending else Status.SUBSCRIBED)
    record(connection, person.id, What.REQUESTED if pending else What.SUBSCRIBED, how, wording=wording)
    return person


def insert_subscriber(connection: Connection, address: Address, profile: Profile, status: Status) -> Subscriber:
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
    return get_subscriber(connection, address.email)


def _said(text: str, what: str) -> str:
    """Return what somebody wrote down as evidence; nothing is none."""
    if not text.strip():
        hint = "Enter it as it was said or signed. It is kept as their consent record."
        raise SubscriberError(f"{what} must not be empty", hint=hint)
    return text.strip()


def _refuse_known(connection: Connection, key: bytes, folded: str) -> None:
    person = find_subscriber(connection, folded)
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
) -> Subscriber:
    """Resubscribe somebody who asked to come back; what they agreed to is recorded.

    `profile` is for those of whom only the suppression was kept.

    Raises:
        SubscriberError: nobody with this address has unsubscribed, or words or reason are empty.
    """
    wording = _said(wording, "the wording that they agreed to this time")
    note = _said(note, "the reason (how you know that they want to come back)")
    person = find_subscriber(connection, email)
    reason = suppression.reason_for(connection, key, email)
    if person is not None and person.status is Status.SUBSCRIBED:
        raise SubscriberError("they are already subscribed; nothing was changed")
    if person is None and reason is None:
        what = "nobody with this address has unsubscribed"
        raise SubscriberError(what, hint="Add them.", command="newsletter subscribers add")
    suppression.lift(connection, key, email)
    person = person or add_subscriber(connection, key, email, profile, wording=wording, pending=True)
    set_status(connection, person.id, Status.SUBSCRIBED)
    record(connection, person.id, What.RESUBSCRIBED, How.COMMAND, wording=wording, note=note)
    return get_subscriber(connection, email)


def confirm(connection: Connection, subscriber_id: int, *, how: How) -> None:
    """Make a pending subscriber a full one: they have shown that the address is theirs."""
    person = subscriber_by_id(connection, subscriber_id)
    if person is not None and person.status is Status.PENDING:
        set_status(connection, person.id, Status.SUBSCRIBED)
        record(connection, person.id, What.CONFIRMED, how)


def set_status(connection: Connection, subscriber_id: int, status: Status) -> None:
    """Give a subscriber a status; suppressions are the caller's concern."""
    connection.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(status=status))


def edit(connection: Connection, subscriber_id: int, *, first_name: str, last_name: str, language: str) -> Subscriber:
    """Put these names and this language in the place of what is known; an empty one is taken away.

    Raises:
        SubscriberError: there is no such person, or the language is none.
    """
    if language.strip() and not clean_language(language):
        raise SubscriberError("this is not a language code", hint="Write it as en, es or pt-BR, or leave it empty.")
    values = {
        "first_name": clean_name(first_name),
        "last_name": clean_name(last_name),
        "language": clean_language(language),
    }
    connection.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(**values))
    return _present(connection, subscriber_id)


def correct_address(
    connection: Connection, key: bytes, subscriber_id: int, email: str, *, anyway: bool = False
) -> Subscriber:
    """Give a person another address; what they agreed to stays, and their history tells which one they had.

    The address before is suppressed: no import may make a second subscriber of it, and whatever of a campaign
    is still queued for it is skipped. Somebody who unsubscribed or complained stays so, by either address. Somebody
    whose address bounced is on the list again as before: the new one did not bounce.

    Args:
        connection: a transaction that writes.
        key: the workspace's.
        subscriber_id: whose address it is.
        email: the right one.
        anyway: take it although it looks mistyped.

    Raises:
        AddressError: it is no address.
        SubscriberError: it looks mistyped, is suppressed, or is another subscriber's.
    """
    before, address = _present(connection, subscriber_id), check_address(email)
    if address.key == email_key(before.email):
        connection.execute(update(subscribers).where(subscribers.c.id == before.id).values(email=address.email))
        return _present(connection, subscriber_id)
    _ensure_free(connection, key, before, address, anyway=anyway)
    reason = suppression.reason_for(connection, key, before.email)
    suppression.lift(connection, key, address.email)  # one of their own, to which they go back
    values = {"email": address.email, "email_key": address.key}
    back = None
    if before.status is Status.BOUNCED and reason is Reason.BOUNCED:
        back = entry_on_the_list(one for one in history(connection, before.id) if one.what is not What.BOUNCED)
    if back is not None:
        values["status"] = STATUS_BY_ENTRY[back.what]
    connection.execute(update(subscribers).where(subscribers.c.id == before.id).values(values))
    record(connection, before.id, What.CORRECTED, How.COMMAND, note=before.email)
    suppression.suppress(connection, key, before.email, Reason.REPLACED)
    if before.status.is_suppressed and back is None:
        suppression.suppress(connection, key, address.email, reason or Reason(before.status.value))
    return _present(connection, subscriber_id)


def _ensure_free(connection: Connection, key: bytes, person: Subscriber, address: Address, *, anyway: bool) -> None:
    """Let an address pass that may become this person's."""
    other = find_subscriber(connection, address.email)
    if other is not None:
        hint = "If both are the same person, unsubscribe one of them."
        raise SubscriberError("another subscriber has this address", hint=hint)
    reason = suppression.reason_for(connection, key, address.email)
    was_theirs = former_addresses(connection).get(address.key) == person.id
    may_return = was_theirs and (reason is Reason.REPLACED or person.status.is_suppressed)
    if reason is not None and not may_return:
        hint = "It stays so. If they asked for mail at this address, resubscribe it with their consent."
        command = "newsletter subscribers resubscribe EMAIL --consent WORDS --reason WHY"
        raise SubscriberError(f"the new address is suppressed ({reason})", hint=hint, command=command)
    doubt = address_warning(address.email)
    if doubt and not anyway:
        raise SubscriberError(doubt, hint="If it is right, use it anyway.", command="--anyway")


def _present(connection: Connection, subscriber_id: int) -> Subscriber:
    person = subscriber_by_id(connection, subscriber_id)
    if person is None:
        raise SubscriberError("this subscriber is no longer on the list", hint="Search the list.")
    return person


def change_tags(
    connection: Connection, people: Iterable[Subscriber], *, add: Collection[str] = (), remove: Collection[str] = ()
) -> int:
    """Give people tags and take some from them; return how many people that changed."""
    unwanted = {clean_tag(tag) for tag in remove}
    rows = [{"number": one.id, "new_tags": written({*one.tags, *add} - unwanted)} for one in people]
    return run(connection, _SET_TAGS, rows)


_SET_TAGS = (
    update(subscribers)
    .where(subscribers.c.id == bindparam("number"), subscribers.c.tags != bindparam("new_tags"))
    .values(tags=bindparam("new_tags"))
)


def _one(connection: Connection, query: Select[Any]) -> Subscriber | None:
    row = connection.execute(query).one_or_none()
    return None if row is None else to_subscriber(row)


def to_subscriber(row: Row[Any]) -> Subscriber:
    """Return a row of the table as the value that crosses the room's door."""
    return Subscriber(
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
