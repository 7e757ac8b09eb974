"""Making a backup, while people may be at work."""

import contextlib
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from pathlib import Path

from newsletter.backups.archive import DATABASE, JOURNAL, KEY, Contents, write_archive
from newsletter.errors import StoreError
from newsletter.files import make_private_folder
from newsletter.storage.copies import copy_database, database_file, is_nothing
from newsletter.storage.moment import write_moment
from newsletter.storage.schema import foreign
from newsletter.storage.secret import load_key
from newsletter.storage.store import checked_key, journal_beside, refuse_lost
from newsletter.workspace import Workspace
from newsletter.workspace.leftovers import copying

_SERVER_HINT = "Use the server's own tools, such as pg_dump, and keep newsletter.key with their output."


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: where, how large (bytes), and what is in it."""

    path: Path
    size: int
    contents: Contents


def make_backup(
    workspace: Workspace, now: datetime, path: Path | None = None, *, stem: str = "newsletter", replace: bool = False
) -> Backup:
    """Write people, ledger, key and journal into one file, while other commands may be at work.

    Args:
        workspace: whose.
        now: the present moment.
        path: the file; without one, ``backups/newsletter-2026-12-01-0915.zip`` in the workspace.
        stem: how its name begins, if it is given none.
        replace: take the place of a file that is there already.

    Raises:
        StoreError: there is no database yet, it is damaged, or lies on a server.
        WorkspaceError: the file is there already, or cannot be written, or another backup or
            restore is running.
    """
    database = sqlite_database(workspace)
    refuse_lost(workspace.database_url, workspace.key_file)
    if is_nothing(database):
        raise StoreError("there is nothing to back up yet", where=database)
    load_key(workspace.key_file, create=False)  # without it a backup would be worth nothing
    target = path or _free_name(workspace, stem, now)
    if target.exists() and not replace:
        raise StoreError("a file with this name already exists", where=target, hint="Choose another name.")
    with copying(workspace), tempfile.TemporaryDirectory(prefix=".backup-", dir=database.parent) as name:
        folder = Path(name)
        copy_database(database, folder / DATABASE)
        shutil.copyfile(workspace.key_file, folder / KEY)
        # After the database: a journal that knows more makes for doubt, one that knows less for a second copy.
        journal = journal_beside(workspace.database_url, workspace.key_file)
        (folder / JOURNAL).write_bytes(journal.read_bytes() if journal.is_file() else b"")
        contents = _count(workspace, folder / DATABASE, write_moment(now))
        make_private_folder(target.parent)
        write_archive(target, folder, contents)
    return Backup(target, target.stat().st_size, contents)


def sqlite_database(workspace: Workspace) -> Path:
    """Return the workspace's database file.

    Raises:
        StoreError: the database lies on a server, which has its own ways.
    """
    database = database_file(workspace.database_url)
    if database is None:
        raise StoreError("a database on a server is backed up on the server", hint=_SERVER_HINT)
    return database


def _free_name(workspace: Workspace, stem: str, now: datetime) -> Path:
    """Return a name of a backup that none has yet, after the clinic's own time."""
    dated = f"{stem}-{now.astimezone(workspace.settings.clinic.timezone):%Y-%m-%d-%H%M}"
    names = chain([f"{dated}.zip"], (f"{dated}-{number}.zip" for number in count(2)))
    return next(path for name in names if not (path := workspace.backups_dir / name).exists())


def _count(workspace: Workspace, database: Path, made_at: str) -> Contents:
    """Count what is in a copy of the database, which must be ours and belong to the key beside it."""
    try:
        with contextlib.closing(sqlite3.connect(database)) as connection:
            (known,) = connection.execute("SELECT value FROM facts WHERE name = 'key'").fetchone()
            people, suppressed, campaigns = (
                int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - names of our own
                for table in ("subscribers", "suppressions", "campaigns")
            )
    except (sqlite3.OperationalError, TypeError) as err:
        raise foreign(workspace.database_url) from err
    checked_key(workspace.key_file, known)
    return Contents(made_at, people, suppressed, campaigns)
