"""After a crash: what was in flight is settled before anything else is sent."""

from sqlalchemy import select

from newsletter.campaigns.clock import Clock
from newsletter.campaigns.closing import close_batch, was_restored
from newsletter.campaigns.holds import call_back, held_batches, is_in_time, time_at
from newsletter.campaigns.plan import Campaign
from newsletter.campaigns.states import BatchState
from newsletter.storage import Store
from newsletter.storage.ledger import batches
from newsletter.transports import Transport

_DIED = "the program ended before the answer was recorded"


def settle(store: Store, campaign: Campaign, transport: Transport, clock: Clock) -> None:
    """Decide about each batch that an earlier run left in flight, or in doubt while it is held.

    Sent again are only those of which nothing was sent, or whose first sending is undone
    or replaced by the second; every other one becomes `unknown`. The caller holds the
    campaign's lock, so nobody else is at work on these.
    """
    for batch_id in _held_in_doubt(store, campaign, transport):
        call_back(store, batch_id, transport, clock, _DIED)
    for batch_id, hold_id in _left_in_flight(store, campaign):
        never_began = campaign.plan.held and not hold_id  # a request needs its hold recorded first
        if transport.repeatable or never_began:
            close_batch(store, batch_id, BatchState.RETURNED, clock, reason=_DIED)
        else:
            call_back(store, batch_id, transport, clock, _DIED)


def _held_in_doubt(store: Store, campaign: Campaign, transport: Transport) -> list[int]:
    """Return the batches in doubt that may still be called back, such as those whose cancelling was refused."""
    with store.read() as connection:
        if was_restored(connection, campaign.id):
            return []  # their people may have a copy in a batch that is not known any more
    held = held_batches(store, batches.c.campaign_id == campaign.id, batches.c.state == BatchState.UNKNOWN)
    now = time_at(transport) if held else None
    return [batch.id for batch in held if now and is_in_time(batch.hold, now)]


def _left_in_flight(store: Store, campaign: Campaign) -> list[tuple[int, str]]:
    query = select(batches.c.id, batches.c.hold_id).where(
        batches.c.campaign_id == campaign.id, batches.c.state == BatchState.IN_FLIGHT
    )
    with store.read() as connection:
        return [(row.id, row.hold_id) for row in connection.execute(query)]
