"""Sending one batch: it is made ready, held where that is wanted, and handed to the transport.

This is all that the sender's other threads do. They decide nothing, and of the ledger they
write only the provider's name for a batch, which has to be there before it is used.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import repeat
from urllib.parse import quote

from newsletter.campaigns.clock import Clock, note_provider_ahead
from newsletter.campaigns.failpoints import reach
from newsletter.campaigns.freezing import FARTHEST_HOLD
from newsletter.campaigns.holds import LEAST_HOLD
from newsletter.campaigns.journal import note_batch
from newsletter.campaigns.ledger import Claim, Person, record_hold
from newsletter.campaigns.model import Campaign, delivery_refs
from newsletter.message import Message, Recipient
from newsletter.storage import Store
from newsletter.subscribers.tokens import unsubscribe_token
from newsletter.transports import Batch, Hold, NotSent, Outcome, ProviderTime, Transport

# --- What the transport needs to know of a person: as little as possible --------------

Link = Callable[[int], str]
"""From a subscriber's id to their own unsubscribe link."""

ONE_CLICK_PATH = "/u/"
"""Where the public pages answer; a token follows."""


def unsubscribe_link(key: bytes, message: Message, transport: Transport, public_url: str) -> Link:
    """Return how an unsubscribe link is made: by the public pages, the provider, or a mail to the clinic."""
    if public_url:
        return lambda number: f"{public_url}{ONE_CLICK_PATH}{unsubscribe_token(key, number)}"
    if transport.makes_unsubscribe_links:
        return lambda _number: ""
    address = quote(message.reply_to, safe="@")
    return lambda number: f"mailto:{address}?subject=unsubscribe%20{unsubscribe_token(key, number)}"


def recipients(key: bytes, people: Sequence[Person], link: Link, *, one_click: bool) -> tuple[Recipient, ...]:
    """Return the people of a batch as the transport sees them, in the same order."""
    ids, subscriber_ids, emails, first_names, last_names, *_ = zip(*people, strict=True)
    refs = delivery_refs(key, ids)
    return tuple(map(Recipient, refs, emails, first_names, last_names, map(link, subscriber_ids), repeat(one_click)))


# --- One request ----------------------------------------------------------------------


class NeverBegunError(Exception):
    """A batch could not be made ready; not a byte of its request has left. The cause tells why."""


class BatchRequests:
    """Makes one request after the other for a campaign; several threads may use it at a time."""

    def __init__(self, store: Store, campaign: Campaign, transport: Transport, clock: Clock) -> None:
        self._store = store
        self._campaign = campaign
        self._transport = transport
        self._clock = clock
        self._goes_out: datetime | None = None
        self._link = unsubscribe_link(store.key, campaign.message, transport, campaign.plan.public_url)

    def send(self, claimed: Claim) -> Outcome:
        """Make one request, in a thread of its own."""
        try:
            batch = self._prepare(claimed)
        except Exception as err:
            raise NeverBegunError from err
        if isinstance(batch, NotSent):
            return batch
        reach("before-request")
        outcome = self._transport.send(batch)
        reach("after-request")
        return outcome

    def _prepare(self, claimed: Claim) -> Batch | NotSent:
        note_batch(self._store, self._campaign, claimed.ref)
        hold = self._open_hold(claimed)
        if isinstance(hold, NotSent):
            return hold
        one_click = bool(self._campaign.plan.public_url)
        return Batch(
            campaign=self._campaign.ref,
            ref=claimed.ref,
            slug=self._campaign.slug,
            message=self._campaign.message,
            recipients=recipients(self._store.key, claimed.people, self._link, one_click=one_click),
            hold=hold,
            may_begin=self._store.is_at_work,
        )

    def _open_hold(self, claimed: Claim) -> Hold | NotSent | None:
        """Get and commit the provider's name for this batch, before anything is sent under it."""
        holds = self._transport.holds
        if not self._campaign.plan.held or holds is None:
            return None
        opened = holds.open()
        if isinstance(opened, NotSent):
            return opened
        reach("after-hold-opened")
        send_at = self._send_at(holds.provider_time())
        if isinstance(send_at, NotSent):
            return send_at
        hold = Hold(opened, send_at)
        record_hold(self._store, claimed.batch_id, hold)
        return hold

    def _send_at(self, now: ProviderTime | None) -> datetime | NotSent:
        """Return when the provider is to let a batch go, by its own clock, which need not agree with this one.

        Where it does not tell, this computer's clock has to do. Such a batch is sent, but
        nobody can say afterwards that it was called back in time.
        """
        if now is None:
            now = ProviderTime(self._clock.now(), self._clock.now())
        elif self._goes_out is None:
            with self._store.work() as connection:
                note_provider_ahead(connection, now.earliest - self._clock.now())
        if self._goes_out is None:  # all batches together, if they are handed over quickly enough
            self._goes_out = self._campaign.chosen_at or now.earliest + self._campaign.plan.hold_time
        send_at = max(self._goes_out, now.latest + LEAST_HOLD)
        too_early = (send_at - now.earliest - FARTHEST_HOLD).total_seconds()
        if too_early > 0:
            hours = FARTHEST_HOLD // timedelta(hours=1)
            reason = (
                f"SendGrid holds nothing for more than {hours} hours, and this computer's clock is ahead of its own"
            )
            return NotSent(reason, too_early)
        return send_at
