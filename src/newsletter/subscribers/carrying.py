"""Carrying farewells over into an older copy of the list, so that nobody comes back with it.

The suppressed addresses are known by keyed hashes only. A hash for which there is no
person any more belongs to somebody who was erased, and is erased from the older copy too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from newsletter.storage.bulk import find, run
from newsletter.storage.people import subscribers, suppressions
from newsletter.subscribers.consent import former_addresses
from newsletter.subscribers.forgetting import forget_person
from newsletter.subscribers.suppression import email_hashes, suppress_all
from newsletter.subscribers.vocabulary import How, Reason, Status

_NOTE = "unsubscribed after the restored backup was made"
_BLOCK = 5_000
_MAILED = (Status.SUBSCRIBED.value, Status.PENDING.value)


@dataclass(frozen=True, slots=True)
class Farewell:
    """That an address must not be mailed; `erased`, if no record of a person goes with it any more."""

    reason: Reason
    at: str
    erased: bool


@dataclass(frozen=True, slots=True)
class Carried:
    """How many people of the older copy were kept from being mailed, and how many were erased again."""

    left: int
    erased: int


def farewells(connection: Connection, key: bytes) -> dict[bytes, Farewell]:
    """Return everybody who must not be mailed, by keyed hash."""
    present = {hashed for block in _blocks(connection) for hashed in email_hashes(key, block)}
    present.update(email_hashes(key, former_addresses(connection)))
    rows = connection.execute(select(suppressions))
    return {
        bytes(row.email_hash): Farewell(Reason(row.reason), row.at, bytes(row.email_hash) not in present)
        for row in rows
    }


def carry_over(connection: Connection, key: bytes, farewells: Mapping[bytes, Farewell]) -> Carried:
    """Enter all farewells into an older copy of the list, in one transaction of the caller's."""
    _enter(connection, farewells)
    left: dict[str, Reason] = {}
    erased = []
    for block in _blocks(connection):
        for folded, hashed in zip(block, email_hashes(key, block), strict=True):
            farewell = farewells.get(hashed)
            if farewell is not None and farewell.erased:
                erased.append(folded)
            elif farewell is not None:
                left[folded] = farewell.reason
    for folded in erased:
        forget_person(connection, key, folded)
    mailed_so_far = "SELECT email_key, status FROM subscribers WHERE email_key IN ({marks})"
    number = sum(row.status in _MAILED for row in find(connection, mailed_so_far, left))
    suppress_all(connection, key, left, how=How.COMMAND, note=_NOTE)
    return Carried(number, len(erased))


def _enter(connection: Connection, farewells: Mapping[bytes, Farewell]) -> None:
    """Add those that are not known; a graver reason replaces a lighter one."""
    known = {bytes(row.email_hash): Reason(row.reason) for row in connection.execute(select(suppressions))}
    fresh = [(hashed, each.reason.value, each.at) for hashed, each in farewells.items() if hashed not in known]
    run(connection, "INSERT INTO suppressions (email_hash, reason, at) VALUES (?, ?, ?)", fresh)
    graver = [
        (each.reason.value, each.at, hashed)
        for hashed, each in farewells.items()
        if hashed in known and each.reason.weight > known[hashed].weight
    ]
    run(connection, "UPDATE suppressions SET reason = ?, at = ? WHERE email_hash = ?", graver)


def _blocks(connection: Connection) -> Iterator[list[str]]:
    """Yield the address keys of all people, some thousands at a time."""
    rows = connection.execute(select(subscribers.c.email_key).execution_options(yield_per=_BLOCK))
    for block in rows.scalars().partitions(_BLOCK):
        yield list(block)
