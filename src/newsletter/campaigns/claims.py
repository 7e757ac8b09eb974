"""Claiming deliveries for a request: committed before the first byte is sent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import starmap

import orjson
from sqlalchemy import BindParameter, Connection, bindparam, case, func, insert, select, text, update

from newsletter.campaigns.clock import Clock
from newsletter.campaigns.leavers import Person, skip_leavers
from newsletter.campaigns.plan import Campaign
from newsletter.campaigns.refs import new_ref
from newsletter.campaigns.states import BatchState, CampaignState, DeliveryState, check
from newsletter.storage import Store
from newsletter.storage.ledger import QUEUED, batches, campaigns, deliveries
from newsletter.storage.moment import write_moment
from newsletter.storage.people import subscribers


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
    """Claim one batch in a transaction of its own; see `claim_batch`."""
    with store.write() as connection:
        return claim_batch(connection, store.key, campaign, limit, clock, only)


def claim_batch(
    connection: Connection,
    key: bytes,
    campaign: Campaign,
    limit: int,
    clock: Clock,
    only: Collection[int] | None = None,
) -> Claim | None:
    """Move up to `limit` queued deliveries into flight; no request may begin before that is committed.

    Whoever has left since the audience was frozen is skipped here, in the same
    transaction: an unsubscribe that is in the store by now is never mailed.

    Args:
        connection: a transaction in which nobody else writes.
        key: the workspace's key.
        campaign: whose deliveries.
        limit: the most that travel in one request.
        clock: the time.
        only: take none but these deliveries.

    Returns:
        The batch, or nothing when none is left to send or the campaign was stopped.
    """
    while connection.scalar(_STATE, {"campaign": campaign.id}) == CampaignState.SENDING:
        people = _queued(connection, campaign, limit, only)
        if not people:
            break
        staying = skip_leavers(connection, key, people)
        if staying:
            return _put_in_flight(connection, campaign, staying, clock, only)
    return None


def _queued(connection: Connection, campaign: Campaign, limit: int, only: Collection[int] | None) -> Sequence[Person]:
    """Read the first so many queued deliveries, in the order of their ids."""
    mine = {"campaign": campaign.id}
    if only is not None:
        return sorted(starmap(Person, connection.execute(_PEOPLE.where(deliveries.c.id.in_(only)), mine)))
    last = connection.scalar(_LAST_OF, mine | {"before": limit - 1}) or connection.scalar(_LAST, mine)
    if last is None:
        return []
    if connection.dialect.name == "sqlite":
        found = orjson.loads(connection.execute(_PEOPLE_AS_TEXT, mine | {"last": last}).scalar_one())
        return sorted(starmap(Person, found))
    return sorted(starmap(Person, connection.execute(_PEOPLE_UP_TO, mine | {"last": last})))


def next_queued(
    connection: Connection, campaign: Campaign, limit: int, apart: Collection[int], *, anywhere: bool = False
) -> Sequence[int]:
    """Return the first so many queued deliveries without those set `apart`; or else any, best some never tried."""
    order = (deliveries.c.reason != "", func.random()) if anywhere else (deliveries.c.id,)
    query = select(deliveries.c.id).where(*_MINE, deliveries.c.id.not_in(_THESE)).order_by(*order).limit(limit)
    return connection.scalars(query, {"campaign": campaign.id, "these": list(apart)}).all()


def still_queued(connection: Connection, campaign: Campaign, people: Collection[int]) -> set[int]:
    """Return those of some deliveries that are queued at this moment."""
    query = select(deliveries.c.id).where(*_MINE, deliveries.c.id.in_(_THESE))
    return set(connection.scalars(query, {"campaign": campaign.id, "these": list(people)}))


def _put_in_flight(
    connection: Connection,
    campaign: Campaign,
    people: Sequence[Person],
    clock: Clock,
    only: Collection[int] | None,
) -> Claim:
    ref, first, last = new_ref(), people[0].id, people[-1].id
    row = {
        "campaign_id": campaign.id,
        "ref": ref,
        "state": BatchState.IN_FLIGHT,
        "size": len(people),
        "first_id": first,
        "last_id": last,
        "claimed_at": write_moment(clock.now()),
    }
    batch_id = int(connection.execute(_NEW_BATCH, row).scalar_one())
    check(DeliveryState.QUEUED, DeliveryState.IN_FLIGHT)
    # The first so many queued ones lie without a gap between the first and the last of
    # them (the leavers among them are queued no more), so a range finds them quickest.
    these = _CLAIM if only is None else _CLAIM.where(deliveries.c.id.in_([person.id for person in people]))
    mine = {"campaign": campaign.id, "first": first, "last": last, "batch": batch_id}
    moved = connection.execute(these, mine).rowcount
    if moved != len(people):
        raise AssertionError(f"claimed {moved} deliveries instead of {len(people)}")
    return Claim(batch_id, ref, people)


# Statements that each of a thousand batches needs: to build one takes longer than to run it.
_STATE = select(campaigns.c.state).where(campaigns.c.id == bindparam("campaign"))
_MINE = (deliveries.c.campaign_id == bindparam("campaign"), text(f"deliveries.{QUEUED}"))
_THESE: BindParameter[int] = bindparam("these", expanding=True, literal_execute=True)
"""Ids of our own, written into the statement: they may be more than one can bind."""

_LAST_OF = select(deliveries.c.id).where(*_MINE).order_by(deliveries.c.id).limit(1).offset(bindparam("before"))
_LAST = select(func.max(deliveries.c.id)).where(*_MINE)
_FORMER_KEY = case((subscribers.c.email_key == deliveries.c.email_key, ""), else_=deliveries.c.email_key)
_COLUMNS = (*(deliveries.c[name] for name in Person._fields[:-2]), subscribers.c.status, _FORMER_KEY)
_PEOPLE = (
    select(*_COLUMNS)
    .select_from(deliveries)
    .outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
    .where(*_MINE)
)
_UP_TO = deliveries.c.id <= bindparam("last")
_PEOPLE_UP_TO = _PEOPLE.where(_UP_TO)
_PEOPLE_AS_TEXT = _PEOPLE_UP_TO.with_only_columns(func.json_group_array(func.json_array(*_COLUMNS)))
"""The same in one row: the driver lets go of the interpreter's lock for each row, and gets it
back when the threads that build requests have had their turn."""

_NEW_BATCH = insert(batches).returning(batches.c.id)
_CLAIM = (
    update(deliveries)
    .where(deliveries.c.id.between(bindparam("first"), bindparam("last")), text(QUEUED))
    # "+ 0" keeps SQLite from walking along the index of queued ones while it takes them out of it.
    .where(deliveries.c.campaign_id + 0 == bindparam("campaign"))
    .values(state=DeliveryState.IN_FLIGHT, batch_id=bindparam("batch"), reason="")
)
