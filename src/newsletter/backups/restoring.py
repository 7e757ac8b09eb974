"""Putting a backup back, so that nobody is mailed twice and nobody who left comes back.

What the database knew when the backup was made is not all that is known now:

1. Whoever left, or was erased, since then stays so: the list of suppressed addresses
   names nobody, and is carried over from the database that is there now.
2. What was sent since then is in the journal beside the database
   (`newsletter.campaigns.journal`), which stays. Where there is no such journal, as on a
   new computer, everything that the backup takes for unsent is in doubt.
3. What is there now is kept as a backup of its own, so that restoring can be undone.
"""

import contextlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from newsletter.backups.archive import Contents, UnpackedBackup
from newsletter.backups.making import make_backup, sqlite_database
from newsletter.campaigns.journal import rewrite_with_doubt
from newsletter.campaigns.lock import hold_still
from newsletter.campaigns.records import issue_of
from newsletter.campaigns.states import CampaignState
from newsletter.errors import StoreError
from newsletter.files import PRIVATE, sync_folder, write_whole
from newsletter.issues import list_slugs
from newsletter.storage import open_store
from newsletter.storage.computer import record_computer
from newsletter.storage.copies import copy_database, is_sound, replace_content
from newsletter.storage.ledger import campaigns
from newsletter.storage.secret import fingerprint, load_key
from newsletter.storage.store import journal_beside
from newsletter.subscribers.forgetting import Carried, KnownSuppression, carry_over, known_suppressions
from newsletter.workspace import Workspace

_AT_REST = {CampaignState.FINISHED, CampaignState.CANCELLED}


@dataclass(frozen=True, slots=True)
class Prospect:
    """What restoring would do.

    Attributes:
        contents: what the backup holds.
        people: how many people the present database holds; nothing if it cannot be read, or is not there.
        damaged: there is a database, but it cannot be read.
        trackless: nothing on this computer tells what was sent after the backup was made.
    """

    contents: Contents
    people: int | None
    damaged: bool
    trackless: bool


@dataclass(frozen=True, slots=True)
class Restored:
    """What restoring did.

    Attributes:
        before: where what was there before lies; nothing if nothing was.
        carried: who was kept from coming back.
        doubted: the issues that may have been sent since the backup was made.
    """

    before: Path | None
    carried: Carried
    doubted: tuple[str, ...]


def prospect(workspace: Workspace, backup: UnpackedBackup) -> Prospect:
    """Tell what restoring would do; nothing is changed.

    Raises:
        StoreError: the backup is another workspace's, or the database lies on a server.
    """
    database = sqlite_database(workspace)
    _refuse_other_key(workspace, backup)
    sound = _is_usable(database, backup)
    people = _people(database) if sound else None
    return Prospect(
        backup.contents, people, database.is_file() and not sound, _is_trackless(workspace, database, backup)
    )


def put_back(workspace: Workspace, backup: UnpackedBackup, now: datetime) -> Restored:
    """Put a backup in place of the present database, in one step.

    Raises:
        StoreError: the backup is another workspace's, or somebody is writing.
        BusyError: a campaign is being sent at this moment.
    """
    database = sqlite_database(workspace)
    _refuse_other_key(workspace, backup)
    trackless = _is_trackless(workspace, database, backup)
    with contextlib.ExitStack() as stack:
        before: Path | None = None
        left: dict[bytes, KnownSuppression] = {}
        if _is_usable(database, backup):
            live = stack.enter_context(open_store(workspace.database_url, backup.key_file))
            stack.enter_context(hold_still(live))
            before = _keep_present(workspace, backup, now)
            with live.read() as connection:
                left = known_suppressions(connection, live.key)
        elif database.is_file():
            before = _move_aside(database, now)
        carried, doubted, at_rest = _prepare(workspace, backup, left, trackless=trackless)
        if trackless:
            journal = journal_beside(workspace.database_url, workspace.key_file)
            rewrite_with_doubt(journal, backup.journal, dict.fromkeys(at_rest, "") | doubted)
        _put(workspace, backup, database)
    return Restored(before, carried, tuple(doubted))


