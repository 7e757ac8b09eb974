"""Stop rules: a campaign that annoys its readers, or whose list is stale, pauses by itself.

A held campaign is handed over as a whole before anybody can complain: then the rules speak
in its report, and while the provider still holds something of it a person can cancel that.

Mailbox providers punish a sender from 0.3 % of complaints
(https://support.google.com/a/answer/81126); the next batch would only make it worse.
"""

from collections.abc import Collection

from sqlalchemy import Connection, func, select

from newsletter.campaigns.closing import move_campaign
from newsletter.campaigns.records import issue_of
from newsletter.campaigns.states import CampaignState, DeliveryState
from newsletter.storage.ledger import campaigns, deliveries
from newsletter.transports.events import Kind

MOST_COMPLAINTS = 0.003
LEAST_COMPLAINTS = 3  # in a small campaign one is 1 %, and no verdict
WARNING = 0.001
MOST_BOUNCES = 0.05
LEAST_BOUNCES = 3


def pause_if_bad(connection: Connection, campaign_id: int) -> list[str]:
    """Pause a campaign that is being sent, if a rule says so; return its name then."""
    row = connection.execute(select(campaigns).where(campaigns.c.id == campaign_id)).one()
    if row.state != CampaignState.SENDING:
        return []
    reason = verdict(connection, campaign_id)
    if not reason:
        return []
    move_campaign(connection, campaign_id, CampaignState.PAUSED, reason=reason)
    return [issue_of(row.slug)]


def verdict(connection: Connection, campaign_id: int) -> str:
    """Return why a campaign should stop, or should have been stopped; nothing if all is well."""
    return complaint_verdict(*_complaints(connection, campaign_id)) or _stale_batch(connection, campaign_id)


def verdicts(connection: Connection, campaign_ids: Collection[int]) -> dict[str, str]:
    """Return the same for several campaigns, by name; only of those of which there is something to say."""
    query = select(campaigns.c.id, campaigns.c.slug).where(campaigns.c.id.in_(campaign_ids)).order_by(campaigns.c.id)
    found = {issue_of(row.slug): verdict(connection, row.id) for row in connection.execute(query).all()}
    return {slug: reason for slug, reason in found.items() if reason}


def complaint_verdict(complaints: int, accepted: int) -> str:
    """Return why so many complaints stop a campaign, or nothing."""
    if complaints < LEAST_COMPLAINTS or complaints < MOST_COMPLAINTS * accepted:
        return ""
    return f"{complaints} of {accepted} readers marked it as spam; the limit is 0.3 %"


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
    return f"{row.bounced} of {row.size} addresses in one batch do not exist; the limit is 5 %" if row else ""
