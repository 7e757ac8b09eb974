"""Most of an import has nothing to do with the database; `test_either_store` tries both kinds."""

from collections.abc import Iterator

import pytest

from newsletter.storage import Store, open_store
from newsletter.workspace import Workspace


@pytest.fixture
def store(workspace: Workspace) -> Iterator[Store]:
    """A SQLite database, new and empty."""
    with open_store(workspace.database_url, workspace.key_file) as opened:
        yield opened