def _refuse_other_key(workspace: Workspace, backup: UnpackedBackup) -> None:
    """Refuse a backup with another key than the workspace's own; the database tells which is its own.

    Without a database that can be read, the file is all there is to go by; if that is damaged, the backup's is put
    in its place.
    """
    database = sqlite_database(workspace)
    if _is_usable(database, backup) or _key(workspace) in {None, backup.key}:
        return
    hint = "Restore it in the workspace that it was made in, or in a new one (newsletter init)."
    raise StoreError("this backup belongs to another workspace", where=workspace.key_file, hint=hint)


def _key(workspace: Workspace) -> bytes | None:
    try:
        return load_key(workspace.key_file, create=False)
    except StoreError:  # missing or damaged
        return None


def _is_usable(database: Path, backup: UnpackedBackup) -> bool:
    """Whether the present database can be read, and was made with the backup's key."""
    if not database.is_file():
        return False
    try:
        with contextlib.closing(sqlite3.connect(database)) as connection:
            known = connection.execute("SELECT value FROM facts WHERE name = 'key'").fetchone()
            return is_sound(connection) and known == (fingerprint(backup.key),)
    except sqlite3.DatabaseError as err:
        if "locked" in str(err):  # it is in use, and by no means damaged
            hint = "Wait for it to end, then try again."
            raise StoreError("another newsletter command is writing", where=database, hint=hint) from err
        return False


def _people(database: Path) -> int:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT count(*) FROM subscribers").fetchone()[0])


def _is_trackless(workspace: Workspace, database: Path, backup: UnpackedBackup) -> bool:
    """Whether the journal beside the database is not the one that the backup's went on into."""
    journal = journal_beside(workspace.database_url, workspace.key_file)
    if not journal.is_file():
        return bool(backup.journal) or not database.is_file()
    return not journal.read_bytes().startswith(backup.journal)


def _move_aside(database: Path, now: datetime) -> Path:
    aside = database.with_name(f"{database.name}.damaged-{now:%Y%m%d%H%M%S}")
    database.replace(aside)
    database.with_name(f"{database.name}-journal").unlink(missing_ok=True)  # it belongs to the damaged one
    return aside


def _keep_present(workspace: Workspace, backup: UnpackedBackup, now: datetime) -> Path:
    """Make a backup of what is there now, so that this can be undone."""
    _put_key(workspace, backup)
    return make_backup(workspace, now, stem="before-restore").path


def _put_key(workspace: Workspace, backup: UnpackedBackup) -> None:
    """Put the backup's key in its place; another one that lies there is kept."""
    present = _key(workspace)
    if present is not None and present != backup.key:
        aside = f"{workspace.key_file.name}.other-{fingerprint(present)[:4]}"
        workspace.key_file.replace(workspace.key_file.with_name(aside))
    if present != backup.key:
        write_whole(workspace.key_file, backup.key_file.read_bytes(), mode=PRIVATE)


def _prepare(
    workspace: Workspace, backup: UnpackedBackup, left: Mapping[bytes, KnownSuppression], *, trackless: bool
) -> tuple[Carried, dict[str, str], list[str]]:
    """Make the unpacked database what it has to be.

    Returns:
        Who was carried over; which issues are in doubt; and which were sent, whose rest may have been sent since.
    """
    url = f"sqlite:///{backup.database.as_posix()}"
    with open_store(url, backup.key_file) as store, store.write() as connection:
        carried = carry_over(connection, store.key, left)
        record_computer(connection)  # who puts a backup back here means to go on here
        if not trackless:
            return carried, {}, []
        known = {issue_of(slug) for slug in connection.scalars(select(campaigns.c.slug))}
        return carried, _possibly_sent(workspace, connection), sorted(known)


def _possibly_sent(workspace: Workspace, connection: Connection) -> dict[str, str]:
    """Return the issues that are not sent as far as the backup knows, each with its campaign's ref or nothing."""
    known = list(connection.execute(select(campaigns.c.slug, campaigns.c.state, campaigns.c.ref)))
    under_way = {row.slug: row.ref for row in known if CampaignState(row.state) not in _AT_REST}
    drafts = set(list_slugs(workspace)) - {row.slug for row in known}
    return under_way | dict.fromkeys(sorted(drafts), "")


def _put(workspace: Workspace, backup: UnpackedBackup, database: Path) -> None:
    clean = backup.folder / "clean.db"
    copy_database(backup.database, clean)  # without what erased people left behind in its pages
    _put_key(workspace, backup)
    if database.is_file():
        replace_content(database, clean)
    else:
        clean.replace(database)
        sync_folder(database.parent)
