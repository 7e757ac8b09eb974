"""What one person was sent: each campaign that had a copy for them, and what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from newsletter.campaigns.clock import provider_ahead
from newsletter.campaigns.records import issue_of
from newsletter.campaigns.states import DeliveryState
from newsletter.storage.ledger import batches, campaigns, deliveries
from newsletter.storage.moment import read_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One copy.

    Attributes:
        slug: the issue.
        at: when the carrier took it or is to let it go; before that, when the campaign began.
        held_until: when the carrier lets it go, past or to come, if it was held, by its own clock.
        ahead: by how much that was ahead of this computer's.
        fate: what events told of it, the gravest; empty if nothing was heard.
        reason: why it was refused or skipped.
    """

    slug: str
    at: datetime
    state: DeliveryState
    fate: str
    reason: str
    held_until: datetime | None = None
    ahead: timedelta = timedelta(0)


def received(connection: Connection, key: str) -> list[Received]:
    """Return the copies for the address whose key is `key`, the newest first.

    Looked up by campaign and address, which the ledger has an index for.
    """
    mine = (deliveries.c.campaign_id == campaigns.c.id) & (deliveries.c.email_key == key)
    query = (
        select(
            campaigns.c.slug,
            campaigns.c.created_at,
            deliveries.c.state,
            deliveries.c.fate,
            deliveries.c.reason,
            batches.c.send_at,
            batches.c.closed_at,
        )
        .select_from(campaigns.join(deliveries, mine).outerjoin(batches, deliveries.c.batch_id == batches.c.id))
        .order_by(campaigns.c.id.desc())
    )
    ahead = provider_ahead(connection)
    return [
        Received(
            slug=issue_of(row.slug),
            at=read_moment(row.send_at) if row.send_at else read_moment(row.closed_at or row.created_at),
            state=DeliveryState(row.state),
            fate=row.fate,
            reason=row.reason,
            held_until=read_moment(row.send_at) if row.send_at else None,
            ahead=ahead,
        )
        for row in connection.execute(query)
    ]
