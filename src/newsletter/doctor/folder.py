"""The folder itself: theme and logo, room on the disk, files that only their owner may read, copies."""

import shutil
import stat
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from newsletter.doctor.verdict import Verdict, note, ok, warn, wrong
from newsletter.errors import NewsletterError
from newsletter.rendering.page import read_logo
from newsletter.rendering.theme import open_theme
from newsletter.storage.copies import database_file
from newsletter.workspace import Workspace
from newsletter.workspace.leftovers import leftovers

_MEGABYTE = 1024 * 1024
_TOO_LITTLE, _LITTLE = 100 * _MEGABYTE, 1024 * _MEGABYTE
_OLD = 30  # days


def look_at_folder(workspace: Workspace, now: datetime) -> Iterator[Verdict]:
    """Judge the workspace's folder."""
    yield _theme(workspace)
    yield _disk(workspace.root)
    yield from _secrets(workspace)
    yield from _copies(workspace, now)
    yield from _leftovers(workspace)


def _theme(workspace: Workspace) -> Verdict:
    """Judge the theme and the logo as rendering would: a mistake there stops every issue."""
    try:
        read_logo(workspace, open_theme(workspace))
    except NewsletterError as err:
        return wrong("theme", f"{err.where}: {err.what}" if err.where else err.what, err.hint, err.command)
    return ok("theme", workspace.settings.theme.name)


def _disk(root: Path) -> Verdict:
    free = shutil.disk_usage(root).free
    words = f"{free // _MEGABYTE:,} MB are free on this disk"
    if free < _TOO_LITTLE:
        return wrong("disk", words, "Free some space before you send: each step is recorded before it is taken.")
    return warn("disk", words, "Free some space soon.") if free < _LITTLE else ok("disk", words)


def _secrets(workspace: Workspace) -> Iterator[Verdict]:
    if sys.platform == "win32":  # there, the folder's own rights say who may read
        return
    for path in (workspace.key_file, workspace.env_file):
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield warn("secrets", f"{path.name} can be read by others on this computer", f"chmod 600 {path.name}")


def _leftovers(workspace: Workspace) -> Iterator[Verdict]:
    """Look for whole copies of the list that should be gone; each command removes those that it can."""
    for path in leftovers(workspace):
        words = f"{path.name} holds a copy of the list"
        yield warn("private copies", words, "If no backup or restore is running, delete it.")


def _copies(workspace: Workspace, now: datetime) -> Iterator[Verdict]:
    """Look for backups where this program makes them; those of another program it cannot see."""
    database = database_file(workspace.database_url)
    if database is None or not database.is_file():
        return
    found = sorted(workspace.backups_dir.glob("*.zip"), key=lambda path: path.stat().st_mtime)
    if not found:
        yield note("backups", "none in backups/; other places are not checked", "Make one.", "newsletter backup")
        return
    age = (now - datetime.fromtimestamp(found[-1].stat().st_mtime, tz=UTC)).days
    words = f"the newest in backups/ is {age} days old" if age != 1 else "the newest in backups/ is a day old"
    yield warn("backups", words, "Make a new one.", "newsletter backup") if age > _OLD else ok("backups", words)
