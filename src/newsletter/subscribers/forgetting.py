"""Forgetting a person for good: the record goes, the numbers stay, and they are never mailed again.

An older copy of the list that is put back would undo that, and every unsubscribe since. So the
suppressions are carried over into it: they are known by keyed hashes only. A hash for which there
is no person any more belongs to somebody who was erased, and is erased from the copy too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select, update

from newsletter.message import recipient_of
from newsletter.storage.bulk import find, run
from newsletter.storage.ledger import deliveries
from newsletter.storage.people import consents, requests, subscribers, suppressions
from newsletter.subscribers.addresses import email_key
from newsletter.subscribers.consent import former_addresses, history
from newsletter.subscribers.records import find_subscriber, subscriber_by_former_address
from newsletter.subscribers.suppression import GRAVER, email_hash, email_hashes, suppress, suppress_all
from newsletter.subscribers.vocabulary import ON_THE_LIST, How, Reason, What


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


def forget_subscriber(connection: Connection, key: bytes, email: str) -> Forgotten:
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
    person = find_subscriber(connection, email) or subscriber_by_former_address(connection, email)
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


_NOTE = "unsubscribed after the restored backup was made"
_BLOCK = 5_000


@dataclass(frozen=True, slots=True)
class KnownSuppression:
    """That an address must not be mailed; `erased`, if no record of a person goes with it any more."""

    reason: Reason
    at: str
    erased: bool


@dataclass(frozen=True, slots=True)
class Carried:
    """How many people of the older copy were kept from being mailed, and how many were erased again."""

    left: int
    erased: int


def known_suppressions(connection: Connection, key: bytes) -> dict[bytes, KnownSuppression]:
    """Return everybody who must not be mailed, by keyed hash."""
    present = {hashed for block in _blocks(connection) for hashed in email_hashes(key, block)}
    present.update(email_hashes(key, former_addresses(connection)))
    rows = connection.execute(select(suppressions))
    return {
        bytes(row.email_hash): KnownSuppression(Reason(row.reason), row.at, bytes(row.email_hash) not in present)
        for row in rows
    }


def carry_over(connection: Connection, key: bytes, suppressed: Mapping[bytes, KnownSuppression]) -> Carried:
    """Enter all suppressions into an older copy of the list, in one transaction of the caller's."""
    _enter(connection, suppressed)
    left: dict[str, Reason] = {}
    erased = []
    for block in _blocks(connection):
        for folded, hashed in zip(block, email_hashes(key, block), strict=True):
            found = suppressed.get(hashed)
            if found is not None and found.erased:
                erased.append(folded)
            elif found is not None:
                left[folded] = found.reason
    for folded in erased:
        forget_subscriber(connection, key, folded)
    mailed = select(subscribers.c.id).where(subscribers.c.status.in_(ON_THE_LIST))
    number = len(list(find(connection, mailed, subscribers.c.email_key, left)))
    suppress_all(connection, key, left, how=How.COMMAND, note=_NOTE)
    return Carried(number, len(erased))


def _enter(connection: Connection, suppressed: Mapping[bytes, KnownSuppression]) -> None:
    """Add those that are not known; a graver reason replaces a lighter one."""
    known = {bytes(row.email_hash): Reason(row.reason) for row in connection.execute(select(suppressions))}
    fresh = [
        {"email_hash": hashed, "reason": each.reason.value, "at": each.at}
        for hashed, each in suppressed.items()
        if hashed not in known
    ]
    run(connection, insert(suppressions), fresh)
    graver = [
        {"hashed": hashed, "new_reason": each.reason.value, "new_at": each.at}
        for hashed, each in suppressed.items()
        if hashed in known and each.reason.weight > known[hashed].weight
    ]
    run(connection, GRAVER, graver)


def _blocks(connection: Connection) -> Iterator[list[str]]:
    """Yield the address keys of all people, some thousands at a time."""
    rows = connection.execute(select(subscribers.c.email_key).execution_options(yield_per=_BLOCK))
    for block in rows.scalars().partitions(_BLOCK):
        yield list(block)
