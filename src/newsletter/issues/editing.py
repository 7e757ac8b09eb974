"""Changing the text of an issue's files without losing anybody's words.

Somebody may change a file in another program, or by a command, while it is open in an
editor. Who saves therefore says which text they began from: changes that do not touch each
other are brought together, and where they do, both sides are kept and the person is asked.
"""

import datetime as dt
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import IssueError, SourceError
from newsletter.files import is_inside, write_whole
from newsletter.issues.history import History, Reason, Version
from newsletter.issues.load import ISSUE_FILE, issue_folder, issue_order
from newsletter.issues.merging import merge
from newsletter.issues.order import POSTS_FOLDER, post_files
from newsletter.posts.decoding import decode, tidied
from newsletter.workspace import Workspace

_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Saved:
    """The text that the file has now; `merged` when it holds changes from elsewhere, too."""

    text: str
    merged: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing was saved: `theirs`, which the file has, was changed in the same places."""

    theirs: str


def text_files(workspace: Workspace, slug: str) -> Mapping[str, Path]:
    """Return the files that a person writes for an issue, by their names seen from its folder.

    The letter comes first, then the posts in the order in which the mail shows them. Links
    to elsewhere are left out: nothing beyond the issue's folder is read or written.

    Raises:
        IssueError: there is no such issue.
    """
    folder = issue_folder(workspace, slug)
    posts = post_files(folder)
    try:
        stems = [entry.stem for entry in issue_order(workspace, slug)]
    except IssueError:  # a mistake in the very file that is to be fixed
        stems = list(posts)
    files = {ISSUE_FILE: folder / ISSUE_FILE} | {f"{POSTS_FOLDER}/{stem}.md": posts[stem] for stem in stems}
    return {name: path for name, path in files.items() if is_inside(path, folder)}


def text_file(workspace: Workspace, slug: str, name: str) -> Path:
    """Return one of the `text_files`.

    Raises:
        IssueError: there is no such issue, or no such file in it.
    """
    files = text_files(workspace, slug)
    if name not in files:
        hint = f"The issue has: {', '.join(files)}."
        raise IssueError("the issue has no such file", where=workspace.issues_dir / slug, hint=hint)
    return files[name]


def read_text(path: Path) -> str:
    """Return the text of a file, which may be empty.

    Raises:
        IssueError: it cannot be read, or is no text.
    """
    try:
        data = path.read_bytes()
        return decode(data, str(path)) if data.strip(b"\xef\xbb\xbf \t\r\n") else ""
    except SourceError as err:
        raise IssueError(err.what, where=err.where, hint=err.hint, command=err.command) from err
    except OSError as err:
        raise IssueError(f"cannot be read ({err.strerror})", where=path) from err


def save_text(
    workspace: Workspace, slug: str, name: str, mine: str, *, base: str, now: dt.datetime
) -> Saved | Conflict:
    """Put `mine` into a file of the issue; it was made from the text `base`.

    Each text that the file had, and each that could not be saved, is kept in its history.

    Raises:
        IssueError: there is no such issue or file, or it cannot be read.
        WorkspaceError: it cannot be written; then it is as it was.
    """
    mine, base = tidied(mine), tidied(base)
    with _ONE_AT_A_TIME:
        path = text_file(workspace, slug, name)
        history = History(workspace.issues_dir / slug, name)
        theirs = read_text(path)
        if mine == theirs:
            return Saved(theirs)
        history.keep(theirs, Reason.FOUND, now)
        merged = merge(base, mine, theirs)
        if merged not in {mine, theirs}:
            history.keep(mine, Reason.ASIDE, now)
        if merged is None:
            return Conflict(theirs)
        _write(path, merged)
        history.keep(merged, Reason.SAVED, now)
        return Saved(merged, merged=merged != mine)


def restore_version(workspace: Workspace, slug: str, name: str, version: str, now: dt.datetime) -> Version:
    """Put an earlier version into the file, and return the one that keeps what the file had until now.

    Raises:
        IssueError: there is no such issue, file or version.
        WorkspaceError: it cannot be written.
    """
    text_file(workspace, slug, name)
    return replace_text(workspace, slug, name, History(workspace.issues_dir / slug, name).read(version), now)


def replace_text(workspace: Workspace, slug: str, name: str, text: str, now: dt.datetime, *, base: str = "") -> Version:
    """Put a text into the file, and return the version that keeps what the file had until now.

    Raises:
        IssueError: there is no such issue or file, or it does not say `base` any more, if that is told.
        WorkspaceError: it cannot be written.
    """
    with _ONE_AT_A_TIME:
        path = text_file(workspace, slug, name)
        history = History(workspace.issues_dir / slug, name)
        theirs = read_text(path)
        if base and theirs != base:
            raise IssueError("the file was changed just now", where=path, hint="Try again.")
        history.keep(theirs, Reason.REPLACED, now)
        replaced = history.versions()[0]
        _write(path, text)
        history.keep(text, Reason.SAVED, now)
        return replaced


def _write(path: Path, text: str) -> None:
    """Write `text` with the line ends that the file has; other programs may care."""
    windows = path.is_file() and b"\r\n" in path.read_bytes()
    write_whole(path, text.replace("\n", "\r\n") if windows else text)
