"""Finding the campaigns of an issue in the ledger.

An issue may take several: a pilot and then the rest, or one that was canceled and then sent
again. The latest has the issue's name in its row; the earlier ones have a number behind it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from newsletter.campaigns.journal import refuse_forgotten
from newsletter.campaigns.model import Campaign, Plan
from newsletter.campaigns.states import BatchState, CampaignState
from newsletter.errors import CampaignError, StoreError
from newsletter.message import Message
from newsletter.storage import Store
from newsletter.storage.ledger import RETIRED, batches, campaigns, of_issue
from newsletter.storage.moment import read_moment


def retired_name(campaign: Campaign) -> str:
    """Return the name that a campaign's row gets when another one of the same issue follows."""
    return f"{campaign.slug}{RETIRED}{campaign.id}"


def issue_of(name: str) -> str:
    """Return the issue that a campaign's row is about."""
    return name.partition(RETIRED)[0]


def campaigns_of(connection: Connection, slug: str) -> list[Campaign]:
    """Return all campaigns of an issue, the latest first."""
    rows = connection.execute(select(campaigns).where(of_issue(slug)).order_by(campaigns.c.id.desc()))
    return [read_campaign(row) for row in rows]


def held_until(connection: Connection, slug: str) -> datetime | None:
    """Return when the provider lets the last mail of an issue go, past or to come; nothing if it holds none.

    It is told by the provider's clock.
    """
    mine = select(func.max(batches.c.send_at)).join(campaigns, campaigns.c.id == batches.c.campaign_id)
    moment = connection.scalar(mine.where(of_issue(slug), batches.c.state == BatchState.ACCEPTED))
    return read_moment(moment) if moment else None


def find_campaign(store: Store, slug: str) -> Campaign | None:
    """Return the latest campaign of an issue, if there is one."""
    with store.read() as connection:
        row = connection.execute(select(campaigns).where(campaigns.c.slug == slug)).one_or_none()
    return None if row is None else read_campaign(row)


def known_campaign(store: Store, slug: str, *, nothing_to: str = "") -> Campaign:
    """Return the latest campaign of an issue; `nothing_to` says what cannot be done with one that was never sent.

    Raises:
        CampaignError: it was never started, as far as database and journal know.
    """
    found = find_campaign(store, slug)
    if found is None:
        with store.read() as connection:
            refuse_forgotten(store, connection, slug)
        if nothing_to:
            hint, command = "See the issues and their state.", "newsletter list"
            raise CampaignError(f"{slug} was not sent, so there is nothing to {nothing_to}", hint=hint, command=command)
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
        slug=issue_of(found["slug"]),
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
