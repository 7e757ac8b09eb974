"""Telling whether anything that an issue is made of has changed since it was last read."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from newsletter.issues.history import HISTORY_FOLDER
from newsletter.workspace import Workspace
from newsletter.workspace.workspace import SETTINGS_FILE

Fingerprint = tuple[date, frozenset[tuple[str, int, int, int]]]
"""The day, which some checks ask for, and each file with its time, its size and its place on the disk.

A file that is saved whole is a new one with a new place, so that not even two saves within
one tick of the clock look alike.
"""


def fingerprint(workspace: Workspace, slug: str) -> Fingerprint:
    """Return what is to stay the same for an issue to be the same: its files, the theme's, the settings."""
    today = datetime.now(workspace.settings.clinic.timezone).date()
    files = (_told(path) for path in _files(workspace, slug))
    return today, frozenset(told for told in files if told is not None)


def _files(workspace: Workspace, slug: str) -> Iterator[Path]:
    yield workspace.root / SETTINGS_FILE
    if workspace.settings.theme.logo:
        yield workspace.root / workspace.settings.theme.logo
    folder = workspace.issues_dir / slug
    yield from (path for path in _below(folder) if HISTORY_FOLDER not in path.relative_to(folder).parts)
    yield from _below(workspace.root / "templates")


def _below(folder: Path) -> Iterator[Path]:
    return folder.rglob("*")


def _told(path: Path) -> tuple[str, int, int, int] | None:
    try:
        stat = path.stat()
    except OSError:  # gone meanwhile, or a link that leads nowhere
        return None
    return str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino
