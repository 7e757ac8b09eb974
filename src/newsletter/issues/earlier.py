"""An issue as its texts were at an earlier moment, out of the history of its files."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from newsletter.issues.editing import text_files
from newsletter.issues.history import History, Reason
from newsletter.workspace import Workspace

_APART = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """When a text of an issue was changed, in UTC; `until` when it is known only until when it was so."""

    at: dt.datetime
    until: bool = False


def moments(workspace: Workspace, slug: str) -> tuple[Moment, ...]:
    """Return when the texts of an issue were changed, the newest first and at least a minute apart.

    The newest text of a file is what the file says now, and is left out.

    Raises:
        IssueError: there is no such issue.
    """
    histories = _histories(workspace, slug).values()
    found = (moment for history in histories for moment in _were_in_file(history)[1:])
    kept: list[Moment] = []
    for moment in sorted(found, key=lambda each: each.at, reverse=True):
        if not kept or kept[-1].at - moment.at >= _APART:
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


def _were_in_file(history: History) -> list[Moment]:
    versions = [each for each in history.versions() if each.reason is not Reason.ASIDE]
    return [Moment(each.moment, until=each.reason is not Reason.SAVED) for each in versions]
