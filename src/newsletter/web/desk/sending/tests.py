"""The tests that were sent while the desk is open: when, to how many, and where the outbox put them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from newsletter.workspace import Workspace


@dataclass(frozen=True, slots=True)
class SentTest:
    """One round of tests.

    Attributes:
        number: how many people got it.
        files: what the outbox wrote, if that carried it.
    """

    at: datetime
    number: int
    transport: str
    version: str
    files: tuple[Path, ...]


class Tests:
    """Remembers the last round of tests of each issue."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._last: dict[str, SentTest] = {}

    def add(self, slug: str, test: SentTest) -> None:
        """Remember a round."""
        self._last[slug] = test

    def of(self, slug: str) -> SentTest | None:
        """Return the last round of an issue, if there was one."""
        return self._last.get(slug)

    def find(self, slug: str, name: str) -> Path | None:
        """Return a file that the outbox wrote; the name is only compared, never made into a path."""
        last = self._last.get(slug)
        return next((path for path in last.files if path.name == name), None) if last else None
