"""The ledger: every step of a batch and of its deliveries, as SQL in transactions.

Nothing else writes the state of a delivery while a campaign is sent. Deliveries are claimed
for a request and that is committed before its first byte; when the answer is known, the batch
is closed, and the campaign after its last batch.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import starmap
from typing import Any, NamedTuple

import orjson
from sqlalchemy import BindParameter, Connection, Row, and_, bindparam, case, func, insert, select, text, update

from newsletter.campaigns.clock import Clock, provider_ahead
from newsletter.campaigns.failpoints import reach
from newsletter.campaigns.model import Campaign, Tally, new_ref
from newsletter.campaigns.states import OPEN, BatchState, CampaignState, DeliveryState, check
from newsletter.errors import OvertakenError, StoreError
from newsletter.storage import Store
from newsletter.storage.bulk import run
from newsletter.storage.ledger import QUEUED, batches, campaigns, deliveries
from newsletter.storage.moment import read_moment, write_moment
from newsletter.storage.people import subscribers
from newsletter.subscribers.suppression import suppressed_among
from newsletter.subscribers.vocabulary import Status
from newsletter.transports import Hold

# --- Who unsubscribed since the audience was frozen -----------------------------------

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


def skip_unsubscribed(connection: Connection, key: bytes, people: Sequence[Person]) -> Sequence[Person]:
    """Skip those who left since they were frozen, each with the reason; return the others.

    Whoever is suppressed loses the status `subscribed` in the same transaction. So only an
    address that its subscriber has no more must be looked up among the suppressed.
    """
    former = [person.former_key for person in people if person.former_key]
    suppressed = suppressed_among(connection, key, former) if former else ()
    unsubscribed = [person for person in people if person.status != _SUBSCRIBED or person.former_key in suppressed]
    if not unsubscribed:
        return people
    _skip(connection, [(_reason(person.status), person.id) for person in unsubscribed])
    gone = {person.id for person in unsubscribed}
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


# --- Claiming a batch -----------------------------------------------------------------


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
    with store.work() as connection:
        return claim_batch(connection, store, campaign, limit, clock, only)


def claim_batch(
    connection: Connection,
    store: Store,
    campaign: Campaign,
    limit: int,
    clock: Clock,
    only: Collection[int] | None = None,
) -> Claim | None:
    """Move up to `limit` queued deliveries into flight; no request may begin before that is committed.

    Whoever has left since the audience was frozen is skipped here, in the same
    transaction: an unsubscribe that is in the store by now is never mailed.

    Args:
        connection: a transaction of `Store.work`.
        store: whose key it is, and whose worker.
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
        staying = skip_unsubscribed(connection, store.key, people)
        if staying:
            return _put_in_flight(connection, store.worker, campaign, staying, clock, only)
    return None


def _queued(connection: Connection, campaign: Campaign, limit: int, only: Collection[int] | None) -> Sequence[Person]:
    """Read the first so many queued deliveries, in the order of their ids; on PostgreSQL, lock them for this claim.

    What another worker is claiming at this moment is passed over there.
    """
    mine = {"campaign": campaign.id}
    if connection.dialect.name != "sqlite":
        chosen = _FREE if only is None else _FREE.where(deliveries.c.id.in_(only))
        only = connection.scalars(chosen.limit(limit), mine).all()
        if not only:
            return []
    if only is not None:
        return sorted(starmap(Person, connection.execute(_PEOPLE.where(deliveries.c.id.in_(only)), mine)))
    last = connection.scalar(_LAST_OF, mine | {"before": limit - 1}) or connection.scalar(_LAST, mine)
    if last is None:
        return []
    found = orjson.loads(connection.execute(_PEOPLE_AS_TEXT, mine | {"last": last}).scalar_one())
    return sorted(starmap(Person, found))


def next_queued(
    connection: Connection, campaign: Campaign, limit: int, apart: Collection[int], *, anywhere: bool = False
) -> Sequence[int]:
    """Return the first so many queued deliveries without those set `apart`; or else any, best some never tried."""
    order = (deliveries.c.reason != "", func.random()) if anywhere else (deliveries.c.id,)
    query = select(deliveries.c.id).where(*_STILL_QUEUED, deliveries.c.id.not_in(_THESE)).order_by(*order).limit(limit)
    return connection.scalars(query, {"campaign": campaign.id, "these": list(apart)}).all()


def still_queued(connection: Connection, campaign: Campaign, people: Collection[int]) -> set[int]:
    """Return those of some deliveries that are queued at this moment."""
    query = select(deliveries.c.id).where(*_STILL_QUEUED, deliveries.c.id.in_(_THESE))
    return set(connection.scalars(query, {"campaign": campaign.id, "these": list(people)}))


