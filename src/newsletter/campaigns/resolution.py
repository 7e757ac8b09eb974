"""Settling doubts: by SendGrid's own logs, or by a person's word. Nothing else re-sends."""

from collections.abc import Collection
from datetime import timedelta
from typing import Protocol, runtime_checkable

from sqlalchemy import ColumnElement, func, select, update

from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.campaigns.closing import finish_if_over
from newsletter.campaigns.plan import Campaign
from newsletter.campaigns.states import DeliveryState, check
from newsletter.errors import CampaignError
from newsletter.storage import Store
from newsletter.storage.ledger import deliveries
from newsletter.subscribers.addresses import email_key

_PAUSE = 10.5  # seconds between look-ups: SendGrid allows six a minute


@runtime_checkable
class Witness(Protocol):
    """A transport whose carrier can be asked whether it took a message."""

    def took(self, campaign_ref: str, email: str, since: str) -> bool:
        """Return whether the carrier knows of this campaign's message to `email`.

        Raises:
            TransportError: it cannot be asked.
        """
        ...


def doubtful(store: Store, campaign: Campaign, only: Collection[str] = ()) -> int:
    """Count the deliveries in doubt, or those to some addresses among them.

    Raises:
        CampaignError: one of the addresses is not in doubt.
    """
    with store.read() as connection:
        found = connection.scalar(select(func.count()).select_from(deliveries).where(*_in_doubt(campaign, only))) or 0
    if only and found != len({email_key(address) for address in only}):
        hint = f"Who is: newsletter status {campaign.slug} --people"
        raise CampaignError("not every one of these addresses is in doubt", hint=hint)
    return found


def resolve(
    store: Store, campaign: Campaign, *, sent: bool, only: Collection[str] = (), clock: Clock = SYSTEM_CLOCK
) -> int:
    """Take a person's word for it that messages in doubt were sent, or were not.

    What was not sent is queued again, for `resume`.

    Returns:
        How many were settled.
    """
    after = DeliveryState.ACCEPTED if sent else DeliveryState.QUEUED
    check(DeliveryState.UNKNOWN, after)
    values: dict[str, object] = {"state": after, "reason": f"a person says: {'sent' if sent else 'not sent'}"}
    if not sent:
        values["batch_id"] = None
    with store.write() as connection:
        moved = connection.execute(update(deliveries).where(*_in_doubt(campaign, only)).values(values)).rowcount
        finish_if_over(connection, campaign.id, clock.now())
    return moved


def look_up(store: Store, campaign: Campaign, witness: Witness, clock: Clock = SYSTEM_CLOCK) -> int:
    """Ask the carrier about each message in doubt; those that it knows were sent.

    One that it does not know stays in doubt: its logs may only be slow.

    Returns:
        How many were settled.
    """
    since = (campaign.created_at - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with store.read() as connection:
        people = connection.scalars(select(deliveries.c.email).where(*_in_doubt(campaign, ()))).all()
    settled = 0
    for number, email in enumerate(people):
        if number:
            clock.sleep(_PAUSE)
        if witness.took(campaign.ref, email, since):
            settled += resolve(store, campaign, sent=True, only=[email], clock=clock)
    return settled


def _in_doubt(campaign: Campaign, only: Collection[str]) -> list[ColumnElement[bool]]:
    rules = [deliveries.c.campaign_id == campaign.id, deliveries.c.state == DeliveryState.UNKNOWN]
    return [*rules, deliveries.c.email_key.in_([email_key(address) for address in only])] if only else rules
