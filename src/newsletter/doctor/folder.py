"""The folder itself: room on the disk, files that only their owner may read, copies."""

import shutil
import stat
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url

from newsletter.doctor.verdict import Verdict, note, ok, warn, wrong
from newsletter.workspace import Workspace

_MEGABYTE = 1024 * 1024
_TOO_LITTLE, _LITTLE = 100 * _MEGABYTE, 1024 * _MEGABYTE
_OLD = 30  # days
COPIES = "backups"
"""The folder in a workspace in which copies are looked for, in a folder of their own each."""


def look_at_folder(workspace: Workspace, now: datetime) -> Iterator[Verdict]:
    """Judge the workspace's folder."""
    yield _disk(workspace.root)
    yield from _secrets(workspace)
    yield from _copies(workspace, now)


def _disk(root: Path) -> Verdict:
    free = shutil.disk_usage(root).free
    words = f"{free // _MEGABYTE:,} MB are free on this disk"
    if free < _TOO_LITTLE:
        return wrong("disk", words, "Free some space before you send: every step is written down before it is taken.")
    return warn("disk", words, "Free some space soon.") if free < _LITTLE else ok("disk", words)


def _secrets(workspace: Workspace) -> Iterator[Verdict]:
    if sys.platform == "win32":  # there, the folder's own rights say who may read
        return
    for path in (workspace.key_file, workspace.env_file):
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield warn("secrets", f"{path.name} may be read by others on this computer", f"chmod 600 {path.name}")


def _copies(workspace: Workspace, now: datetime) -> Iterator[Verdict]:
    """Look for copies where this program knows to look; a backup program's own it cannot see."""
    name = _database_name(workspace)
    if not name or not (workspace.root / name).is_file():
        return
    found = sorted((workspace.root / COPIES).glob(f"*/{name}"), key=lambda path: path.stat().st_mtime)
    if not found:
        remedy = f"See that your backups hold {name}, {name}.sent and newsletter.key together (docs/sending.md)."
        yield note("backups", f"none in {COPIES}/; what your own backup program keeps cannot be seen from here", remedy)
        return
    newest = found[-1]
    age = (now - datetime.fromtimestamp(newest.stat().st_mtime, tz=UTC)).days
    missing = [each for each in ("newsletter.key", f"{name}.sent") if not (newest.parent / each).is_file()]
    words = f"the newest in {COPIES}/ is {age} days old" if age != 1 else f"the newest in {COPIES}/ is a day old"
    if missing:
        yield warn("backups", f"{words}, and lacks {' and '.join(missing)}", "Copy all three files together.")
    elif age > _OLD:
        yield warn("backups", words, "Make a new one while no command runs.")
    else:
        yield ok("backups", words)


def _database_name(workspace: Workspace) -> str:
    url = make_url(workspace.database_url)
    return Path(url.database or "").name if url.get_backend_name() == "sqlite" else ""
