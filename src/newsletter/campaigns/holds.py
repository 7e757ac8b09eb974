"""Held sends: the provider keeps a batch for a while, and until then it can be called back.

SendGrid has no idempotency key, so a lost reply cannot be asked about. A held batch needs
no asking: cancel its `batch_id`, and whatever was or was not accepted under it goes to
nobody; then send the same people a new batch under a new id. Cancelling is promised only
ten minutes ahead (https://www.twilio.com/docs/sendgrid/api-reference/cancel-scheduled-sends).
"""

from datetime import timedelta

from sqlalchemy import select

from newsletter.campaigns.clock import Clock
from newsletter.campaigns.closing import close_batch
from newsletter.campaigns.failpoints import reach
from newsletter.campaigns.states import BatchState
from newsletter.storage import Store
from newsletter.storage.ledger import batches
from newsletter.storage.moment import read_moment
from newsletter.transports import Hold, HoldingTransport, Transport

NOTICE = timedelta(minutes=10)
"""What the provider asks for; a cancellation later than this may come to nothing."""

_MARGIN = timedelta(seconds=30)  # for our clock and the provider's to differ

LEAST_HOLD = timedelta(minutes=15)
"""The shortest hold that leaves time to notice a lost reply and to call the batch back."""

CANCELLATIONS = 10
"""How many cancelled batches a provider keeps at a time; its pages say 10 or 100."""


def call_back(store: Store, batch_id: int, transport: Transport, clock: Clock, reason: str) -> BatchState:
    """Decide about a batch in flight whose reply was lost, and record the decision.

    Returns:
        `returned` when its people can be sent a new batch safely, else `unknown`.
    """
    hold = _hold_of(store, batch_id)
    failure = cancel_hold(hold, transport, clock) if hold else "it was sent at once"
    if failure:
        close_batch(store, batch_id, BatchState.UNKNOWN, clock, reason=reason)
        return BatchState.UNKNOWN
    close_batch(store, batch_id, BatchState.RETURNED, clock, reason=reason)
    return BatchState.RETURNED


def cancel_hold(hold: Hold, transport: Transport, clock: Clock) -> str:
    """Have the provider discard a held batch; return why that failed, or nothing if it worked."""
    if not isinstance(transport, HoldingTransport):
        return "this transport cannot call anything back"
    if clock.now() > hold.send_at - NOTICE - _MARGIN:
        # A crash may have come between an earlier cancelling and the record of it.
        return "" if transport.is_cancelled(hold.batch_id) else "too late"
    reach("before-hold-cancelled")
    failure = transport.cancel_hold(hold.batch_id)
    reach("after-hold-cancelled")
    return failure or ("" if clock.now() <= hold.send_at - NOTICE else "its answer came too late")


def _hold_of(store: Store, batch_id: int) -> Hold | None:
    with store.read() as connection:
        row = connection.execute(select(batches.c.hold_id, batches.c.send_at).where(batches.c.id == batch_id)).one()
    return Hold(row.hold_id, read_moment(row.send_at)) if row.hold_id else None
