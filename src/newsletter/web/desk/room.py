"""What all parts of the desk share: the workspace, its store, its news, and how pages are made."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from starlette.routing import Route

from newsletter.storage import Store, open_store
from newsletter.web.desk.changes import Changes
from newsletter.web.desk.changing import A_FORM, Handler, change_route
from newsletter.web.desk.pagemaking import PageMaker
from newsletter.web.desk.proofs import Proofs
from newsletter.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Room:
    """The desk's common ground.

    Attributes:
        proofs: the issues, read and rendered.
        changes: the news about the workspace's files.
        pages: makes pages, redirections and answers for errors.
    """

    proofs: Proofs
    changes: Changes
    pages: PageMaker

    @property
    def workspace(self) -> Workspace:
        """The workspace, with the settings that were last good."""
        return self.proofs.workspace

    @contextlib.contextmanager
    def store(self) -> Iterator[Store]:
        """Open the workspace's database."""
        with open_store(self.workspace.database_url, self.workspace.key_file) as store:
            yield store

    def change(self, path: str, handler: Handler, *, most_bytes: int = A_FORM) -> Route:
        """Return a route for POST requests that carry the desk's token; the only way to change anything."""
        return change_route(path, handler, token=self.pages.token, most_bytes=most_bytes)
