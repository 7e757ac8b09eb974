"""Reading has nothing to do with the database; the imports' tests one folder up try both kinds."""

from collections.abc import Iterator

import pytest

from newsletter.storage import Store, open_store
from newsletter.workspace import Workspace


@pytest.fixture
def store(workspace: Workspace) -> Iterator[Store]:
    """A SQLite database, new and empty."""
    with open_store(workspace.database_url, workspace.key_file) as opened:
        yield opened
