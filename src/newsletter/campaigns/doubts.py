"""Whoever needs a person's attention: rejected, or perhaps mailed and perhaps not."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, select, update

from newsletter.campaigns.closing import REJECTED_UNNAMED, move_campaign, state_of
from newsletter.campaigns.freezing import earlier_campaigns
from newsletter.campaigns.lock import sole_sender
from newsletter.campaigns.plan import Campaign
from newsletter.campaigns.states import OPEN, CampaignState, DeliveryState, check
from newsletter.errors import CampaignError
from newsletter.storage import Store
from newsletter.storage.ledger import deliveries
from newsletter.storage.people import subscribers
from newsletter.subscribers.vocabulary import Status


@dataclass(frozen=True, slots=True)
class Doubt:
    """One such person."""

    email: str
    state: DeliveryState
    reason: str

    def as_document(self) -> dict[str, str]:
        """Return it as JSON takes it."""
        return {"email": self.email, "state": self.state.value, "reason": self.reason}


def needing_a_person(connection: Connection, campaign: Campaign) -> Iterator[Doubt]:
    """Name everybody who was refused or is in doubt, the doubtful first.

    Whoever is in doubt since the issue was cancelled once is among them.
    """
    mine = deliveries.c.campaign_id == campaign.id
    earlier = [each.id for each in earlier_campaigns(connection, campaign.slug)]
    before = deliveries.c.campaign_id.in_(earlier) & (deliveries.c.state == DeliveryState.UNKNOWN)
    states = [DeliveryState.UNKNOWN, DeliveryState.REFUSED]
    query = (
        select(deliveries.c.email, deliveries.c.state, deliveries.c.reason)
        .where((mine & deliveries.c.state.in_(states)) | before)
        .order_by(deliveries.c.state.desc(), deliveries.c.id)
    )
    for row in connection.execute(query):
        yield Doubt(row.email, DeliveryState(row.state), row.reason)


def queue_rejected(store: Store, campaign: Campaign) -> int:
    """Queue those again whose rejection names nobody, once a person says that its cause is fixed.

    Left out are those who are subscribed no more, and those who have the issue by another
    campaign, may have it or are to get it.

    Returns:
        How many are queued again.

    Raises:
        CampaignError: the campaign was cancelled.
        BusyError: it is being sent at this moment.
    """
    check(DeliveryState.REFUSED, DeliveryState.QUEUED)
    with sole_sender(store, campaign), store.write() as connection:
        state = state_of(connection, campaign.id)
        if state in {CampaignState.CANCELLING, CampaignState.CANCELLED}:
            raise CampaignError(f"{campaign.slug} was cancelled; send it again instead")
        others = [each.id for each in earlier_campaigns(connection, campaign.slug)]
        mine = deliveries.c.campaign_id == campaign.id
        again = update(deliveries).where(mine, REJECTED_UNNAMED, _still_subscribed(), ~_served_by(others))
        number = connection.execute(again.values(state=DeliveryState.QUEUED, batch_id=None)).rowcount
        if number and state is CampaignState.FINISHED:
            reason = "people who had been rejected are queued again"
            move_campaign(connection, campaign.id, CampaignState.PAUSED, reason=reason)
    return number


def _still_subscribed() -> ColumnElement[bool]:
    """Whoever was suppressed is subscribed no more; an address that was given up may be anything by now."""
    same = (subscribers.c.id == deliveries.c.subscriber_id) & (subscribers.c.email_key == deliveries.c.email_key)
    return exists().where(same, subscribers.c.status == Status.SUBSCRIBED.value)


def _served_by(others: Collection[int]) -> ColumnElement[bool]:
    """Whoever has a copy by another campaign, may have one, or is to get one."""
    other = deliveries.alias()
    same = (other.c.email_key == deliveries.c.email_key) | (other.c.subscriber_id == deliveries.c.subscriber_id)
    return exists().where(other.c.campaign_id.in_(others), same, other.c.state.in_([*OPEN, DeliveryState.ACCEPTED]))
