"""Correcting what is known of a person: their names, their language and their address."""

from sqlalchemy import Connection, update

from newsletter.errors import SubscriberError
from newsletter.storage.people import subscribers
from newsletter.subscribers.addresses import Address, check_address, email_key
from newsletter.subscribers.consent import former_addresses, history, record
from newsletter.subscribers.flags import refusal
from newsletter.subscribers.names import clean_language, clean_name
from newsletter.subscribers.people import Person, find_person, person_by_id
from newsletter.subscribers.suppression import lift, reason_for, suppress
from newsletter.subscribers.undoing import STATUS_BY_ENTRY, entry_on_the_list
from newsletter.subscribers.vocabulary import How, Reason, Status, What


def edit(connection: Connection, subscriber_id: int, *, first_name: str, last_name: str, language: str) -> Person:
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
) -> Person:
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
    reason = reason_for(connection, key, before.email)
    lift(connection, key, address.email)  # one of their own, to which they go back
    values = {"email": address.email, "email_key": address.key}
    back = None
    if before.status is Status.BOUNCED and reason is Reason.BOUNCED:
        back = entry_on_the_list(one for one in history(connection, before.id) if one.what is not What.BOUNCED)
    if back is not None:
        values["status"] = STATUS_BY_ENTRY[back.what]
    connection.execute(update(subscribers).where(subscribers.c.id == before.id).values(values))
    record(connection, before.id, What.CORRECTED, How.COMMAND, note=before.email)
    suppress(connection, key, before.email, Reason.REPLACED)
    if before.status.is_suppressed and back is None:
        suppress(connection, key, address.email, reason or Reason(before.status.value))
    return _present(connection, subscriber_id)


def _ensure_free(connection: Connection, key: bytes, person: Person, address: Address, *, anyway: bool) -> None:
    """Let an address pass that may become this person's."""
    other = find_person(connection, address.email)
    if other is not None:
        hint = "If both are the same person, unsubscribe one of them."
        raise SubscriberError("another subscriber has this address", hint=hint)
    reason = reason_for(connection, key, address.email)
    was_theirs = former_addresses(connection).get(address.key) == person.id
    may_return = was_theirs and (reason is Reason.REPLACED or person.status.is_suppressed)
    if reason is not None and not may_return:
        hint = "It stays so. If they asked for mail at this address, resubscribe it with their consent."
        command = "newsletter subscribers resubscribe EMAIL --consent WORDS --reason WHY"
        raise SubscriberError(f"the new address is suppressed ({reason})", hint=hint, command=command)
    doubt = refusal(address.email)
    if doubt and not anyway:
        raise SubscriberError(doubt, hint="If it is right, use it anyway.", command="--anyway")


def _present(connection: Connection, subscriber_id: int) -> Person:
    person = person_by_id(connection, subscriber_id)
    if person is None:
        raise SubscriberError("this subscriber is no longer on the list", hint="Search the list.")
    return person
