"""Private copies of the list that an interrupted backup or restore leaves behind, and how they go.

Backups and restores put whole copies of the database and its key into folders and drafts of
their own, and remove them. A process that is killed cannot. So they do all of that under one
lock of the workspace, which the system releases whatever happens: whoever gets the lock knows
that nobody needs what lies there.
"""

import contextlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from newsletter.errors import WorkspaceError
from newsletter.files import PRIVATE
from newsletter.workspace.workspace import Workspace

_FOLDERS = (".backup-*", ".restore-*")
_DRAFT = re.compile(r"\..+\.[0-9a-f]{8}\.tmp")  # as newsletter.files names them
_PATIENCE = 15.0
_LOCK = "newsletter.db.backup-lock"


@contextlib.contextmanager
def copying(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace's lock for making private copies; first remove what an interrupted run left.

    Raises:
        WorkspaceError: another backup or restore is running.
    """
    with _lock(workspace, _PATIENCE) as is_first:
        if is_first:  # and no part of a restore, which makes a backup on its way
            _remove(leftovers(workspace))
        yield


def leftovers(workspace: Workspace) -> list[Path]:
    """Return the private copies that lie about: of an interrupted run, or of one that is under way."""
    places = {workspace.root, Path(workspace.database_url.removeprefix("sqlite:///")).parent}
    folders = [path for place in sorted(places) for pattern in _FOLDERS for path in sorted(place.glob(pattern))]
    drafts = sorted(workspace.backups_dir.glob(".*.tmp"))
    return folders + [path for path in drafts if _DRAFT.fullmatch(path.name)]


def remove_leftovers(workspace: Workspace) -> list[Path]:
    """Remove what an interrupted backup or restore left, unless one is running; return what is gone."""
    if not leftovers(workspace):
        return []
    with contextlib.suppress(WorkspaceError), _lock(workspace, 0):
        return _remove(leftovers(workspace))
    return []


def _remove(paths: list[Path]) -> list[Path]:
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink()
    return [path for path in paths if not path.exists()]


@contextlib.contextmanager
def _lock(workspace: Workspace, patience: float) -> Iterator[bool]:
    """Hold the lock; tell whether this process did not hold it already."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 - slow to import, and seldom needed

    lock = FileLock(workspace.root / _LOCK, mode=PRIVATE, is_singleton=True)
    try:
        lock.acquire(timeout=patience)
    except (Timeout, OSError) as err:
        hint = "Wait for it to end, then try again."
        raise WorkspaceError("another backup or restore is running", where=workspace.root, hint=hint) from err
    try:
        yield lock.lock_counter == 1
    finally:
        lock.release()
