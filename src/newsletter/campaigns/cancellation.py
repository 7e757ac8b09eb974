"""Cancelling a campaign: whatever has not gone out stays, whatever is held is called back.

The wish is recorded before the provider is asked for anything. A crash on the way leaves
the campaign `cancelling`: nothing of it is sent any more, nobody is taken for reached or
for missed, and running it again brings it to its end.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock, note_provider_ahead
from newsletter.campaigns.failpoints import reach
from newsletter.campaigns.holds import HeldBatch, by_provider, drop, held_batches, settle, time_at
from newsletter.campaigns.journal import doubt_forgotten, note_cancelling
from newsletter.campaigns.ledger import move_batch, move_campaign, tally
from newsletter.campaigns.lock import sole_sender
from newsletter.campaigns.model import Campaign
from newsletter.campaigns.records import campaigns_of, known_campaign, reread
from newsletter.campaigns.states import BatchState, CampaignState, DeliveryState, check
from newsletter.errors import CampaignError
from newsletter.storage import Store
from newsletter.storage.computer import refuse_elsewhere
from newsletter.storage.ledger import batches, campaigns, deliveries
from newsletter.transports import Transport

_PATIENCE = 120.0  # seconds for a running sender to bring down what it has in the air


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What came of it, in messages.

    Attributes:
        stopped: will not arrive.
        gone: were sent already, or could not be called back.
        reasons: why, for those that could not.
        unresolved: of those that are gone, the ones of which nobody knows whether they were sent.
    """

    stopped: int
    gone: int
    reasons: tuple[str, ...]
    unresolved: int = 0

    @property
    def is_clear(self) -> bool:
        """Whether nothing is left for a person to do about it."""
        return not (self.unresolved or self.may_be_retried or (self.gone and not self.stopped))

    @property
    def may_be_retried(self) -> bool:
        """Whether some could not be called back for another reason than that it was too late."""
        return any("too late" not in reason for reason in self.reasons)


def cancel(store: Store, campaign: Campaign, transport: Transport, clock: Clock = SYSTEM_CLOCK) -> Cancellation:
    """Stop all of a campaign that can still be stopped.

    First the wish is recorded, and from then on nothing more may be claimed: a sender
    that is at work notices and ends. Then what the provider holds is called back, batch by
    batch. Interrupted, it can simply be run again.

    Raises:
        CampaignError: the campaign is over, and nothing of it is held; or the issue is
            being sent again already.
        ElsewhereError: another copy of the workspace was the last to send; that one knows what is out.
    """
    with store.read() as connection:
        refuse_elsewhere(connection)
    _refuse_finished(store, campaign, transport, clock)
    _record_wish(store, campaign, transport, clock)
    with sole_sender(store, campaign, wait=_PATIENCE) as alone:
        with alone.read() as connection:
            _refuse_followed(connection, campaign)  # while we waited for the lock, perhaps
        settle(alone, reread(alone, campaign), transport, clock)
        reasons = _call_back_all(alone, campaign, transport, clock)
        reach("before-cancel-ends")
        with alone.write() as connection:
            _cancel_queued(connection, campaign)
            move_campaign(connection, campaign.id, CampaignState.CANCELLED, now=clock.now())
    with store.read() as connection:
        found = tally(connection, campaign)
    unresolved = found[DeliveryState.UNKNOWN]
    gone = found[DeliveryState.ACCEPTED] + unresolved
    return Cancellation(found[DeliveryState.CANCELLED], gone, tuple(sorted(reasons)), unresolved)


def cancel_issue(
    store: Store, slug: str, transport_of: Callable[[Campaign], Transport], clock: Clock = SYSTEM_CLOCK
) -> Cancellation:
    """Stop all of an issue that can still be stopped, whichever of its campaigns it belongs to.

    Raises:
        CampaignError: all of it is over, or the issue was never sent.
    """
    latest = known_campaign(store, slug, nothing_to="cancel")
    with store.read() as connection:
        earlier = campaigns_of(connection, slug)[1:]
    open_ones = [each for each in earlier if _can_be_stopped(store, each, transport_of, clock)]
    over = latest.state is CampaignState.FINISHED and not _may_be_held(store, latest, transport_of, clock)
    if not over or not open_ones:
        open_ones.insert(0, latest)
    done = [cancel(store, each, transport_of(each), clock) for each in open_ones]
    reasons = {reason for each in done for reason in each.reasons}
    return Cancellation(
        stopped=sum(each.stopped for each in done),
        gone=sum(each.gone for each in done),
        reasons=tuple(sorted(reasons)),
        unresolved=sum(each.unresolved for each in done),
    )


