"""Suppressed addresses: who must not be mailed, by keyed hash, for ever.

The list outlives the person's record and names nobody: without the workspace's key a
hash can be tied to no address. Whoever is suppressed is never `subscribed`: both are
changed in one transaction, so that an audience can be read off the status alone. A
campaign still compares everybody by hash when it is frozen, and before each batch those
whose address has changed since.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from newsletter.storage.bulk import find, run
from newsletter.storage.moment import now, read_moment
from newsletter.storage.people import subscribers, suppressions
from newsletter.storage.secret import keyed_hash, keyed_hashes
from newsletter.subscribers.addresses import email_key
from newsletter.subscribers.consent import Entry, Origin, former_addresses, record_all
from newsletter.subscribers.vocabulary import How, Reason, What


@dataclass(frozen=True, slots=True)
class Suppression:
    """That an address must not be mailed: why, and since when."""

    reason: Reason
    at: datetime


def suppress(
    connection: Connection, key: bytes, email: str, reason: Reason, *, how: How = How.COMMAND, note: str = ""
) -> bool:
    """Make sure that `email` is never mailed again, whether or not it is known.

    A graver reason replaces a lighter one. The person, if there is one, loses the status
    `subscribed` in the same transaction and gets an entry in their history.

    Returns:
        Whether this changed anything.
    """
    return suppress_all(connection, key, {email: reason}, how=how, note=note) == 1


def suppress_all(
    connection: Connection,
    key: bytes,
    reasons: Mapping[str, Reason],
    *,
    how: How,
    note: str = "",
    origin: Origin | None = None,
    rows: Mapping[str, int] | None = None,
) -> int:
    """Suppress many addresses, each for its reason; return for how many of them this changed anything.

    If an import says so, `origin` is that import, and `rows` says which of its rows, by the addresses' keys.
    """
    wanted: dict[str, Reason] = {}
    for email, reason in reasons.items():
        folded = email_key(email)
        wanted[folded] = max(wanted.get(folded, reason), reason, key=lambda one: one.weight)
    fresh, graver = _put(connection, key, wanted)
    entries = _demote(connection, wanted, rows or {}, note)
    record_all(connection, list(entries.values()), how, origin=origin)
    if followed := _by_former_address(connection, {one: wanted[one] for one in graver}):
        suppress_all(connection, key, followed, how=how, note=note, origin=origin)
    return len(fresh | graver | entries.keys())


def _by_former_address(connection: Connection, reasons: Mapping[str, Reason]) -> dict[str, Reason]:
    """Return the present addresses of people who, by one that was theirs before, say that they want no mail.

    A former address is suppressed when it is replaced, so whatever is said of it later outweighs that. That its
    mailbox does not exist says nothing of the present one.
    """
    said = {one: reason for one, reason in reasons.items() if reason is not Reason.BOUNCED}
    owners = {one: owner for one, owner in former_addresses(connection).items() if one in said} if said else {}
    if not owners:
        return {}
    taken = find(connection, select(subscribers.c.email_key), subscribers.c.email_key, owners)
    anew = {row.email_key for row in taken}  # somebody subscribed with it since then: they said it, for themselves
    rows = find(connection, select(subscribers.c.id, subscribers.c.email_key), subscribers.c.id, owners.values())
    present = {row.id: row.email_key for row in rows}
    return {present[owner]: said[one] for one, owner in owners.items() if owner in present and one not in anew}


def _put(connection: Connection, key: bytes, wanted: dict[str, Reason]) -> tuple[set[str], set[str]]:
    """Enter the reasons that outweigh the known ones; `wanted` holds the valid ones afterwards.

    Returns:
        The addresses that were not suppressed before, and those that were for a lighter reason.
    """
    keys = {email_hash(key, folded): folded for folded in wanted}
    found = find(connection, select(suppressions), suppressions.c.email_hash, keys)
    known = {keys[bytes(row.email_hash)]: Reason(row.reason) for row in found}
    at = now()
    fresh = wanted.keys() - known.keys()
    graver = {folded for folded, reason in known.items() if wanted[folded].weight > reason.weight}
    wanted.update({folded: reason for folded, reason in known.items() if folded not in graver})
    new = [
        {"email_hash": hashed, "reason": wanted[folded].value, "at": at}
        for hashed, folded in keys.items()
        if folded in fresh
    ]
    run(connection, insert(suppressions), new)
    worse = [
        {"hashed": hashed, "new_reason": wanted[folded].value, "new_at": at}
        for hashed, folded in keys.items()
        if folded in graver
    ]
    run(connection, GRAVER, worse)
    return fresh, graver


def _demote(
    connection: Connection, wanted: Mapping[str, Reason], rows: Mapping[str, int], note: str
) -> dict[str, Entry]:
    """Give those on the list the status that goes with their reason; return the entries for their histories."""
    listed = select(subscribers.c.id, subscribers.c.email_key, subscribers.c.status)
    found = find(connection, listed, subscribers.c.email_key, wanted)
    people = [row for row in found if row.status != wanted[row.email_key].status]
    statuses = {row.email_key: wanted[row.email_key].status.value for row in people}
    run(connection, _SET_STATUS, [{"number": row.id, "new_status": statuses[row.email_key]} for row in people])
    return {
        row.email_key: Entry(row.id, What(statuses[row.email_key]), rows.get(row.email_key), note) for row in people
    }


GRAVER = (
    update(suppressions)
    .where(suppressions.c.email_hash == bindparam("hashed"))
    .values(reason=bindparam("new_reason"), at=bindparam("new_at"))
)
"""Replaces a reason by a graver one."""
_SET_STATUS = update(subscribers).where(subscribers.c.id == bindparam("number")).values(status=bindparam("new_status"))


def reason_for(connection: Connection, key: bytes, email: str) -> Reason | None:
    """Return why `email` must not be mailed, or nothing if it may be."""
    found = find_suppression(connection, key, email)
    return found.reason if found else None


def find_suppression(connection: Connection, key: bytes, email: str) -> Suppression | None:
    """Return what is noted against mailing `email`, if anything is."""
    hashed = email_hash(key, email_key(email))
    row = connection.execute(select(suppressions).where(suppressions.c.email_hash == hashed)).one_or_none()
    return None if row is None else Suppression(Reason(row.reason), read_moment(row.at))


def by_reason(connection: Connection) -> dict[Reason, int]:
    """Return how many addresses must not be mailed, by reason; names of people there are none."""
    rows = connection.execute(select(suppressions.c.reason, func.count()).group_by(suppressions.c.reason))
    found = {Reason(reason): number for reason, number in rows}
    return {reason: found[reason] for reason in Reason if reason in found}


def lift(connection: Connection, key: bytes, email: str) -> None:
    """Let `email` be mailed again; only an explicit, recorded resubscription may ask for this."""
    connection.execute(delete(suppressions).where(suppressions.c.email_hash == email_hash(key, email_key(email))))


def suppressed_among(connection: Connection, key: bytes, email_keys: Collection[str]) -> set[str]:
    """Return those of `email_keys` that must not be mailed."""
    if connection.execute(select(suppressions.c.email_hash).limit(1)).first() is None:
        return set()  # spares a million hashes for a clinic that nobody has left yet
    hashes = email_hashes(key, email_keys)
    listed = select(suppressions.c.email_hash)
    found = {bytes(row.email_hash) for row in find(connection, listed, suppressions.c.email_hash, hashes)}
    return {folded for folded, hashed in zip(email_keys, hashes, strict=True) if hashed in found} if found else set()


def email_hash(key: bytes, folded: str) -> bytes:
    """Return what the list of suppressed addresses keeps of an address's key."""
    return keyed_hash(key, _PURPOSE, folded)


def email_hashes(key: bytes, folded: Collection[str]) -> list[bytes]:
    """Return the same of many, in the same order, and faster."""
    return keyed_hashes(key, _PURPOSE, folded)


_PURPOSE = "suppression"
