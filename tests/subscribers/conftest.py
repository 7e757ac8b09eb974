"""The people are kept alike in SQLite and in PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.storage import Store, open_store
from newsletter.workspace import Workspace


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.outside)])
def store(request: pytest.FixtureRequest, workspace: Workspace) -> Iterator[Store]:
    """A database, new and empty, of either kind."""
    url = workspace.database_url if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with open_store(url, workspace.key_file) as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a test writes the list that it imports."""
    return tmp_path / "list.csv"
