"""Corrections of sent issues: dated notes at the top of the web version.

They are in ``corrections.md`` in the issue's folder, so that staff can read and edit them:

    ## 2026-12-03 16:30

    The group meets on Thursdays, not on Tuesdays.
"""

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import IssueError
from newsletter.files import ensure_within, write_whole
from newsletter.rendering.sanitise import without_controls
from newsletter.workspace import Workspace

_FILE = "corrections.md"
_HEADING = re.compile(r"^## (\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Correction:
    """What was wrong, in paragraphs of plain text, and when it was corrected, on the clinic's clock."""

    at: dt.datetime
    text: str

    @property
    def day(self) -> dt.date:
        """The day it was corrected."""
        return self.at.date()

    @property
    def paragraphs(self) -> list[str]:
        """The text, parted at empty lines."""
        return [" ".join(part.split()) for part in re.split(r"\n\s*\n", self.text) if part.strip()]


def corrections(workspace: Workspace, slug: str) -> list[Correction]:
    """Return an issue's corrections, the latest first.

    Raises:
        IssueError: the file cannot be read, or is not what this program writes.
        WorkspaceError: the file is a link to somewhere else.
    """
    path = _path(workspace, slug)
    try:
        text = without_controls(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as err:
        raise IssueError("the corrections cannot be read", where=path, hint="Save the file as UTF-8 text.") from err
    before, *parts = _HEADING.split(text)
    try:
        zone = workspace.settings.clinic.timezone
        found = [
            Correction(dt.datetime.fromisoformat(at).replace(tzinfo=zone), said.strip()) for at, said in _pairs(parts)
        ]
    except ValueError as err:
        raise _malformed(path) from err
    if before.strip() or not all(one.text for one in found):
        raise _malformed(path)
    return sorted(found, key=lambda one: one.at, reverse=True)


def add_correction(workspace: Workspace, slug: str, text: str, at: dt.datetime) -> Correction:
    """Add a correction to an issue.

    Raises:
        IssueError: there is nothing in it, or it cannot be told from two.
    """
    said = without_controls(text).strip()
    if not said:
        raise IssueError("the correction is empty", hint="Write what was wrong, and what is right.")
    if _HEADING.search(said):
        raise IssueError("a line of the correction is a date only", hint="Put words around the date.")
    added = Correction(at.astimezone(workspace.settings.clinic.timezone), said)
    _write(workspace, slug, [added, *corrections(workspace, slug)])
    return added


def undo_correction(workspace: Workspace, slug: str) -> Correction:
    """Remove an issue's latest correction, and return it.

    Raises:
        IssueError: there is none.
    """
    found = corrections(workspace, slug)
    if not found:
        raise IssueError(f"{slug} has no correction")
    latest, *others = found
    if others:
        _write(workspace, slug, others)
    else:
        _path(workspace, slug).unlink()
    return latest


def _write(workspace: Workspace, slug: str, found: list[Correction]) -> None:
    write_whole(_path(workspace, slug), "\n".join(f"## {one.at:%Y-%m-%d %H:%M}\n\n{one.text}\n" for one in found))


def _path(workspace: Workspace, slug: str) -> Path:
    path = workspace.issues_dir / slug / _FILE
    ensure_within(workspace.issues_dir, path)
    return path


def _pairs(parts: list[str]) -> list[tuple[str, str]]:
    return list(zip(parts[::2], parts[1::2], strict=True))


def _malformed(path: Path) -> IssueError:
    hint = "Each correction begins with a line like this: ## 2026-12-03"
    return IssueError("the corrections cannot be told apart", where=path, hint=hint)
