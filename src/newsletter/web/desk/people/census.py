"""How many people there are of each status, and which tags are in use: asked anew when the database has changed."""

from dataclasses import dataclass

from sqlalchemy import Connection

from newsletter.storage.copies import database_file
from newsletter.subscribers import listing
from newsletter.subscribers.vocabulary import Status
from newsletter.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Counts:
    """Everybody on the list, by status; and all tags."""

    by_status: dict[Status, int]
    tags: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many people there are."""
        return sum(self.by_status.values())


class Census:
    """Remembers the last counts as long as the database file is the same: in a million people they take a while."""

    def __init__(self) -> None:
        self._known: tuple[tuple[int, int], Counts] | None = None

    def take(self, workspace: Workspace, connection: Connection) -> Counts:
        """Return the counts as `connection` sees them."""
        stamp = _stamp(workspace)
        if stamp is not None and self._known is not None and self._known[0] == stamp:
            return self._known[1]
        counts = Counts(listing.by_status(connection), listing.tags_in_use(connection))
        self._known = (stamp, counts) if stamp is not None else None
        return counts


def _stamp(workspace: Workspace) -> tuple[int, int] | None:
    """Return what is different after each change of the database, if that can be told from outside."""
    path = database_file(workspace.database_url)
    if path is None:
        return None
    found = path.stat()
    return found.st_mtime_ns, found.st_size
