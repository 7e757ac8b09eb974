"""Finding a campaign in the ledger."""

from typing import Any

from sqlalchemy import Row, select

from newsletter.campaigns.journal import refuse_forgotten
from newsletter.campaigns.plan import Campaign, Plan
from newsletter.campaigns.states import CampaignState
from newsletter.errors import CampaignError, StoreError
from newsletter.message import Message
from newsletter.storage import Store
from newsletter.storage.ledger import campaigns
from newsletter.storage.moment import read_moment


def find_campaign(store: Store, slug: str) -> Campaign | None:
    """Return the campaign of an issue, if it was ever started."""
    with store.read() as connection:
        row = connection.execute(select(campaigns).where(campaigns.c.slug == slug)).one_or_none()
    return None if row is None else read_campaign(row)


def known_campaign(store: Store, slug: str) -> Campaign:
    """Return the campaign of an issue.

    Raises:
        CampaignError: it was never started, as far as database and journal know.
    """
    found = find_campaign(store, slug)
    if found is None:
        with store.read() as connection:
            refuse_forgotten(store, connection, slug)
        raise CampaignError(f"{slug} was never sent", hint="Send it first.", command=f"newsletter send {slug}")
    return found


def reread(store: Store, campaign: Campaign) -> Campaign:
    """Return a campaign as it is by now, even if another one bears its issue's name since."""
    with store.read() as connection:
        return read_campaign(connection.execute(select(campaigns).where(campaigns.c.id == campaign.id)).one())


def read_campaign(row: Row[Any]) -> Campaign:
    """Return the campaign of a whole row.

    Raises:
        StoreError: the row is damaged.
    """
    try:
        return _campaign(row)
    except (ValueError, KeyError, TypeError, AttributeError, StoreError) as err:  # JSON that is none, or lacks a part
        hint = "Do not send it. Restore your newest backup."
        what = f"what the database holds of the send of {row.slug} is damaged"
        raise StoreError(what, hint=hint, command="newsletter restore FILE") from err


def _campaign(row: Row[Any]) -> Campaign:
    found = row._mapping  # noqa: SLF001 - SQLAlchemy's documented access by name
    return Campaign(
        id=found["id"],
        ref=found["ref"],
        slug=found["slug"],
        state=CampaignState(found["state"]),
        reason=found["reason"],
        digest=found["digest"],
        plan=Plan.from_json(found["plan"]),
        frozen=found["frozen"],
        created_at=read_moment(found["created_at"]),
        due_at=read_moment(found["due_at"]) if found["due_at"] else None,
        finished_at=read_moment(found["finished_at"]) if found["finished_at"] else None,
        message=Message.from_json(found["message"]),
    )
