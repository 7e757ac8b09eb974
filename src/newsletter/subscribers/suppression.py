"""Suppressed addresses: who must not be mailed, by keyed hash, for ever.

The list outlives the person's record and names nobody: without the workspace's key a
hash can be tied to no address. Whoever is suppressed is never `subscribed`: both are
changed in one transaction, so that an audience can be read off the status alone, and a
campaign still compares by hash before it claims a batch.
"""

from collections.abc import Collection
from itertools import islice

from sqlalchemy import Connection, delete, insert, select, update

from newsletter.storage.moment import now
from newsletter.storage.people import subscribers, suppressions
from newsletter.storage.secret import keyed_hash
from newsletter.subscribers.addresses import email_key
from newsletter.subscribers.consent import record
from newsletter.subscribers.vocabulary import How, Reason, What

_PARAMETERS = 5_000  # SQLite takes 32,766 in a statement since 3.32


def suppress(
    connection: Connection, key: bytes, email: str, reason: Reason, *, how: How = How.COMMAND, note: str = ""
) -> bool:
    """Make sure that `email` is never mailed again, whether or not it is known.

    A graver reason replaces a lighter one. The person, if there is one, loses the status
    `subscribed` in the same transaction and gets an entry in their history.

    Returns:
        Whether this changed anything.
    """
    folded = email_key(email)
    changed = _put(connection, email_hash(key, folded), reason)
    person = connection.execute(
        select(subscribers.c.id, subscribers.c.status).where(subscribers.c.email_key == folded)
    ).one_or_none()
    effective = reason_for(connection, key, folded) or reason
    if person is None or person.status == effective.status:
        return changed
    connection.execute(
        update(subscribers).where(subscribers.c.id == person.id).values(status=effective.status, updated_at=now())
    )
    record(connection, person.id, What(effective.status.value), how, note=note)
    return True


def _put(connection: Connection, hashed: bytes, reason: Reason) -> bool:
    known = connection.scalar(select(suppressions.c.reason).where(suppressions.c.email_hash == hashed))
    if known is None:
        connection.execute(insert(suppressions).values(email_hash=hashed, reason=reason, at=now()))
        return True
    if Reason(known).weight >= reason.weight:
        return False
    connection.execute(update(suppressions).where(suppressions.c.email_hash == hashed).values(reason=reason, at=now()))
    return True


def reason_for(connection: Connection, key: bytes, email: str) -> Reason | None:
    """Return why `email` must not be mailed, or nothing if it may be."""
    hashed = email_hash(key, email_key(email))
    found = connection.scalar(select(suppressions.c.reason).where(suppressions.c.email_hash == hashed))
    return Reason(found) if found else None


def lift(connection: Connection, key: bytes, email: str) -> None:
    """Let `email` be mailed again; only an explicit, recorded resubscription may ask for this."""
    connection.execute(delete(suppressions).where(suppressions.c.email_hash == email_hash(key, email_key(email))))


def suppressed_among(connection: Connection, key: bytes, email_keys: Collection[str]) -> set[str]:
    """Return those of `email_keys` that must not be mailed."""
    if connection.execute(select(suppressions.c.email_hash).limit(1)).first() is None:
        return set()  # spares a million hashes for a clinic that nobody has left yet
    found: set[str] = set()
    rest = iter(email_keys)
    while part := list(islice(rest, _PARAMETERS)):
        hashes = {email_hash(key, folded): folded for folded in part}
        query = select(suppressions.c.email_hash).where(suppressions.c.email_hash.in_(list(hashes)))
        found.update(hashes[bytes(hashed)] for hashed in connection.scalars(query))
    return found


def email_hash(key: bytes, folded: str) -> bytes:
    """Return what the list of suppressed addresses keeps of an address's key."""
    return keyed_hash(key, "suppression", folded)