def _put_in_flight(
    connection: Connection,
    worker: int,
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
        "worker": worker,
    }
    batch_id = int(connection.execute(_NEW_BATCH, row).scalar_one())
    check(DeliveryState.QUEUED, DeliveryState.IN_FLIGHT)
    # On SQLite the first so many queued ones lie without a gap between the first and the last
    # of them (whoever unsubscribed is queued no more), so a range finds them quickest.
    is_range = only is None and connection.dialect.name == "sqlite"
    these = _CLAIM if is_range else _CLAIM.where(deliveries.c.id.in_([person.id for person in people]))
    mine = {"campaign": campaign.id, "first": first, "last": last, "batch": batch_id}
    moved = connection.execute(these, mine).rowcount
    if moved != len(people):
        raise AssertionError(f"claimed {moved} deliveries instead of {len(people)}")
    return Claim(batch_id, ref, people)


# Statements that each of a thousand batches needs: to build one takes longer than to run it.
_STATE = select(campaigns.c.state).where(campaigns.c.id == bindparam("campaign"))
_STILL_QUEUED = (deliveries.c.campaign_id == bindparam("campaign"), text(f"deliveries.{QUEUED}"))
_THESE: BindParameter[int] = bindparam("these", expanding=True, literal_execute=True)
"""Ids of our own, written into the statement: they may be more than one can bind."""

_LAST_OF = select(deliveries.c.id).where(*_STILL_QUEUED).order_by(deliveries.c.id).limit(1).offset(bindparam("before"))
_LAST = select(func.max(deliveries.c.id)).where(*_STILL_QUEUED)
_FORMER_KEY = case((subscribers.c.email_key == deliveries.c.email_key, ""), else_=deliveries.c.email_key)
_COLUMNS = (*(deliveries.c[name] for name in Person._fields[:-2]), subscribers.c.status, _FORMER_KEY)
_PEOPLE = (
    select(*_COLUMNS)
    .select_from(deliveries)
    .outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
    .where(*_STILL_QUEUED)
)
_FREE = select(deliveries.c.id).where(*_STILL_QUEUED).order_by(deliveries.c.id).with_for_update(skip_locked=True)
_UP_TO = deliveries.c.id <= bindparam("last")
_PEOPLE_AS_TEXT = _PEOPLE.where(_UP_TO).with_only_columns(func.json_group_array(func.json_array(*_COLUMNS)))
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


# --- Closing a batch, and the campaign ------------------------------------------------

_BECOMES = {
    BatchState.ACCEPTED: DeliveryState.ACCEPTED,
    BatchState.REFUSED: DeliveryState.REFUSED,
    BatchState.RETURNED: DeliveryState.QUEUED,
    BatchState.UNKNOWN: DeliveryState.UNKNOWN,
    BatchState.CANCELLED: DeliveryState.CANCELLED,
}


def close_batch(
    store: Store,
    batch_id: int,
    state: BatchState,
    clock: Clock,
    *,
    reason: str = "",
    before: BatchState = BatchState.IN_FLIGHT,
) -> None:
    """Record what became of a batch of this process and of its deliveries, in one transaction.

    Raises:
        OvertakenError: it is another worker's by now, or not in the state `before` any more; nothing is changed.
    """
    with store.work() as connection:
        if not is_still(connection, batch_id, store.worker, before):
            raise OvertakenError
        move_batch(connection, batch_id, state, clock.now(), reason=reason)
        reach("inside-return" if state is BatchState.RETURNED else "inside-close")
    reach("after-close")


def is_still(connection: Connection, batch_id: int, worker: int, state: BatchState = BatchState.IN_FLIGHT) -> bool:
    """Whether a batch is a worker's, and as it left it; until the transaction ends, nobody else changes that."""
    found = connection.execute(_WHOSE, {"batch": batch_id}).one()
    return bool(found.worker == worker and found.state == state)


NAMED = "address rejected: "
"""What the reason of a rejection begins with that names its recipient; any other one may not be theirs."""


REJECTED_UNNAMED = and_(
    deliveries.c.state == DeliveryState.REFUSED,
    *(deliveries.c.reason.not_like(f"%{words}%") for words in (NAMED, ".to.0.email: ", "used in a mail header")),
)
"""The rule for deliveries whose rejection names nobody; it knows the words of older versions, too."""