def _can_be_stopped(
    store: Store, earlier: Campaign, transport_of: Callable[[Campaign], Transport], clock: Clock
) -> bool:
    if earlier.state is CampaignState.CANCELLED:
        return False
    return earlier.state is CampaignState.CANCELLING or _may_be_held(store, earlier, transport_of, clock)


def _may_be_held(store: Store, campaign: Campaign, transport_of: Callable[[Campaign], Transport], clock: Clock) -> bool:
    return bool(_held(store, campaign)) and _is_held(store, campaign, transport_of(campaign), clock)


def _refuse_finished(store: Store, campaign: Campaign, transport: Transport, clock: Clock) -> None:
    if campaign.state is CampaignState.FINISHED and not _is_held(store, campaign, transport, clock):
        what = f"{campaign.slug} has been sent; mail that has gone out cannot be canceled"
        raise CampaignError(what, hint="See its report.", command=f"newsletter report {campaign.slug}")


def _is_held(store: Store, campaign: Campaign, transport: Transport, clock: Clock) -> bool:
    """Whether the provider may still hold some of it; if it does not tell its time, that of this computer has to do."""
    if not (held := _held(store, campaign)):
        return False
    known = time_at(transport)
    if known:
        with store.write() as connection:
            note_provider_ahead(connection, known.earliest - clock.now())
    now = known.earliest if known else clock.now()
    return any(batch.hold.send_at > now for batch in held)


def _record_wish(store: Store, campaign: Campaign, transport: Transport, clock: Clock) -> None:
    """Record it twice: in the journal too, so that a backup put back does not send it after all."""
    reach("before-cancel-wish")
    note_cancelling(store, campaign)
    reach("inside-cancel-wish")
    # Before what is queued here counts as surely not sent:
    doubt_forgotten(store, campaign, by_provider(transport, clock))
    with store.write() as connection:
        _refuse_followed(connection, campaign)
        move_campaign(connection, campaign.id, CampaignState.CANCELLING)
        _cancel_queued(connection, campaign)
    reach("after-cancel-wish")


def _refuse_followed(connection: Connection, campaign: Campaign) -> None:
    """Let a campaign pass unless it was canceled and the issue is being sent again since.

    Whoever has the canceled one still held gets that, and not the next one: to call it back
    now would leave them out.
    """
    row = connection.execute(select(campaigns.c.slug, campaigns.c.state).where(campaigns.c.id == campaign.id)).one()
    if row.slug != campaign.slug and row.state == CampaignState.CANCELLED:
        raise CampaignError(f"{campaign.slug} is already being sent again; it is too late to cancel")


def _cancel_queued(connection: Connection, campaign: Campaign) -> None:
    check(DeliveryState.QUEUED, DeliveryState.CANCELLED)
    connection.execute(
        update(deliveries)
        .where(deliveries.c.campaign_id == campaign.id, deliveries.c.state == DeliveryState.QUEUED)
        .values(state=DeliveryState.CANCELLED, reason="")
    )


def _held(store: Store, campaign: Campaign) -> list[HeldBatch]:
    states = [BatchState.ACCEPTED, BatchState.UNKNOWN]
    return held_batches(store, batches.c.campaign_id == campaign.id, batches.c.state.in_(states))


def _call_back_all(store: Store, campaign: Campaign, transport: Transport, clock: Clock) -> set[str]:
    """Call back each held batch; return why some could not be."""
    reasons = set()
    for batch in _held(store, campaign):
        dropped = drop(store, batch, transport)
        if dropped.failure:
            reasons.add(dropped.failure)
        if dropped.perhaps or not dropped.failure:
            with store.write() as connection:
                _record_stop(connection, batch.id, dropped.failure, clock)
                reach("inside-cancel")
    return reasons


def _record_stop(connection: Connection, batch_id: int, failure: str, clock: Clock) -> None:
    """Record that a batch is canceled, or that nobody knows whether it is, unless that is recorded already."""
    known = connection.scalar(select(batches.c.state).where(batches.c.id == batch_id))
    if not failure:
        move_batch(connection, batch_id, BatchState.CANCELLED, clock.now())
    elif known != BatchState.UNKNOWN:
        move_batch(connection, batch_id, BatchState.UNKNOWN, clock.now(), reason=failure)
