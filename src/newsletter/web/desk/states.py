"""What the ledger says of each issue, for the list."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import make_url, select

from newsletter.storage import open_store
from newsletter.storage.ledger import campaigns
from newsletter.workspace import Workspace

_WORDS = {"finished": "sent"}


def issue_states(workspace: Workspace) -> Mapping[str, str]:
    """Return the state of each issue that a campaign was started for; the others are drafts.

    A workspace that never had a database gets none just because somebody looks.
    """
    url = make_url(workspace.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return {}
    with open_store(workspace.database_url, workspace.key_file) as store, store.read() as connection:
        return {
            row.slug: _WORDS.get(row.state, row.state)
            for row in connection.execute(select(campaigns.c.slug, campaigns.c.state))
        }