def reject_queued(connection: Connection, reasons: Mapping[int, str]) -> None:
    """Give up people who were set aside, each for its reason, unless something became of them meanwhile."""
    check(DeliveryState.QUEUED, DeliveryState.REFUSED)
    mine = update(deliveries).where(
        deliveries.c.id == bindparam("number"),
        deliveries.c.state == DeliveryState.QUEUED,
        deliveries.c.fate == "",
    )
    rows = [{"number": number, "why": why} for number, why in sorted(reasons.items())]
    connection.execute(mine.values(state=DeliveryState.REFUSED, reason=bindparam("why")), rows)


def anybody_accepted(connection: Connection, campaign_id: int) -> bool:
    """Whether anybody's message of a campaign was accepted."""
    return connection.execute(_SERVED, {"campaign": campaign_id}).first() is not None


def move_batch(
    connection: Connection, batch_id: int, state: BatchState, now: datetime, *, provider_id: str = "", reason: str = ""
) -> None:
    """Move a batch one step on, and its deliveries with it.

    A delivery whose sending an event has proven becomes `accepted` whatever became of the
    batch; it is never queued again.
    """
    batch = connection.execute(_BATCH, {"batch": batch_id}).one()
    check(BatchState(batch.state), state)
    outcome = {"now_state": state, "why": reason, "now": write_moment(now), "name": provider_id or batch.provider_id}
    connection.execute(_CLOSE, {"batch": batch_id} | outcome)
    before = _stoppable(connection, batch) if state is BatchState.CANCELLED else (DeliveryState(batch.state),)
    _move_deliveries(connection, batch, before, _BECOMES[state], reason)


RESTORED = "the database was restored from a backup after this may have been sent"
"""The reason of doubts that `newsletter.campaigns.journal` has raised."""


def was_restored(connection: Connection, campaign_id: int) -> bool:
    """Whether batches of a campaign were forgotten by a restored database.

    Whoever is in doubt may then have a copy in one of those, whatever becomes of the batches that are known.
    """
    return connection.execute(_DOUBTED, {"campaign": campaign_id}).first() is not None


def _stoppable(connection: Connection, batch: Row[Any]) -> tuple[DeliveryState, ...]:
    """A held batch in doubt can be stopped, too, and then it does not matter what a person said of it."""
    if was_restored(connection, batch.campaign_id):
        return (DeliveryState.ACCEPTED,)
    return (DeliveryState.ACCEPTED, DeliveryState.UNKNOWN)


def _move_deliveries(
    connection: Connection, batch: Row[Any], before: Collection[DeliveryState], after: DeliveryState, reason: str
) -> None:
    for state in before:
        check(state, after)
    mine = {"first": batch.first_id, "last": batch.last_id, "batch": batch.id, "before": list(before)}
    if connection.dialect.name != "sqlite":
        connection.execute(_IN_ORDER, mine)  # as events do, or two that wait for each other would end in an error
    moved = {"now_state": after, "why": reason}
    if after is DeliveryState.ACCEPTED:
        connection.execute(_MOVE, mine | moved)
        return
    connection.execute(_REQUEUE_UNPROVEN if after is DeliveryState.QUEUED else _MOVE_UNPROVEN, mine | moved)
    connection.execute(_KEEP_PROVEN, mine)  # last: on PostgreSQL an event may have proven one in between


# Statements that each of a thousand batches needs: to build one takes longer than to run it.
_BATCH = select(batches).where(batches.c.id == bindparam("batch"))
_WHOSE = select(batches.c.worker, batches.c.state).where(batches.c.id == bindparam("batch")).with_for_update()
_OF_CAMPAIGN = batches.c.campaign_id == bindparam("campaign")
_DOUBTED = select(batches.c.id).where(_OF_CAMPAIGN, batches.c.reason == RESTORED).limit(1)
_CLOSE = (
    update(batches)
    .where(batches.c.id == bindparam("batch"))
    .values(state=bindparam("now_state"), reason=bindparam("why"), closed_at=bindparam("now"))
    .values(provider_id=bindparam("name"))
)
_ITS_DELIVERIES = (
    deliveries.c.id.between(bindparam("first"), bindparam("last")),
    deliveries.c.batch_id == bindparam("batch"),
    deliveries.c.state.in_(bindparam("before", expanding=True)),
)
_OF_BATCH = update(deliveries).where(*_ITS_DELIVERIES)
_IN_ORDER = select(deliveries.c.id).where(*_ITS_DELIVERIES).order_by(deliveries.c.id).with_for_update()
_MOVE = _OF_BATCH.values(state=bindparam("now_state"), reason=bindparam("why"))
_KEEP_PROVEN = _OF_BATCH.where(deliveries.c.fate != "").values(state=DeliveryState.ACCEPTED)
_MOVE_UNPROVEN = _MOVE.where(deliveries.c.fate == "")
_REQUEUE_UNPROVEN = _MOVE_UNPROVEN.values(batch_id=None)


