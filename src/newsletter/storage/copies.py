"""Whole copies of a SQLite database: made while it is in use, and put back in one step.

A file that is copied while somebody writes is half of two states. SQLite's own ways are
used instead: ``VACUUM INTO`` (https://sqlite.org/lang_vacuum.html#vacuuminto) reads one
state, and leaves out what erased rows left behind; the backup interface
(https://sqlite.org/backup.html) writes all of it in one transaction, which a crash undoes.
"""

import contextlib
import os
import re
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, make_url

from newsletter.errors import StoreError
from newsletter.files import PRIVATE, explained

_PATIENCE = 15.0
_PAUSE = 0.25


def database_file(url: URL | str) -> Path | None:
    """Return the file of the SQLite database at `url`; nothing for a database server."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def is_nothing(database: Path | None) -> bool:
    """Whether the file of a SQLite database is missing or has nothing in it."""
    return database is not None and (not database.exists() or database.stat().st_size == 0)


BACKUPS = "backups"
"""The folder in a workspace in which its backups are made."""


def newest_backup(workspace: Path) -> Path | None:
    """Return the newest backup in the workspace at `workspace`, if there is one.

    The date in its name counts: copying a folder often changes the dates of its files.
    """

    def made(path: Path) -> tuple[str, float]:
        named = re.search(r"\d{4}-\d\d-\d\d-\d{4}(?=(-\d+)?$)", path.stem)
        changed = path.stat().st_mtime
        moment = datetime.fromtimestamp(changed, tz=UTC).strftime("%Y-%m-%d-%H%M")
        return named.group() if named else moment, changed

    return max((workspace / BACKUPS).glob("*.zip"), key=made, default=None)


def how_to_restore(workspace: Path) -> str:
    """Return, as a line for a person, which backup to restore and by which command."""
    found = newest_backup(workspace)
    if found is None:
        return f"Restore a backup; there is none in {BACKUPS}, so look elsewhere: newsletter restore FILE"
    return f'Restore the newest backup: newsletter -C "{workspace.resolve()}" restore "{found.resolve()}"'


def copy_database(source: Path, target: Path) -> None:
    """Write one state of `source` as the new file `target`, for its owner's eyes only.

    Raises:
        StoreError: `source` is damaged, or somebody writes for longer than 15 seconds.
        WorkspaceError: `target` is there already, or cannot be written.
    """
    with explained(target):
        os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE))
    try:
        with contextlib.closing(sqlite3.connect(source, timeout=_PATIENCE)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as err:
        target.unlink(missing_ok=True)
        raise _refused(err, source) from err


def replace_content(target: Path, source: Path) -> None:
    """Make `target` hold what `source` holds: all of it, or after a crash nothing of it.

    Programs that have `target` open see the new content from then on.

    Raises:
        StoreError: `target` is no database, or somebody writes for longer than 15 seconds.
    """
    until = time.monotonic() + _PATIENCE

    def give_up(_status: int, _remaining: int, _total: int) -> None:
        if time.monotonic() > until:
            raise sqlite3.OperationalError("locked")

    try:
        with (
            contextlib.closing(sqlite3.connect(source)) as new,
            contextlib.closing(sqlite3.connect(target, timeout=_PAUSE)) as old,
        ):
            old.execute("PRAGMA synchronous = FULL")
            new.backup(old, progress=give_up, sleep=_PAUSE)
    except sqlite3.Error as err:
        raise _refused(err, target) from err


def is_sound(connection: sqlite3.Connection) -> bool:
    """Whether every page and every reference between tables is as it should be.

    Raises:
        sqlite3.DatabaseError: it is damaged beyond reading, or no database.
    """
    pages = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    return pages == "ok" and connection.execute("PRAGMA foreign_key_check").fetchone() is None


def _refused(err: sqlite3.Error, where: Path) -> StoreError:
    if "locked" in str(err):
        return StoreError("another newsletter command is writing", where=where, hint="Wait for it to end.")
    if "full" in str(err):
        return StoreError("the disk is full", where=where, hint="Free some space; no file was left half-written.")
    return StoreError("the database is damaged, or cannot be read", where=where, hint=how_to_restore(where.parent))
