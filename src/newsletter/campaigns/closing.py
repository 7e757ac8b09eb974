"""Closing a batch after its request, and a campaign after its last batch."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, case, func, select, update

from newsletter.campaigns.clock import Clock, provider_ahead
from newsletter.campaigns.failpoints import reach
from newsletter.campaigns.plan import Campaign, Tally
from newsletter.campaigns.states import OPEN, BatchState, CampaignState, DeliveryState, check
from newsletter.errors import StoreError
from newsletter.storage import Store
from newsletter.storage.ledger import batches, campaigns, deliveries
from newsletter.storage.moment import read_moment, write_moment
from newsletter.transports import Hold

_BECOMES = {
    BatchState.ACCEPTED: DeliveryState.ACCEPTED,
    BatchState.REFUSED: DeliveryState.REFUSED,
    BatchState.RETURNED: DeliveryState.QUEUED,
    BatchState.UNKNOWN: DeliveryState.UNKNOWN,
    BatchState.CANCELLED: DeliveryState.CANCELLED,
}


def close_batch(
    store: Store, batch_id: int, state: BatchState, clock: Clock, *, provider_id: str = "", reason: str = ""
) -> None:
    """Record what became of a batch and of its deliveries, in one transaction."""
    with store.write() as connection:
        move_batch(connection, batch_id, state, clock.now(), provider_id=provider_id, reason=reason)
        reach("inside-return" if state is BatchState.RETURNED else "inside-close")
    reach("after-close")


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
    rows = [{"number": number, "why": why} for number, why in reasons.items()]
    connection.execute(mine.values(state=DeliveryState.REFUSED, reason=bindparam("why")), rows)


def anybody_accepted(connection: Connection, campaign_id: int) -> bool:
    """Whether anybody's message of a campaign was accepted."""
    return connection.execute(_SERVED, {"campaign": campaign_id}).first() is not None


def own_up(store: Store, batch_id: int, clock: Clock, reason: str) -> None:
    """Record that nobody knows what became of a batch, unless that is recorded already."""
    with store.read() as connection:
        known = connection.execute(_BATCH, {"batch": batch_id}).one().state == BatchState.UNKNOWN
    if not known:
        close_batch(store, batch_id, BatchState.UNKNOWN, clock, reason=reason)


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
    moved = {"now_state": after, "why": reason}
    if after is DeliveryState.ACCEPTED:
        connection.execute(_MOVE, mine | moved)
        return
    connection.execute(_REQUEUE_UNPROVEN if after is DeliveryState.QUEUED else _MOVE_UNPROVEN, mine | moved)
    connection.execute(_KEEP_PROVEN, mine)  # last: on PostgreSQL an event may have proven one in between


# Statements that each of a thousand batches needs: to build one takes longer than to run it.
_BATCH = select(batches).where(batches.c.id == bindparam("batch"))
_OF_CAMPAIGN = batches.c.campaign_id == bindparam("campaign")
_DOUBTED = select(batches.c.id).where(_OF_CAMPAIGN, batches.c.reason == RESTORED).limit(1)
_CLOSE = (
    update(batches)
    .where(batches.c.id == bindparam("batch"))
    .values(state=bindparam("now_state"), reason=bindparam("why"), closed_at=bindparam("now"))
    .values(provider_id=bindparam("name"))
)
_MINE = update(deliveries).where(
    deliveries.c.id.between(bindparam("first"), bindparam("last")),
    deliveries.c.batch_id == bindparam("batch"),
    deliveries.c.state.in_(bindparam("before", expanding=True)),
)
_MOVE = _MINE.values(state=bindparam("now_state"), reason=bindparam("why"))
_KEEP_PROVEN = _MINE.where(deliveries.c.fate != "").values(state=DeliveryState.ACCEPTED)
_MOVE_UNPROVEN = _MOVE.where(deliveries.c.fate == "")
_REQUEUE_UNPROVEN = _MOVE_UNPROVEN.values(batch_id=None)


def record_hold(store: Store, batch_id: int, hold: Hold) -> None:
    """Commit the provider's name for a held send before it is used."""
    with store.write() as connection:
        connection.execute(
            update(batches)
            .where(batches.c.id == batch_id, batches.c.state == BatchState.IN_FLIGHT)
            .values(hold_id=hold.batch_id, send_at=write_moment(hold.send_at))
        )
    reach("after-hold-recorded")


def move_campaign(
    connection: Connection, campaign_id: int, state: CampaignState, *, reason: str = "", now: datetime | None = None
) -> None:
    """Move a campaign one step, unless it is there already."""
    old = state_of(connection, campaign_id)
    if old is not state:
        check(old, state)
    values = {"state": state, "reason": reason} | ({"finished_at": write_moment(now)} if now else {})
    connection.execute(update(campaigns).where(campaigns.c.id == campaign_id).values(values))


def state_of(connection: Connection, campaign_id: int) -> CampaignState:
    """Return how far a campaign is at this moment."""
    return CampaignState(
        connection.execute(select(campaigns.c.state).where(campaigns.c.id == campaign_id)).scalar_one()
    )


def finish(store: Store, campaign: Campaign, clock: Clock) -> Tally:
    """Finish the campaign if nothing of it is queued, in flight or unknown; return what came of it."""
    reach("before-finish")
    with store.write() as connection:
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
    if state_of(connection, campaign_id) not in _CAN_FINISH:
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
