"""Stop rules: a campaign that annoys its readers, or whose list is stale, pauses by itself.

Mailbox providers punish a sender from 0.3 % of complaints
(https://support.google.com/a/answer/81126); the next batch would only make it worse.
"""

from datetime import datetime

from sqlalchemy import Connection, func, select

from newsletter.campaigns.closing import move_campaign
from newsletter.campaigns.states import BatchState, CampaignState, DeliveryState
from newsletter.storage.ledger import batches, campaigns, deliveries
from newsletter.storage.moment import write_moment
from newsletter.transports.events import Kind

MOST_COMPLAINTS = 0.003
LEAST_COMPLAINTS = 3  # in a small campaign one is 1 %, and no verdict
WARNING = 0.001
MOST_BOUNCES = 0.05
LEAST_BOUNCES = 3


def pause_if_bad(connection: Connection, campaign_id: int, now: datetime) -> list[str]:
    """Pause a campaign of which something is still to go out, if a rule says so; return its name then.

    What the provider holds goes out nonetheless unless somebody cancels it: the reason says so.
    """
    row = connection.execute(select(campaigns).where(campaigns.c.id == campaign_id)).one()
    held = row.state == CampaignState.FINISHED and _holds_something(connection, campaign_id, now)
    if row.state != CampaignState.SENDING and not held:
        return []
    reason = verdict(connection, campaign_id)
    if not reason:
        return []
    stops = f"; newsletter cancel {row.slug} stops what SendGrid still holds" if held else ""
    move_campaign(connection, campaign_id, CampaignState.PAUSED, reason=reason + stops)
    return [row.slug]


def verdict(connection: Connection, campaign_id: int) -> str:
    """Return why a campaign should stop, or should have stopped; nothing if all is well."""
    return complaint_verdict(*_complaints(connection, campaign_id)) or _stale_batch(connection, campaign_id)


def _holds_something(connection: Connection, campaign_id: int, now: datetime) -> bool:
    held = select(batches.c.id).where(batches.c.campaign_id == campaign_id, batches.c.state == BatchState.ACCEPTED)
    return connection.execute(held.where(batches.c.send_at > write_moment(now)).limit(1)).first() is not None


def complaint_verdict(complaints: int, accepted: int) -> str:
    """Return why so many complaints stop a campaign, or nothing."""
    if complaints < LEAST_COMPLAINTS or complaints < MOST_COMPLAINTS * accepted:
        return ""
    return f"{complaints} of {accepted} readers called it spam; 0.3 % is the limit"


def _complaints(connection: Connection, campaign_id: int) -> tuple[int, int]:
    query = (
        select(func.count().filter(deliveries.c.fate == Kind.COMPLAINED), func.count())
        .select_from(deliveries)
        .where(deliveries.c.campaign_id == campaign_id, deliveries.c.state == DeliveryState.ACCEPTED)
    )
    complaints, accepted = connection.execute(query).one()
    return complaints, accepted


def _stale_batch(connection: Connection, campaign_id: int) -> str:
    """Return why one batch's bounces stop a campaign, or nothing."""
    bounced = func.count().filter(deliveries.c.fate == Kind.BOUNCED)
    query = (
        select(bounced.label("bounced"), func.count().label("size"))
        .select_from(deliveries)
        .where(deliveries.c.campaign_id == campaign_id, deliveries.c.batch_id.is_not(None))
        .group_by(deliveries.c.batch_id)
        .having(bounced >= LEAST_BOUNCES, bounced >= MOST_BOUNCES * func.count())
    )
    row = connection.execute(query.limit(1)).one_or_none()
    return f"{row.bounced} of {row.size} addresses of one batch do not exist; 5 % is the limit" if row else ""
