"""The file of a backup: a zip with the database, its key, the journal, and what to hold them against.

backup.json          when it was made, how much is in it, and a SHA-256 of each other file
newsletter.db        one state of the database
newsletter.key       without it, people who left could not be recognised
newsletter.db.sent   the journal of what was sent (newsletter.campaigns.journal)
"""

import contextlib
import hashlib
import json
import shutil
import sqlite3
import stat
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newsletter.errors import StoreError, parsing
from newsletter.files import PRIVATE, open_whole
from newsletter.storage.copies import is_sound
from newsletter.storage.moment import read_moment, write_moment
from newsletter.storage.schema import HEAD
from newsletter.storage.secret import load_key
from newsletter.workspace import Workspace
from newsletter.workspace.leftovers import copying

DATABASE, KEY, JOURNAL = "newsletter.db", "newsletter.key", "newsletter.db.sent"
_CONTENTS = "backup.json"
_FORMAT = 1
_LARGEST = {_CONTENTS: 100_000, KEY: 100_000, JOURNAL: 100_000_000}  # bytes; the journal grows by a line for each send
_SMALL = 100_000_000
_MOST_PACKED = 100  # times smaller than unpacked; real databases are some five times
_OTHER = "Use another backup. This one was not touched, and nothing was changed."


@dataclass(frozen=True, slots=True)
class Contents:
    """How much is in a backup, and when it was made (UTC, ISO 8601)."""

    made_at: str
    people: int
    suppressed: int
    campaigns: int


@dataclass(frozen=True, slots=True)
class UnpackedBackup:
    """A backup's files, checked, in a private folder that goes away."""

    folder: Path
    contents: Contents

    @property
    def database(self) -> Path:
        """The database as it was."""
        return self.folder / DATABASE

    @property
    def key_file(self) -> Path:
        """The file with the key that belongs to it."""
        return self.folder / KEY

    @property
    def key(self) -> bytes:
        """The key itself."""
        return load_key(self.key_file, create=False)

    @property
    def journal(self) -> bytes:
        """The journal as it was."""
        return (self.folder / JOURNAL).read_bytes()


def write_archive(path: Path, folder: Path, contents: Contents) -> None:
    """Write the files in `folder` as a backup, whole or not at all, for the owner's eyes only."""
    sums = {name: _sum(folder / name) for name in (DATABASE, KEY, JOURNAL)}
    described = {"format": _FORMAT, **asdict(contents), "sha256": sums}
    with open_whole(path, mode=PRIVATE) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(_private(_CONTENTS), "w") as packed:
            packed.write((json.dumps(described, indent=2) + "\n").encode())
        for name in sums:
            with (folder / name).open("rb") as source, archive.open(_private(name), "w", force_zip64=True) as packed:
                shutil.copyfileobj(source, packed)


def _private(name: str) -> zipfile.ZipInfo:
    """Return a file's entry that a program which unpacks it makes its owner's alone."""
    entry = zipfile.ZipInfo(name, date_time=datetime.now(tz=UTC).timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = (stat.S_IFREG | PRIVATE) << 16
    return entry


@contextlib.contextmanager
def unpacked(path: Path, workspace: Workspace) -> Iterator[UnpackedBackup]:
    """Unpack and check a backup; nothing of it is used before all of it is sound.

    Args:
        path: the backup.
        workspace: where it is to be put back; the private folder is made in there, and no other
            backup or restore may run until it is gone.

    Raises:
        StoreError: it is no backup, damaged, or made by a newer program.
        WorkspaceError: another backup or restore is running.
    """
    with copying(workspace), tempfile.TemporaryDirectory(prefix=".restore-", dir=workspace.root) as name:
        folder = Path(name)
        if not path.exists():
            raise StoreError("there is no such file", where=path)
        with parsing(StoreError("this is not a backup, or it is damaged", where=path, hint=_OTHER)):
            with zipfile.ZipFile(path) as archive:
                _ensure_room(archive, folder, path)
                described, contents = _read_description(archive, path)
                _extract(archive, folder)
            _compare(folder, described, path)
            _examine(folder / DATABASE, path)
        yield UnpackedBackup(folder, contents)


def _ensure_room(archive: zipfile.ZipFile, folder: Path, path: Path) -> None:
    """Refuse what would fill the disk or the memory; `zipfile` unpacks no more than the sizes that are told here."""
    sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    packed = sum(entry.compress_size for entry in archive.infolist())
    database = sizes.get(DATABASE, 0)
    is_beside_larger = any(sizes.get(name, 0) > most for name, most in _LARGEST.items())
    if is_beside_larger or database > max(_SMALL, _MOST_PACKED * packed):
        raise StoreError("this unpacks to more than any backup could contain", where=path, hint=_OTHER)
    if database * 2 > shutil.disk_usage(folder).free:  # it is copied once more when it is put back
        hint = f"Free {database * 2 // 1_000_000:,} MB; nothing was changed."
        raise StoreError("the disk is too full for this backup", where=path, hint=hint)


def _read_description(archive: zipfile.ZipFile, path: Path) -> tuple[Mapping[str, Any], Contents]:
    try:
        described: dict[str, Any] = json.loads(archive.read(_CONTENTS))
        newer = int(described["format"]) > _FORMAT
        complete = {*Contents.__slots__, "sha256"} <= described.keys()
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as err:
        raise StoreError("this zip file is not a backup made by newsletter", where=path, hint=_OTHER) from err
    if newer:
        hint = "Install the newest version on this computer."
        raise StoreError("this backup was made by a newer version of newsletter", where=path, hint=hint)
    moment = read_moment(described["made_at"]) if complete else None
    if moment is None or not 2000 <= moment.year < 2200:
        raise StoreError("this backup is damaged", where=path, hint=_OTHER)
    counts = {field: int(described[field]) for field in Contents.__slots__ if field != "made_at"}
    return described, Contents(made_at=write_moment(moment), **counts)


def _extract(archive: zipfile.ZipFile, folder: Path) -> None:
    """Take out the known files only, whatever else is in there."""
    for name in (DATABASE, KEY, JOURNAL):
        try:
            with archive.open(name) as packed, (folder / name).open("xb") as file:
                shutil.copyfileobj(packed, file)
        except KeyError as err:
            raise zipfile.BadZipFile(name) from err


def _compare(folder: Path, described: Mapping[str, Any], path: Path) -> None:
    expected = described["sha256"]
    if any(expected.get(name) != _sum(folder / name) for name in (DATABASE, KEY, JOURNAL)):
        raise StoreError("this backup is damaged", where=path, hint=_OTHER)


def _examine(database: Path, path: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(database)) as connection:
            sound = is_sound(connection)
            version = str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.Error, TypeError) as err:
        raise StoreError("the database in this backup is damaged", where=path, hint=_OTHER) from err
    if not sound:
        raise StoreError("the database in this backup is damaged", where=path, hint=_OTHER)
    if version > HEAD:
        hint = "Install the newest version on this computer."
        raise StoreError("this backup was made by a newer version of newsletter", where=path, hint=hint)


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
