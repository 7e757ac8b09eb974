"""Claiming deliveries for a request: committed before the first byte is sent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, insert, select, text, update

from newsletter.campaigns.clock import Clock
from newsletter.campaigns.failpoints import reach
from newsletter.campaigns.plan import Campaign
from newsletter.campaigns.refs import new_ref
from newsletter.campaigns.states import BatchState, CampaignState, DeliveryState, check
from newsletter.storage import Store
from newsletter.storage.ledger import QUEUED, batches, campaigns, deliveries
from newsletter.storage.moment import write_moment
from newsletter.storage.people import subscribers
from newsletter.subscribers.suppression import suppressed_among
from newsletter.subscribers.vocabulary import Status

_SUBSCRIBED = Status.SUBSCRIBED.value
_EMAIL_KEY = 3  # by place: names cost a third more in a million rows

Person = Row[*tuple[Any, ...]]
"""A delivery's id, subscriber_id, email, email_key, first_name and last_name."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A batch that is committed as being in flight."""

    batch_id: int
    ref: str
    people: Sequence[Person]

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids of its deliveries, in order."""
        return tuple(person.id for person in self.people)


def claim(
    store: Store, campaign: Campaign, limit: int, clock: Clock, only: Collection[int] | None = None
) -> Claim | None:
    """Move up to `limit` queued deliveries into flight, and commit that.

    Whoever has left since the audience was frozen is skipped here, in the same
    transaction: an unsubscribe that is in the store by now is never mailed.

    Args:
        store: where the ledger is.
        campaign: whose deliveries.
        limit: the most that travel in one request.
        clock: the time.
        only: take none but these deliveries.

    Returns:
        The batch, or nothing when none is left to send or the campaign was stopped.
    """
    reach("before-claim")
    found: Claim | None = None
    with store.write() as connection:
        state = connection.scalar(select(campaigns.c.state).where(campaigns.c.id == campaign.id))
        while state == CampaignState.SENDING and found is None:
            people = _queued(connection, campaign, limit, only)
            if not people:
                break
            staying = _skip_leavers(connection, store.key, people)
            found = _put_in_flight(connection, campaign, staying, clock, only) if staying else None
        reach("inside-claim")
    reach("after-claim")
    return found


def _queued(connection: Connection, campaign: Campaign, limit: int, only: Collection[int] | None) -> Sequence[Person]:
    names = ("id", "subscriber_id", "email", "email_key", "first_name", "last_name")
    query: Select[Any] = (
        select(*(deliveries.c[name] for name in names), subscribers.c.status)
        .outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .where(deliveries.c.campaign_id == campaign.id, text(f"deliveries.{QUEUED}"))
        .order_by(deliveries.c.id)
        .limit(limit)
    )
    return connection.execute(query if only is None else query.where(deliveries.c.id.in_(only))).all()


def _skip_leavers(connection: Connection, key: bytes, people: Sequence[Person]) -> Sequence[Person]:
    """Skip those who left, each with the reason; return the others."""
    suppressed = suppressed_among(connection, key, [person[_EMAIL_KEY] for person in people])
    leaving: dict[str, list[int]] = {}
    for number, _, _, email_key, _, _, status in people:
        if status != _SUBSCRIBED or email_key in suppressed:
            leaving.setdefault(_reason(status), []).append(number)
    if not leaving:
        return people
    for reason, numbers in leaving.items():
        check(DeliveryState.QUEUED, DeliveryState.SKIPPED)
        connection.execute(
            update(deliveries).where(deliveries.c.id.in_(numbers)).values(state=DeliveryState.SKIPPED, reason=reason)
        )
    gone = {number for numbers in leaving.values() for number in numbers}
    return [person for person in people if person.id not in gone]


def _reason(status: str | None) -> str:
    if status is None:
        return "forgotten"
    return status if status != _SUBSCRIBED else "suppressed"


def _put_in_flight(
    connection: Connection,
    campaign: Campaign,
    people: Sequence[Person],
    clock: Clock,
    only: Collection[int] | None,
) -> Claim:
    ref = new_ref()
    row = insert(batches).values(
        campaign_id=campaign.id,
        ref=ref,
        state=BatchState.IN_FLIGHT,
        size=len(people),
        first_id=people[0].id,
        last_id=people[-1].id,
        claimed_at=write_moment(clock.now()),
    )
    batch_id = int(connection.execute(row.returning(batches.c.id)).scalar_one())
    check(DeliveryState.QUEUED, DeliveryState.IN_FLIGHT)
    moved = connection.execute(
        update(deliveries)
        .where(deliveries.c.campaign_id == campaign.id, text(QUEUED), _these(people, only))
        .values(state=DeliveryState.IN_FLIGHT, batch_id=batch_id, reason="")
    ).rowcount
    if moved != len(people):
        raise AssertionError(f"claimed {moved} deliveries instead of {len(people)}")
    return Claim(batch_id, ref, people)


def _these(people: Sequence[Person], only: Collection[int] | None) -> ColumnElement[bool]:
    # The first so many queued ones lie without a gap between the first and the last of
    # them (the leavers among them are queued no more), so a range finds them quickest.
    if only is None:
        return deliveries.c.id.between(people[0].id, people[-1].id)
    return deliveries.c.id.in_([person.id for person in people])
