"""Whoever needs a person's attention: refused, or perhaps mailed and perhaps not."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

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
    """Name everybody who was refused or is in doubt, the doubtful first."""
    states = [DeliveryState.UNKNOWN, DeliveryState.REFUSED]
    query = (
        select(deliveries.c.email, deliveries.c.state, deliveries.c.reason)
        .where(deliveries.c.campaign_id == campaign.id, deliveries.c.state.in_(states))
        .order_by(deliveries.c.state.desc(), deliveries.c.id)
    )
    for row in connection.execute(query):
        yield Doubt(row.email, DeliveryState(row.state), row.reason)
