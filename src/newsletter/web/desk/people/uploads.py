"""Uploaded lists: kept in a private folder, no longer than they are needed.

They name people who may be patients. So they lie beside the database, for the owner's eyes
only; each goes as soon as it is imported or cancelled, all of them when the desk closes,
and what a desk that was killed has left behind when the next one opens.
"""

import os
import re
import secrets
import shutil
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from newsletter.errors import WorkspaceError
from newsletter.files import PRIVATE, explained
from newsletter.subscribers.names import clean_name

FOLDER = ".imports"
_OWNER_ONLY = 0o700
_LONGEST = 80
_NOT_IN_NAMES = re.compile(r'[<>:"|?*%]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)  # on Windows


class Uploads:
    """The uploaded lists of one desk, in a folder whose lock says that the desk is open."""

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER
        self._own = self._folder / secrets.token_hex(8)
        self._lock: FileLock | None = None

    def sweep(self) -> None:
        """Remove what desks have left that are open no more; a folder that is a link is left alone."""
        if not self._is_ours():
            return
        for lock_file in self._folder.glob("*.lock"):
            if lock_file.is_symlink():  # taking a lock may empty the file
                lock_file.unlink()
                continue
            lock = FileLock(lock_file)
            try:
                lock.acquire(blocking=False)
            except Timeout:
                continue  # another desk is open in this workspace
            shutil.rmtree(lock_file.with_suffix(""), ignore_errors=True)
            lock.release()
            lock_file.unlink(missing_ok=True)
        self._remove_if_empty()

    def keep(self, name: str, content: BinaryIO) -> Path:
        """Copy an uploaded file into a folder of its own; `name` is what a browser said, and nothing to rely on.

        Raises:
            WorkspaceError: it cannot be written.
        """
        place = self._own / secrets.token_hex(8)
        path = place / safe_name(name)
        with explained(path):
            self._begin()
            place.mkdir(mode=_OWNER_ONLY)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            with os.fdopen(os.open(path, flags, PRIVATE), "wb") as file:
                shutil.copyfileobj(content, file)
        return path

    def _begin(self) -> None:
        if not self._is_ours():
            hint = "Remove it: the desk makes a folder of its own there."
            raise WorkspaceError(f"{FOLDER} is a link to somewhere else", where=self._folder, hint=hint)
        if self._lock is None:
            self._folder.mkdir(mode=_OWNER_ONLY, exist_ok=True)
            self._lock = FileLock(self._own.with_suffix(".lock"), mode=PRIVATE)
            self._lock.acquire()
        self._own.mkdir(mode=_OWNER_ONLY, exist_ok=True)

    def drop(self, path: Path) -> None:
        """Remove an uploaded file, and what an import wrote beside it."""
        if path.parent.parent == self._own and self._is_ours():
            shutil.rmtree(path.parent, ignore_errors=True)

    def close(self) -> None:
        """Remove everything."""
        if self._is_ours():
            shutil.rmtree(self._own, ignore_errors=True)
        if self._lock is not None:
            self._lock.release()
            Path(self._lock.lock_file).unlink(missing_ok=True)
            self._lock = None
        self._remove_if_empty()

    def _is_ours(self) -> bool:
        """Whether the folder is where it seems to be: what a link leads to is never deleted."""
        return self._folder.resolve() == self._folder.parent.resolve() / FOLDER

    def _remove_if_empty(self) -> None:
        if self._is_ours() and self._folder.is_dir() and not any(self._folder.iterdir()):
            self._folder.rmdir()


def safe_name(name: str) -> str:
    """Return a file name that every system takes, as near as possible to the one that a browser said."""
    stem, dot, ending = re.split(r"[/\\]", name)[-1].rpartition(".")
    stem, ending = (_NOT_IN_NAMES.sub("_", clean_name(part)).strip(". ") for part in (stem, ending))
    short = f"{stem[:_LONGEST].rstrip()}{dot}{ending[:8]}" if stem else ending[:_LONGEST] or "list.csv"
    return f"_{short}" if _RESERVED.fullmatch(short) else short
