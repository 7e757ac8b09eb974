"""Whoever must not be mailed any more is skipped: when the audience is frozen, and again before each batch."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select, update

from newsletter.campaigns.states import DeliveryState, check
from newsletter.storage.bulk import run
from newsletter.storage.ledger import deliveries
from newsletter.subscribers.suppression import suppressed_among
from newsletter.subscribers.vocabulary import Status

_SUBSCRIBED = Status.SUBSCRIBED.value
_BLOCK = 5_000  # people compared at a time


class Person(NamedTuple):
    """A delivery as it was frozen, and how its subscriber stands now.

    Attributes:
        status: the subscriber's own; none if they are forgotten.
        former_key: the key of the address that was frozen, if the subscriber has another by now; else empty.
    """

    id: int
    subscriber_id: int
    email: str
    first_name: str
    last_name: str
    status: str | None
    former_key: str


def skip_suppressed(connection: Connection, key: bytes, campaign_id: int) -> None:
    """Compare everybody who was frozen with the list of the suppressed, by hash.

    Whoever is on it is no subscriber, so nobody is ever found, unless something is wrong
    with the database; but then it is better to have looked.
    """
    last = (connection.scalar(_FIRST, {"campaign": campaign_id}) or 0) - 1
    while block := connection.execute(_NEXT_KEYS, {"campaign": campaign_id, "last": last}).all():
        last = block[-1].id
        suppressed = suppressed_among(connection, key, [row.email_key for row in block])
        if suppressed:
            _skip(connection, [("suppressed", row.id) for row in block if row.email_key in suppressed])


def skip_leavers(connection: Connection, key: bytes, people: Sequence[Person]) -> Sequence[Person]:
    """Skip those who left since they were frozen, each with the reason; return the others.

    Whoever is suppressed loses the status `subscribed` in the same transaction. So only an
    address that its subscriber has no more must be looked up among the suppressed.
    """
    former = [person.former_key for person in people if person.former_key]
    suppressed = suppressed_among(connection, key, former) if former else ()
    leavers = [person for person in people if person.status != _SUBSCRIBED or person.former_key in suppressed]
    if not leavers:
        return people
    _skip(connection, [(_reason(person.status), person.id) for person in leavers])
    gone = {person.id for person in leavers}
    return [person for person in people if person.id not in gone]


def _skip(connection: Connection, reasons: Sequence[tuple[str, int]]) -> None:
    check(DeliveryState.QUEUED, DeliveryState.SKIPPED)
    run(connection, _SKIP, [{"number": number, "why": reason} for reason, number in reasons])


def _reason(status: str | None) -> str:
    if status is None:
        return "forgotten"
    return status if status != _SUBSCRIBED else "suppressed"


_SKIP = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("number"))
    .values(state=DeliveryState.SKIPPED.value, reason=bindparam("why"))
)
_FIRST = select(func.min(deliveries.c.id)).where(deliveries.c.campaign_id == bindparam("campaign"))
_NEXT_KEYS = (
    select(deliveries.c.id, deliveries.c.email_key)
    # "+ 0" keeps SQLite from sorting the whole campaign for each block.
    .where(deliveries.c.campaign_id + 0 == bindparam("campaign"), deliveries.c.id > bindparam("last"))
    .order_by(deliveries.c.id)
    .limit(_BLOCK)
)
