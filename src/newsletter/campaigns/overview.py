"""How far each issue is, as lists of issues show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from newsletter.campaigns.journal import forgotten, older_sends, refuse_damaged
from newsletter.campaigns.states import CampaignState
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
        slug: Standing(_WORDS.get(CampaignState(state), state), read_moment(finished_at or due_at or created_at))
        for slug, state, finished_at, due_at, created_at in found
    }


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What the journal knows and the database does not: it is older, a backup or another computer's copy.

    Attributes:
        issues: those of whose send it knows nothing, with words about each.
        sends: issues of whose send it does not know all.
    """

    issues: Mapping[str, str]
    sends: tuple[str, ...] = ()


def forgotten_sends(workspace: Workspace) -> Forgotten:
    """Compare the database with the journal beside it.

    Raises:
        StoreError: the database cannot be asked, or the journal is damaged.
    """
    if not has_database(workspace):
        return Forgotten({})
    with open_store(workspace.database_url, workspace.key_file) as store, store.read() as connection:
        refuse_damaged(store)
        unknown = {slug: err.what for slug, err in forgotten(store, connection).items()}
        return Forgotten(unknown, tuple(older_sends(store, connection)))


def has_database(workspace: Workspace) -> bool:
    """Whether there is a database to ask; opening one makes it.

    Raises:
        StoreError: there was one, and it is lost.
    """
    refuse_lost(workspace.database_url, workspace.key_file)
    database = database_file(workspace.database_url)
    return database is None or database.is_file()
