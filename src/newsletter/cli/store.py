"""Opening the workspace's database: apart from `output`, for the commands that need no SQLAlchemy."""

import contextlib
from collections.abc import Iterator

from newsletter.storage import Store, open_store
from newsletter.workspace import Workspace


@contextlib.contextmanager
def workspace_store(workspace: Workspace) -> Iterator[Store]:
    """Open the workspace's database."""
    with open_store(workspace.database_url, workspace.key_file) as store:
        yield store
