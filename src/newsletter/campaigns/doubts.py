"""Whoever needs a person's attention: refused, or perhaps mailed and perhaps not."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from newsletter.campaigns.plan import Campaign
from newsletter.campaigns.records import campaigns_of
from newsletter.campaigns.states import CampaignState, DeliveryState
from newsletter.storage.ledger import deliveries


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

    Whoever is so since an earlier campaign of the issue is among them, but for those whom a
    canceled one refused: they were tried again.
    """
    every = campaigns_of(connection, campaign.slug)
    mine = deliveries.c.campaign_id.in_(
        [each.id for each in every if each.id == campaign.id or each.state is not CampaignState.CANCELLED]
    )
    before = deliveries.c.campaign_id.in_([each.id for each in every]) & (deliveries.c.state == DeliveryState.UNKNOWN)
    states = [DeliveryState.UNKNOWN, DeliveryState.REFUSED]
    query = (
        select(deliveries.c.email, deliveries.c.state, deliveries.c.reason)
        .where((mine & deliveries.c.state.in_(states)) | before)
        .order_by(deliveries.c.state.desc(), deliveries.c.id)
    )
    for row in connection.execute(query):
        yield Doubt(row.email, DeliveryState(row.state), row.reason)