def record_hold(store: Store, batch_id: int, hold: Hold) -> None:
    """Commit the provider's name for a held send before it is used.

    Raises:
        OvertakenError: the batch is another worker's by now.
    """
    with store.work() as connection:
        if not is_still(connection, batch_id, store.worker):
            raise OvertakenError
        values = {"hold_id": hold.batch_id, "send_at": write_moment(hold.send_at)}
        connection.execute(update(batches).where(batches.c.id == batch_id).values(values))
    reach("after-hold-recorded")


def move_campaign(
    connection: Connection, campaign_id: int, state: CampaignState, *, reason: str = "", now: datetime | None = None
) -> None:
    """Move a campaign one step, unless it is there already."""
    old = state_of(connection, campaign_id, keep=True)
    if old is not state:
        check(old, state)
    values = {"state": state, "reason": reason} | ({"finished_at": write_moment(now)} if now else {})
    connection.execute(update(campaigns).where(campaigns.c.id == campaign_id).values(values))


def state_of(connection: Connection, campaign_id: int, *, keep: bool = False) -> CampaignState:
    """Return how far a campaign is at this moment; to `keep` it so until the transaction ends needs a lock."""
    query = select(campaigns.c.state).where(campaigns.c.id == campaign_id)
    if keep:
        query = query.with_for_update(key_share=True)  # new batches still go in
    return CampaignState(connection.execute(query).scalar_one())


def finish(store: Store, campaign: Campaign, clock: Clock) -> Tally:
    """Finish the campaign if nothing of it is queued, in flight or unknown; return what came of it."""
    reach("before-finish")
    with store.work() as connection:
        state_of(connection, campaign.id, keep=True)
        found = tally(connection, campaign)
        row = connection.execute(_AS_IT_IS, {"campaign": campaign.id}).one()  # people may have been added meanwhile
        if found.total != row.frozen:
            raise StoreError(
                f"the ledger is damaged: {row.frozen} messages of {campaign.slug} were frozen, {found.total} found",
                hint="Do not send it. Restore your newest backup.",
                command="newsletter restore FILE",
            )
        if not found.open and row.state in _CAN_FINISH:
            move_campaign(connection, campaign.id, CampaignState.FINISHED, now=clock.now())
    reach("after-finish")
    return found


def finish_if_over(connection: Connection, campaign_id: int, now: datetime) -> None:
    """Finish a campaign in which nothing is queued, in flight or unknown."""
    if state_of(connection, campaign_id, keep=True) not in _CAN_FINISH:
        return
    opened = select(deliveries.c.id).where(deliveries.c.campaign_id == campaign_id, deliveries.c.state.in_(OPEN))
    if connection.execute(opened.limit(1)).first() is None:
        move_campaign(connection, campaign_id, CampaignState.FINISHED, now=now)


def tally(connection: Connection, campaign: Campaign) -> Tally:
    """Count the deliveries of a campaign by state."""
    mine = {"campaign": campaign.id}
    found = connection.execute(_BY_STATE, mine).one()
    counts = {state: number for state, number in zip(DeliveryState, found, strict=True) if number}
    skipped = {row.reason: row.number for row in connection.execute(_SKIPPED, mine)} if found.skipped else {}
    held = connection.execute(_HELD, mine).one()
    ahead = provider_ahead(connection) if held[0] else timedelta(0)
    first, last = (read_moment(moment) if moment else None for moment in held)
    return Tally(counts, skipped, held_until=last, first_out=first, ahead=ahead)


_SERVED = (
    select(deliveries.c.id)
    .where(deliveries.c.campaign_id == bindparam("campaign"), deliveries.c.state == DeliveryState.ACCEPTED)
    .limit(1)
)
_COUNTED = deliveries.c.campaign_id == bindparam("campaign")
_AS_IT_IS = select(campaigns.c.state, campaigns.c.frozen).where(campaigns.c.id == bindparam("campaign"))
_CAN_FINISH = {CampaignState.SENDING, CampaignState.PAUSED}
# Counters side by side, not GROUP BY: that would sort all the rows first.
_BY_STATE = select(
    *(func.count(case((deliveries.c.state == state.value, 1))).label(state.value) for state in DeliveryState)
).where(_COUNTED)
_HELD = select(func.min(batches.c.send_at), func.max(batches.c.send_at)).where(
    _OF_CAMPAIGN, batches.c.state == BatchState.ACCEPTED
)
_SKIPPED = (
    select(deliveries.c.reason, func.count().label("number"))
    .where(_COUNTED, deliveries.c.state == DeliveryState.SKIPPED)
    .group_by(deliveries.c.reason)
)
