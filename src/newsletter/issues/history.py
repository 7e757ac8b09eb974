"""Earlier versions of an issue's files: kept while somebody writes, so that nothing written is lost.

They lie as plain files in the issue's folder, below ``.history/``, where a person finds
them without this program, too. Nothing of them is part of a mail.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path

from newsletter.errors import IssueError
from newsletter.files import ensure_within, explained, write_whole
from newsletter.posts.decoding import tidied

HISTORY_FOLDER = ".history"
WHILE_WRITING = dt.timedelta(minutes=5)
"""While somebody writes, at most one version is kept in this time."""
MOST_VERSIONS = 100
MOST_BYTES = 5_000_000
"""How much is kept of one file; the oldest goes first, the first of each day after the others."""

_STAMP = "%Y%m%dT%H%M%S%fZ"
_NAME = re.compile(r"(\d{8}T\d{12}Z)-(saved|found|replaced|aside)\.md")


class Reason(StrEnum):
    """Why a version was kept."""

    SAVED = "saved"  # in the editor
    FOUND = "found"  # on the disk, written by another program
    REPLACED = "replaced"  # it was in the file before an earlier version was restored
    ASIDE = "aside"  # one side of a conflict


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a file; `name` tells it from the others, and `moment` is in UTC."""

    name: str
    moment: dt.datetime
    reason: Reason


class History:
    """The versions of one file of an issue.

    Args:
        folder: the issue's folder.
        file: the file's name, seen from there, such as ``posts/lamps.md``.

    Raises:
        WorkspaceError: the history is a link to somewhere else.
    """

    def __init__(self, folder: Path, file: str) -> None:
        self._top = folder / HISTORY_FOLDER
        self._folder = self._top / file
        ensure_within(folder, self._folder)  # versions are deleted in time

    def versions(self) -> tuple[Version, ...]:
        """Return all versions, the newest first."""
        if not self._folder.is_dir():
            return ()
        found = [_version(path.name) for path in self._folder.iterdir()]
        return tuple(sorted((each for each in found if each), key=lambda each: each.name, reverse=True))

    def read(self, name: str) -> str:
        """Return the text of a version.

        Raises:
            IssueError: there is no version of that name; the name is only compared with
                what there is, never made into a path.
        """
        if name not in {version.name for version in self.versions()}:
            raise IssueError("this version is no longer kept", hint="Choose another one from the list.")
        return tidied((self._folder / name).read_text("utf-8"))

    def keep(self, text: str, reason: Reason, now: dt.datetime) -> None:
        """Keep `text` as the version of `now`, unless the newest says the same.

        While somebody writes, a saved version takes the place of the one just before it;
        whatever was kept for another reason, or before a pause, stays.

        Raises:
            WorkspaceError: it cannot be written.
        """
        versions = self.versions()
        again = bool(versions) and self.read(versions[0].name) == text
        if again and reason is not Reason.REPLACED:  # which must stay, though it was saved a moment ago
            return
        if reason in {Reason.FOUND, Reason.ASIDE} and any(self.read(each.name) == text for each in versions[:4]):
            return  # the same conflict, asked about again
        moment = max([now.astimezone(dt.UTC), *(each.moment + _TICK for each in versions[:1])])
        self._ignore()
        write_whole(self._folder / f"{moment.strftime(_STAMP)}-{reason}.md", text)
        if again or (reason is Reason.SAVED and _is_passing(versions, moment)):
            self._drop(versions[:1])
        self._thin()

    def _ignore(self) -> None:
        """Ask git to leave the history out, without touching the clinic's own settings for it."""
        if not (self._top / ".gitignore").exists():
            write_whole(self._top / ".gitignore", "*\n")

    def _thin(self) -> None:
        versions = self.versions()
        sizes = {each.name: (self._folder / each.name).stat().st_size for each in versions}
        expendable = _expendable(versions)
        while len(sizes) > MOST_VERSIONS or (sum(sizes.values()) > MOST_BYTES and len(sizes) > 1):
            oldest = expendable.pop(0)
            self._drop([oldest])
            del sizes[oldest.name]

    def _drop(self, versions: Iterable[Version]) -> None:
        with explained(self._folder):
            for version in versions:
                (self._folder / version.name).unlink(missing_ok=True)


_TICK = dt.timedelta(microseconds=1)


def _version(name: str) -> Version | None:
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    try:
        moment = dt.datetime.strptime(match[1], _STAMP).replace(tzinfo=dt.UTC)
    except ValueError:  # not a day of any calendar: somebody's own file
        return None
    return Version(name, moment, Reason(match[2]))


def _is_passing(versions: Sequence[Version], now: dt.datetime) -> bool:
    """Whether the newest version is only a step on the way to the one of `now`."""
    if not versions or versions[0].reason is not Reason.SAVED or now - versions[0].moment >= WHILE_WRITING:
        return False
    return len(versions) > 1 and versions[0].moment - versions[1].moment < WHILE_WRITING


def _expendable(versions: Sequence[Version]) -> list[Version]:
    """Return all but the newest in the order in which they may go."""
    old = list(versions[:0:-1])
    firsts = {next(each).name for _, each in groupby(old, lambda version: version.moment.date())}
    return sorted(old, key=lambda each: (each.name in firsts, each.name))
