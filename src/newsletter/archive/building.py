"""The archive written to a folder, for any web host.

The folder may hold other files: a list of what was written, with a hash of each file, tells ours from theirs.
All files are whole on the disk before the first takes its place, and the list names the new ones before that,
so that a build which was killed is finished by the next one.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from newsletter.archive.archive import Archive
from newsletter.errors import WorkspaceError
from newsletter.files import ensure_within, explained, write_whole

_LIST = ".newsletter-archive.json"
_DRAFTS = ".newsletter-archive-"
_Hashes = Mapping[str, Iterable[str]]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to.

    Attributes:
        issues: how many the archive holds.
        written: files that are new or changed.
        removed: files of an earlier build that are no longer part of the archive.
        kept: the same, but somebody changed them since: they are left alone.
    """

    folder: Path
    issues: int
    written: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]


def build_archive(archive: Archive, folder: Path) -> Built:
    """Write the archive into `folder`, and remove what an earlier build wrote and this one does not.

    Raises:
        WorkspaceError: a file there is not ours, or nothing can be written; then nothing was changed.
    """
    files = {path: file.data for path, file in archive.files()}
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        earlier = _read_list(folder)
        _ensure_ours(folder, files, earlier)
        changed = [path for path, data in files.items() if _hash_of(folder / path) != _hash(data)]
        _put(folder, {path: files[path] for path in changed}, files, earlier)
        gone = [path for path in earlier if path not in files and (folder / path).exists()]
        removed = [path for path in gone if _hash_of(folder / path) in earlier[path]]
        for path in removed:
            (folder / path).unlink()
            _remove_if_empty((folder / path).parent, folder)
        _write_list(folder, {path: [_hash(data)] for path, data in files.items()})
    issues = sum(path.endswith("/index.html") for path in files)
    return Built(folder, issues, tuple(changed), tuple(removed), tuple(path for path in gone if path not in removed))


def _ensure_ours(folder: Path, files: Iterable[str], earlier: _Hashes) -> None:
    """Raise if a file that is to be written, or a link on the way to it, is somebody else's."""
    for path in [*files, *earlier]:
        ensure_within(folder, folder / path)
    for path in files:
        found = _hash_of(folder / path)
        if found is not None and found not in earlier.get(path, ()):
            why = "was changed since it was written" if path in earlier else "is not from this archive"
            hint = "Nothing was written. Move it away, or choose another folder."
            raise WorkspaceError(f"this file {why}", where=folder / path, hint=hint)


def _put(folder: Path, changed: Mapping[str, bytes], files: Mapping[str, bytes], earlier: _Hashes) -> None:
    """Give all changed files their places, when each of them is whole on the disk."""
    for left in folder.glob(f"{_DRAFTS}*"):
        if left.is_dir():  # of a build that was killed
            shutil.rmtree(left)
    with TemporaryDirectory(prefix=_DRAFTS, dir=folder) as drafts:
        for path, data in changed.items():
            write_whole(Path(drafts, path), data)
        allowed = {path: [*earlier.get(path, ()), _hash(data)] for path, data in files.items()}
        _write_list(folder, {**earlier, **allowed})
        for path in changed:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            Path(drafts, path).replace(folder / path)


def _read_list(folder: Path) -> dict[str, list[str]]:
    path = folder / _LIST
    try:
        found = json.loads(path.read_text("utf-8"))
        return {str(name): [str(one) for one in hashes] for name, hashes in found["files"].items() if _is_inner(name)}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        hint = "Nothing was written. Delete the whole folder, or choose another one."
        raise WorkspaceError("the list of the archive's files is damaged", where=path, hint=hint) from err


def _is_inner(name: str) -> bool:
    """Whether a name in the list is one that this program writes: in the folder, at most one folder deep."""
    parts = name.split("/")
    return len(parts) <= 2 and all(part and part not in {".", ".."} and not set(part) & set("\\:\0") for part in parts)


def _write_list(folder: Path, hashes: _Hashes) -> None:
    note = "Files that newsletter archive build wrote. It changes and removes these only."
    document = {"note": note, "files": {path: sorted(set(found)) for path, found in sorted(hashes.items())}}
    write_whole(folder / _LIST, json.dumps(document, indent=1) + "\n")


def _remove_if_empty(path: Path, folder: Path) -> None:
    if path != folder and not any(path.iterdir()):
        path.rmdir()


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _hash_of(path: Path) -> str | None:
    """Return a file's hash; nothing if there is no file."""
    return _hash(path.read_bytes()) if path.is_file() else None
