"""Copying, renaming and deleting whole issues; what is deleted waits in a folder beside them."""

import contextlib
import datetime as dt
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import IssueError, WorkspaceError
from newsletter.files import ensure_within, explained, sync_folder, write_whole
from newsletter.issues.editing import read_text
from newsletter.issues.history import HISTORY_FOLDER
from newsletter.issues.keys import with_key
from newsletter.issues.load import ISSUE_FILE, ISSUE_TEXTS, issue_folder, load_issue
from newsletter.issues.make import refuse_existing
from newsletter.posts.front_matter import read_front_matter
from newsletter.workspace import Workspace

DELETED_FOLDER = ".deleted"
_STAMP = "%Y%m%dT%H%M%S%fZ"


@dataclass(frozen=True, slots=True)
class Deleted:
    """An issue that was deleted; `name` is its folder's among those that were, `subject` empty if it has a mistake."""

    name: str
    slug: str
    at: dt.datetime
    subject: str = ""


def copy_issue(workspace: Workspace, slug: str, new: str) -> Path:
    """Copy an issue with its posts and pictures under another name, and return the folder of the copy.

    Its history is not copied, nor its own address on the web.

    Raises:
        IssueError: there is no such issue, or the new name is not good, or taken.
        WorkspaceError: it cannot be written.
    """
    folder = issue_folder(workspace, slug)
    refuse_existing(workspace, new)
    target = workspace.issues_dir / new
    draft = workspace.issues_dir / f".{new[:60]}.{secrets.token_hex(4)}.tmp"
    for path in folder.rglob("*"):
        ensure_within(folder, path)
    with explained(target):
        try:
            shutil.copytree(folder, draft, ignore=shutil.ignore_patterns(HISTORY_FOLDER, "removed"))
            with contextlib.suppress(IssueError):  # a mistake is copied, too
                if load_issue(workspace, slug).link:
                    write_whole(draft / ISSUE_FILE, with_key(read_text(draft / ISSUE_FILE), "link", ""))
            draft.rename(target)
            sync_folder(workspace.issues_dir)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    return target


def rename_issue_folder(workspace: Workspace, slug: str, new: str) -> Path:
    """Give an issue another name, and return its folder.

    Raises:
        IssueError: there is no such issue, or the new name is not good, or taken.
        WorkspaceError: the folder cannot be renamed.
    """
    folder = issue_folder(workspace, slug)
    refuse_existing(workspace, new)
    return _move(folder, workspace.issues_dir / new)


def set_aside(workspace: Workspace, slug: str, now: dt.datetime) -> Deleted:
    """Move an issue to the deleted ones; nothing of it is lost.

    Raises:
        IssueError: there is no such issue.
        WorkspaceError: its folder cannot be moved.
    """
    folder = issue_folder(workspace, slug)
    name = f"{slug}.{now.astimezone(dt.UTC):{_STAMP}}"
    _move(folder, workspace.issues_dir / DELETED_FOLDER / name)
    return deleted_issues(workspace)[name]


def deleted_issues(workspace: Workspace) -> Mapping[str, Deleted]:
    """Return the deleted issues by their names, the latest first."""
    folders = (workspace.issues_dir / DELETED_FOLDER).glob("*.*")
    found = [each for path in folders if (path / ISSUE_FILE).is_file() and (each := _read(path))]
    return {each.name: each for each in sorted(found, key=lambda each: each.at, reverse=True)}


def bring_back(workspace: Workspace, deleted: Deleted, slug: str) -> Path:
    """Move a deleted issue back as `slug`, and return its folder.

    Raises:
        IssueError: the name is taken, or the issue is no longer there.
        WorkspaceError: the folder cannot be moved.
    """
    refuse_existing(workspace, slug)
    return _move(workspace.issues_dir / DELETED_FOLDER / deleted.name, workspace.issues_dir / slug)


def _move(folder: Path, target: Path) -> Path:
    with explained(target):
        target.parent.mkdir(exist_ok=True)
        try:
            folder.rename(target)
        except PermissionError as err:  # Windows moves nothing of which a file is open
            hint = "Close other programs that have its files open, and try again."
            raise WorkspaceError("cannot be moved", where=folder, hint=hint) from err
        sync_folder(target.parent)
        sync_folder(folder.parent)
    return target


def _read(folder: Path) -> Deleted | None:
    slug, _, stamp = folder.name.rpartition(".")
    try:
        at = dt.datetime.strptime(stamp, _STAMP).replace(tzinfo=dt.UTC)
    except ValueError:
        return None
    try:
        path = folder / ISSUE_FILE
        matter = read_front_matter(read_text(path), str(path), known=None, plain=ISSUE_TEXTS, error=IssueError)
    except IssueError:
        return Deleted(folder.name, slug, at)
    return Deleted(folder.name, slug, at, str(matter.values.get("subject") or ""))
