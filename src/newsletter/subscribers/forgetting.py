"""Forgetting a person for good: the record goes, the numbers stay, and they are never mailed again."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, select, update

from newsletter.message import recipient_of
from newsletter.storage.ledger import deliveries
from newsletter.storage.people import consents, requests, subscribers
from newsletter.subscribers.addresses import email_key
from newsletter.subscribers.consent import history
from newsletter.subscribers.people import find_person, person_by_former_address
from newsletter.subscribers.suppression import email_hash, suppress
from newsletter.subscribers.vocabulary import Reason, What


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased.

    Attributes:
        record: whether there was a record, with its name, tags and status.
        consents: entries of the consent history.
        deliveries: copies of the name and address in the ledger; the rows stay, for the counts.
    """

    record: bool
    consents: int
    deliveries: int


def forget_person(connection: Connection, key: bytes, email: str) -> Forgotten:
    """Erase a person from every table; what stays is a keyed hash that no one can read.

    A delivery that was still to be sent is skipped by its campaign: the person it
    belongs to is gone.
    """
    folded = [email_key(one) for one in addresses_of(connection, email)]
    erased = sum(_erase_copies(connection, key, one) for one in folded)
    number = connection.scalar(select(subscribers.c.id).where(subscribers.c.email_key == folded[0]))
    entries = connection.execute(delete(consents).where(consents.c.subscriber_id == number)).rowcount
    connection.execute(delete(subscribers).where(subscribers.c.id == number))
    connection.execute(delete(requests).where(requests.c.email_key.in_(folded)))
    for one in folded:
        suppress(connection, key, one, Reason.FORGOTTEN)
    return Forgotten(record=number is not None, consents=entries, deliveries=erased)


def addresses_of(connection: Connection, email: str) -> list[str]:
    """Return the address of the subscriber who has `email`, or had it before, then their former ones.

    If no subscriber has, or had, it, that is `email` itself.
    """
    person = find_person(connection, email) or person_by_former_address(connection, email)
    if person is None:
        return [email]
    entries = history(connection, person.id)
    return list(dict.fromkeys([person.email, *(one.note for one in entries if one.what is What.CORRECTED)]))


def _erase_copies(connection: Connection, key: bytes, folded: str) -> int:
    """Replace the copies in the ledger by something that is still different for each person."""
    nobody = f"forgotten-{email_hash(key, folded).hex()}"
    copies = update(deliveries).where(deliveries.c.email_key == folded)
    return connection.execute(copies.values(email="", email_key=nobody, first_name="", last_name="")).rowcount


def erase_files(outbox: Path, email: str) -> int:
    """Delete the messages to `email` that the outbox transport wrote; return how many."""
    wanted = email_key(email)
    mine = [path for path in outbox.rglob("*.eml") if wanted == email_key(recipient_of(path))]
    for path in mine:
        path.unlink()
    return len(mine)
