"""What workers see to without being asked: campaigns that are to be sent, and what a dead process left of them.

A campaign that stopped long ago waits for a person, like one whose time is long over: nobody
expects its mail any more, and starting a worker must not send it.
"""

import contextlib
from datetime import datetime

from sqlalchemy import exists, func, select, text

from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.freezing import is_unended
from newsletter.campaigns.holds import NOTICE, left_behind
from newsletter.campaigns.lock import is_being_sent, workers
from newsletter.campaigns.model import Campaign
from newsletter.campaigns.records import read_campaign
from newsletter.campaigns.schedule import TOO_LATE
from newsletter.campaigns.states import BatchState, CampaignState
from newsletter.errors import StoreError
from newsletter.storage import Store
from newsletter.storage.ledger import QUEUED, batches, campaigns, deliveries
from newsletter.storage.moment import read_moment, write_moment


def in_need(store: Store, now: datetime) -> list[Campaign]:
    """Return the campaigns of a PostgreSQL database for which a worker can do something at this moment."""
    mine = batches.c.campaign_id == campaigns.c.id
    sending, paused = campaigns.c.state == CampaignState.SENDING, campaigns.c.state == CampaignState.PAUSED
    to_send = exists().where(deliveries.c.campaign_id == campaigns.c.id, text(f"deliveries.{QUEUED}"))
    unsettled = batches.c.state.in_([BatchState.IN_FLIGHT, BatchState.UNKNOWN])
    to_finish = ~exists().where(mine, unsettled)
    is_late = (batches.c.state == BatchState.UNKNOWN) & (batches.c.send_at <= write_moment(now + NOTICE))
    with store.read() as connection:
        orphaned = exists().where(mine, left_behind(connection), ~is_late)
        query = select(campaigns).where((sending & (to_send | to_finish)) | ((sending | paused) & orphaned))
        rows = connection.execute(query.order_by(campaigns.c.id)).all()
    found = []
    for row in rows:
        with contextlib.suppress(StoreError):  # damaged: nobody can send it
            found.append(read_campaign(row))
    return found


def went_quiet(store: Store, campaign: Campaign, now: datetime) -> bool:
    """Whether a campaign stopped so long ago that a person has to say whether it goes on."""
    claimed = select(func.max(batches.c.claimed_at)).where(batches.c.campaign_id == campaign.id)
    with store.read() as connection:
        last = connection.scalar(claimed)
    moments = [campaign.created_at, campaign.due_at, read_moment(last) if last else None]
    return now - max(filter(None, moments)) > TOO_LATE and not is_being_sent(store, campaign)


def left_to_workers(store: Store, campaign: Campaign) -> bool:
    """Whether workers see to a campaign that is to be sent now, so that nobody else has to."""
    if campaign.state is not CampaignState.SENDING or not workers(store):
        return False
    with store.read() as connection:
        if not is_unended(connection, campaign):
            return False
    return not went_quiet(store, campaign, SYSTEM_CLOCK.now())


def is_seen_to(store: Store, campaign: Campaign) -> bool:
    """Whether some process is at work on a campaign, or will be within a moment."""
    return is_being_sent(store, campaign) or left_to_workers(store, campaign)
