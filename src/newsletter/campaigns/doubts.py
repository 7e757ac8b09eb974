"""Whoever needs a person's attention: refused, or perhaps mailed and perhaps not."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from newsletter.campaigns.freezing import earlier_campaigns
from newsletter.campaigns.plan import Campaign
from newsletter.campaigns.states import DeliveryState
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
