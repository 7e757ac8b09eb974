"""Writing files whole or not at all, readable by nobody else where that matters."""

import contextlib
import errno
import os
import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from newsletter.errors import WorkspaceError

PRIVATE = 0o600
SHARED = 0o644
PRIVATE_FOLDER = 0o700


def is_inside(path: Path, folder: Path) -> bool:
    """Tell whether `path` lies in `folder` once its links are followed; links that lead in a circle lie nowhere."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def write_whole(path: Path, data: bytes | str, *, mode: int = SHARED) -> None:
    """Replace `path` by `data` in one step: a reader sees the old file or the new one.

    The data are on the disk before the name points at them, so that neither a crash
    nor a full disk leaves half a file.

    Raises:
        WorkspaceError: the folder is read-only, the disk is full, or the name is taken
            by a folder.
    """
    content = data.encode("utf-8") if isinstance(data, str) else data
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name[:60]}.{secrets.token_hex(4)}.tmp")
        try:
            _write_synced(draft, content, mode)
            draft.replace(path)
            sync_folder(path.parent)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def make_private_folder(path: Path) -> None:
    """Make a folder that only its owner can look into, whatever the system's default is; parents likewise.

    A folder that is there already is left as it is.

    Raises:
        WorkspaceError: it may not be made there.
    """
    with explained(path):
        for folder in reversed([path, *path.parents]):
            folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def ensure_within(folder: Path, path: Path) -> None:
    """Raise unless `path` lies in `folder`, wherever links on its way lead; it need not be there.

    Raises:
        WorkspaceError: a link leads out. What lies elsewhere is not ours to read, write or delete.
    """
    if not is_inside(path, folder):
        hint = "Replace the link with the real file or folder."
        raise WorkspaceError(f"{path.name} is a link to somewhere else", where=path, hint=hint)


def write_together(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write several files into `folder`, or none of them; other files there are left alone.

    All of them are whole on the disk before the first takes its name, so that a full disk
    leaves the old ones as they were.

    Raises:
        WorkspaceError: as for `write_whole`.
    """
    drafts = {folder / name: folder / f".{name}.{secrets.token_hex(4)}.tmp" for name in files}
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            for path, draft in drafts.items():
                _write_synced(draft, files[path.name], SHARED)
            _refuse_folders(drafts)
            for path, draft in drafts.items():
                draft.replace(path)
            sync_folder(folder)
        finally:
            for draft in drafts.values():
                draft.unlink(missing_ok=True)


def _refuse_folders(paths: Iterable[Path]) -> None:
    """A name that is taken by a folder is the one thing that could stop a rename halfway through."""
    taken = next((path for path in paths if path.is_dir()), None)
    if taken is not None:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(taken))


def _write_synced(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def open_whole(path: Path, *, mode: int = SHARED) -> Iterator[BinaryIO]:
    """Give a file to write to that takes the place of `path` in the end, if all went well.

    Raises:
        WorkspaceError: as `write_whole` does.
    """
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name[:60]}.{secrets.token_hex(4)}.tmp")
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            with os.fdopen(os.open(draft, flags, mode), "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
            sync_folder(path.parent)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` durable, where the system lets a folder be synced."""
    if sys.platform == "win32":  # NTFS journals renames; folders cannot be opened here
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_REASONS = {
    errno.EACCES: ("is not writable", "Check who owns the folder, or choose another one."),
    errno.EPERM: ("is not writable", "Check who owns the folder, or choose another one."),
    errno.EROFS: ("is on a read-only disk", "Copy the workspace to a writable disk."),
    errno.ENOSPC: ("does not fit: the disk is full", "Free some space; nothing was left half-written."),
    errno.EDQUOT: ("does not fit: your quota is used up", "Free some space; nothing was left half-written."),
    errno.EEXIST: ("is a file, not a folder", "Move the file away, or choose another place."),
    errno.EISDIR: ("is a folder", "Move the folder away, or choose another name."),
    errno.ENOTDIR: ("is inside something that is not a folder", "Choose another place."),
    errno.ENAMETOOLONG: ("has too long a name", "Choose a shorter name."),
}


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn the system's refusal to write `path` into words with a remedy."""
    try:
        yield
    except OSError as err:
        reason, hint = _REASONS.get(err.errno or 0, (f"could not be written ({err.strerror})", ""))
        raise WorkspaceError(reason, where=path, hint=hint) from err
