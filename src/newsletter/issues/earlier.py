"""An issue as its texts were at an earlier moment, out of the history of its files."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from newsletter.issues.editing import text_files
from newsletter.issues.history import History, Reason
from newsletter.workspace import Workspace

_APART = dt.timedelta(minutes=1)


def moments(workspace: Workspace, slug: str) -> tuple[dt.datetime, ...]:
    """Return when the texts of an issue changed, in UTC, the newest first and at least a minute apart.

    The newest text of a file is what the file says now, and is left out.

    Raises:
        IssueError: there is no such issue.
    """
    histories = _histories(workspace, slug).values()
    kept: list[dt.datetime] = []
    for moment in sorted((moment for history in histories for moment in _were_in_file(history)[1:]), reverse=True):
        if not kept or kept[-1] - moment >= _APART:
            kept.append(moment)
    return tuple(kept)


def texts_at(workspace: Workspace, slug: str, moment: dt.datetime) -> Mapping[Path, str]:
    """Return what the files of an issue said at `moment`, as far as their history reaches back.

    Raises:
        IssueError: there is no such issue.
    """
    found = {}
    for path, history in _histories(workspace, slug).items():
        versions = [each for each in history.versions() if each.reason is not Reason.ASIDE]
        if versions:
            version = next((each for each in versions if each.moment <= moment), versions[-1])
            found[path] = history.read(version.name)
    return found


def _histories(workspace: Workspace, slug: str) -> Mapping[Path, History]:
    return {path: History(workspace.issues_dir / slug, name) for name, path in text_files(workspace, slug).items()}


def _were_in_file(history: History) -> list[dt.datetime]:
    return [each.moment for each in history.versions() if each.reason is not Reason.ASIDE]
