"""Remembering which version of an issue was looked at, so that `send` can say whether it is what goes out."""

import threading

from newsletter.campaigns.approval import record_look
from newsletter.errors import StoreError
from newsletter.storage import open_store
from newsletter.workspace import Workspace


class Memory:
    """Writes each look down once; looking again at the same version is nothing new."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}
        self._one_at_a_time = threading.Lock()

    def remember(self, workspace: Workspace, slug: str, digest: str) -> None:
        """Write down that the version `digest` of an issue was shown.

        A database that is busy or damaged keeps nobody from looking: it is asked again the
        next time.
        """
        with self._one_at_a_time:
            if self._seen.get(slug) == digest:
                return
            try:
                with open_store(workspace.database_url, workspace.key_file) as store, store.write() as connection:
                    record_look(connection, slug, digest, "preview")
            except StoreError:
                return
            self._seen[slug] = digest
