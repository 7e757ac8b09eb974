"""Held sends: the provider keeps each batch for a while, and until then it can be canceled.

SendGrid has no idempotency key, so a lost reply cannot be asked about. A held batch needs
no asking: cancel its `batch_id`, and whatever was or was not accepted under it goes to
nobody; then send the same people a new batch under a new id. Cancelling is promised only
ten minutes ahead (https://www.twilio.com/docs/sendgrid/api-reference/cancel-scheduled-sends).

Ten minutes by the provider's clock, and `Hold.send_at` is a moment by that clock, too. This
computer's own clock decides nothing here; where the provider does not tell its time, no
batch counts as cancelled.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select, update

from newsletter.campaigns.clock import CLOCKS_APART, Clock, provider_ahead
from newsletter.campaigns.failpoints import reach
from newsletter.campaigns.journal import is_noted_as_dropped, note_dropped
from newsletter.campaigns.ledger import close_batch, was_restored
from newsletter.campaigns.lock import has_no_worker
from newsletter.campaigns.model import Campaign
from newsletter.campaigns.states import BatchState
from newsletter.storage import Store
from newsletter.storage.ledger import batches, campaigns
from newsletter.storage.moment import read_moment, write_moment
from newsletter.transports import Hold, Holds, ProviderTime, Transport

NOTICE = timedelta(minutes=10)
"""What the provider asks for; a cancellation later than this may come to nothing."""

_MARGIN = timedelta(seconds=30)  # for the cancellation to get there

LEAST_HOLD = timedelta(minutes=15)
"""The shortest hold that leaves time to notice a lost reply and to call the batch back."""

CANCELLATIONS = 10
"""How many cancelled batches a provider keeps at a time; its pages say 10 or 100."""


class HeldBatch(NamedTuple):
    """A batch that the provider holds, or may hold: its row's id, its opaque name and its campaign's."""

    id: int
    ref: str
    campaign: str
    hold: Hold


def held_batches(store: Store, *rules: ColumnElement[bool]) -> list[HeldBatch]:
    """Return the batches with a hold of which all `rules` are true, in the order of their times."""
    columns = (batches.c.id, batches.c.ref, campaigns.c.ref.label("campaign"), batches.c.hold_id, batches.c.send_at)
    query = select(*columns).join(campaigns).where(batches.c.hold_id != "", *rules)
    with store.read() as connection:
        rows = connection.execute(query.order_by(batches.c.send_at, batches.c.id)).all()
    return [HeldBatch(row.id, row.ref, row.campaign, Hold(row.hold_id, read_moment(row.send_at))) for row in rows]


class Drop(NamedTuple):
    """What came of telling the provider to discard a batch: why it cannot be counted on, and whether it may have."""

    failure: str = ""
    perhaps: bool = False


def call_back(
    store: Store,
    batch_id: int,
    transport: Transport,
    clock: Clock,
    reason: str,
    before: BatchState = BatchState.IN_FLIGHT,
) -> BatchState:
    """Decide about a batch whose reply was lost, in flight or in doubt, and record the decision.

    Returns:
        `returned` when its people can be sent a new batch safely, else `unknown`.
    """
    held = held_batches(store, batches.c.id == batch_id)
    is_safe = bool(held) and not drop(store, held[0], transport).failure
    state = BatchState.RETURNED if is_safe else BatchState.UNKNOWN
    if state is not before:
        close_batch(store, batch_id, state, clock, reason=reason, before=before)
    return state


def drop(store: Store, batch: HeldBatch, transport: Transport) -> Drop:
    """Have the provider discard a held batch, if there is time for that.

    That it was confirmed in time is noted at once: a crash may come before anything else is
    recorded, and later nobody could tell whether it had been in time.
    """
    holds = transport.holds
    if holds is None:
        return Drop("this transport cannot cancel anything")
    if is_noted_as_dropped(store, batch.campaign, batch.ref):
        return Drop()
    now = holds.provider_time()
    failure = "too late" if now and not is_in_time(batch.hold, now) else _tell(batch.hold, holds)
    if failure:
        return Drop(failure, perhaps=holds.is_canceled(batch.hold.batch_id) is not False)
    note_dropped(store, batch.campaign, batch.ref)
    return Drop()


def _tell(hold: Hold, holds: Holds) -> str:
    reach("before-hold-cancelled")
    failure = holds.cancel(hold.batch_id)
    reach("after-hold-cancelled")
    if failure:
        return failure
    confirmed = holds.provider_time()
    if confirmed is None:
        return "SendGrid's answer did not contain its time, so it is not known whether this was in time"
    return "" if confirmed.latest <= hold.send_at - NOTICE else "its answer came too late"


def is_in_time(hold: Hold, now: ProviderTime) -> bool:
    """Whether the provider promises to discard the batch if it is told so now."""
    return now.latest <= hold.send_at - NOTICE - _MARGIN


def time_at(transport: Transport) -> ProviderTime | None:
    """Return what time it is at the provider, if it holds mail and tells."""
    return transport.holds.provider_time() if transport.holds else None


def by_provider(transport: Transport, clock: Clock) -> Clock:
    """Return a clock that tells the latest that it can be at the provider, even if that does not tell its time."""

    def now() -> datetime:
        known = time_at(transport)
        return known.latest if known else clock.now() + CLOCKS_APART

    return replace(clock, now=now)


def outstanding_cancellations(connection: Connection, now: datetime) -> int:
    """Count the cancelled batches that the provider still has to keep: it drops each at its time."""
    mine = select(func.count()).select_from(batches).where(batches.c.hold_id != "")
    cancelled = mine.where(batches.c.state.in_([BatchState.RETURNED, BatchState.CANCELLED]))
    there = now + provider_ahead(connection)
    return connection.scalar(cancelled.where(batches.c.send_at > write_moment(there))) or 0


# --- After a crash: settle what was in flight before anything else is sent ------------

_DIED = "the program ended before the answer was recorded"


def settle(store: Store, campaign: Campaign, transport: Transport, clock: Clock) -> None:
    """Decide about each batch that an earlier run left in flight, or in doubt while it is held.

    Sent again are only those of which nothing was sent, or whose first sending is undone
    or replaced by the second; every other one becomes `unknown`. The caller is at work on
    the campaign. Before anything is done about a batch it is this process's own, so nobody
    else sees to it, not even the process that had it, should that one only have slept.
    """
    mine = _take_over(store, campaign)
    for batch_id in _held_in_doubt(store, campaign, transport, mine[BatchState.UNKNOWN]):
        call_back(store, batch_id, transport, clock, _DIED, before=BatchState.UNKNOWN)
    for batch_id, hold_id in mine[BatchState.IN_FLIGHT].items():
        never_began = campaign.plan.held and not hold_id  # a request needs its hold recorded first
        if transport.repeatable or never_began:
            close_batch(store, batch_id, BatchState.RETURNED, clock, reason=_DIED)
        else:
            call_back(store, batch_id, transport, clock, _DIED)


def left_behind(connection: Connection) -> ColumnElement[bool]:
    """Return the rule for batches in flight or in doubt that can be settled, and that nobody sees to any more."""
    held_in_doubt = (batches.c.state == BatchState.UNKNOWN) & (batches.c.hold_id != "")
    return ((batches.c.state == BatchState.IN_FLIGHT) | held_in_doubt) & has_no_worker(connection)


def _take_over(store: Store, campaign: Campaign) -> dict[BatchState, dict[int, str]]:
    """Make the batches that nobody sees to any more this process's own; return them by state, with their holds."""
    query = select(batches.c.id, batches.c.state, batches.c.hold_id).order_by(batches.c.id)
    found: dict[BatchState, dict[int, str]] = {BatchState.IN_FLIGHT: {}, BatchState.UNKNOWN: {}}
    with store.read() as connection:  # nearly always there are none
        orphaned = query.where(batches.c.campaign_id == campaign.id, left_behind(connection))
        if connection.execute(orphaned.limit(1)).first() is None:
            return found
    with store.work() as connection:
        for row in connection.execute(orphaned.with_for_update(skip_locked=True)).all():
            found[BatchState(row.state)][row.id] = row.hold_id
        ids = [number for group in found.values() for number in group]
        connection.execute(update(batches).where(batches.c.id.in_(ids)).values(worker=store.worker))
    return found


def _held_in_doubt(store: Store, campaign: Campaign, transport: Transport, unknown: Mapping[int, str]) -> list[int]:
    """Return the batches in doubt that may still be called back, such as those whose cancelling was refused."""
    if not unknown:
        return []
    with store.read() as connection:
        if was_restored(connection, campaign.id):
            return []  # their people may have a copy in a batch that is not known any more
    now = time_at(transport)
    return [batch.id for batch in held_batches(store, batches.c.id.in_(unknown)) if now and is_in_time(batch.hold, now)]
