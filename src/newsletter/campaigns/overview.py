"""How far each issue is, as lists of issues show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from newsletter.campaigns.journal import forgotten, refuse_damaged
from newsletter.campaigns.states import CampaignState
from newsletter.errors import CampaignError
from newsletter.storage import open_store
from newsletter.storage.copies import database_file
from newsletter.storage.ledger import campaigns
from newsletter.storage.moment import read_moment
from newsletter.storage.store import refuse_lost
from newsletter.workspace import Workspace

DRAFT = "draft"
_WORDS = {CampaignState.FINISHED.value: "sent"}
"""Where lists say it in other words than the ledger."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an issue is.

    Attributes:
        state: a word for it.
        at: when it was sent, or is to be; for all others, when its campaign began.
    """

    state: str
    at: datetime


def issue_states(workspace: Workspace) -> Mapping[str, str]:
    """Return the state of each issue that a campaign was started for; all others are drafts.

    A workspace that never had a database gets none just because somebody looks.

    Raises:
        StoreError: the database cannot be asked.
    """
    return {slug: standing.state for slug, standing in issue_standings(workspace).items()}


def issue_standings(workspace: Workspace) -> Mapping[str, Standing]:
    """Return the same with the time that matters.

    Raises:
        StoreError: the database cannot be asked.
    """
    if not has_database(workspace):
        return {}
    columns = (campaigns.c.slug, campaigns.c.state, campaigns.c.finished_at, campaigns.c.due_at, campaigns.c.created_at)
    with open_store(workspace.database_url, workspace.key_file) as store, store.read() as connection:
        found = connection.execute(select(*columns).order_by(campaigns.c.id)).all()
    return {
        slug: Standing(_WORDS.get(state, state), read_moment(finished_at or due_at or created_at))
        for slug, state, finished_at, due_at, created_at in found
    }


def forgotten_issues(workspace: Workspace) -> Mapping[str, CampaignError]:
    """Return the issues that were sent as the journal says, and that the database does not know; with words about each.

    Raises:
        StoreError: the database cannot be asked, or the journal is damaged.
    """
    if not has_database(workspace):
        return {}
    with open_store(workspace.database_url, workspace.key_file) as store, store.read() as connection:
        refuse_damaged(store)
        return forgotten(store, connection)


def has_database(workspace: Workspace) -> bool:
    """Whether there is a database to ask; opening one makes it.

    Raises:
        StoreError: there was one, and it is lost.
    """
    refuse_lost(workspace.database_url, workspace.key_file)
    database = database_file(workspace.database_url)
    return database is None or database.is_file()
