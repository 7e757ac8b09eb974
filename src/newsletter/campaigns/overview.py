"""How far each issue is, as lists of issues show it."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import make_url, select

from newsletter.campaigns.states import CampaignState
from newsletter.storage import open_store
from newsletter.storage.ledger import campaigns
from newsletter.workspace import Workspace

DRAFT = "draft"
_WORDS = {CampaignState.FINISHED.value: "sent"}
"""Where lists say it in other words than the ledger."""


def issue_states(workspace: Workspace) -> Mapping[str, str]:
    """Return the state of each issue that a campaign was started for; all others are drafts.

    A workspace that never had a database gets none just because somebody looks.

    Raises:
        StoreError: the database cannot be asked.
    """
    if not has_database(workspace):
        return {}
    with open_store(workspace.database_url, workspace.key_file) as store, store.read() as connection:
        found = connection.execute(select(campaigns.c.slug, campaigns.c.state)).all()
    return {slug: _WORDS.get(state, state) for slug, state in found}


def has_database(workspace: Workspace) -> bool:
    """Whether there is a database to ask; opening one makes it."""
    url = make_url(workspace.database_url)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").is_file()
