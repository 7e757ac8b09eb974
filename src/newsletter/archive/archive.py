"""The archive as a folder of files, made when they are asked for: the same for a web server and for a disk.

    index.html, archive.css, feed.atom, feed.json
    SLUG/index.html, and the pictures of that issue

All links between them are relative, so that they work wherever the folder lies.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment

from newsletter.archive.corrections import Correction, corrections
from newsletter.archive.feeds import ATOM, JSON_FEED, FeedEntry, atom, json_feed
from newsletter.archive.sent import SentIssue, sent_issues, sent_message
from newsletter.archive.web_version import WebVersion, web_version
from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.errors import CampaignError, WorkspaceError
from newsletter.formatting import say_day
from newsletter.pages import page_templates
from newsletter.storage import Store
from newsletter.workspace import Workspace

INDEX, _STYLE = "index.html", "archive.css"
_STYLE_FILE = Path(__file__).with_name(_STYLE)
_KEPT = 8
"""How many web versions are kept in memory: pictures and all, a few megabytes each at most."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the archive."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An issue of the archive."""

    issue: SentIssue
    title: str
    summary: str
    language: str
    corrections: tuple[Correction, ...]
    zone: dt.tzinfo

    @property
    def slug(self) -> str:
        """The issue's name."""
        return self.issue.slug

    @property
    def day(self) -> dt.date:
        """The day it was first sent, at the clinic."""
        return self.issue.sent_at.astimezone(self.zone).date()

    @property
    def updated(self) -> datetime:
        """When its web version last changed."""
        return max([self.issue.resent_at, *(one.at for one in self.corrections)])


class Archive:
    """The sent issues of a workspace, for everybody to read.

    Raises:
        WorkspaceError: the clinic has not turned it on.
    """

    def __init__(self, workspace: Workspace, store: Store, clock: Clock = SYSTEM_CLOCK) -> None:
        if not workspace.settings.archive.public:
            hint = (
                "To let anybody read sent issues on the web, put this into newsletter.toml:\n[archive]\npublic = true"
            )
            raise WorkspaceError("the archive is turned off", hint=hint)
        self._workspace = workspace
        self._store = store
        self._clock = clock
        self._versions: dict[str, WebVersion] = {}
        self._titles: dict[str, tuple[str, str, str]] = {}

    @property
    def is_indexed(self) -> bool:
        """Whether search engines may list it."""
        return self._workspace.settings.archive.search_engines

    def entries(self) -> list[Entry]:
        """Return the issues, the newest first."""
        practice = self._workspace.settings.delivery.transport == "outbox"
        with self._store.read() as connection:
            issues = sent_issues(connection, self._clock.now(), practice=practice)
        return [self._entry(issue) for issue in issues]

    def entry(self, slug: str) -> Entry:
        """Return one issue.

        Raises:
            CampaignError: it is not in the archive.
        """
        found = next((entry for entry in self.entries() if entry.slug == slug), None)
        if found is None:
            hint = "The archive shows issues once they were sent, and not only to people with certain tags."
            raise CampaignError(f"{slug} is not in the archive", hint=hint, command="newsletter archive list")
        return found

    def files(self) -> Iterator[tuple[str, File]]:
        """Give all files with their paths; what others lead to comes first."""
        entries = self.entries()
        yield _STYLE, self._style()
        for entry in entries:
            for name, (data, media_type) in self._version(entry.issue).files.items():
                yield f"{entry.slug}/{name}", File(data, media_type)
            yield f"{entry.slug}/{INDEX}", self._page(entry)
        for path in (INDEX, ATOM, JSON_FEED):
            yield path, self._overview(path, entries)

    def read(self, path: str) -> File | None:
        """Return the file at a path, if there is one; a folder is its ``index.html``."""
        slug, slash, name = path.rpartition("/")
        name = name or INDEX
        if not slash:
            if name == _STYLE:
                return self._style()
            return self._overview(name, self.entries()) if name in {INDEX, ATOM, JSON_FEED} else None
        entry = next((entry for entry in self.entries() if entry.slug == slug), None)
        if entry is None:
            return None
        if name == INDEX:
            return self._page(entry)
        found = self._version(entry.issue).files.get(name)
        return File(*found) if found else None

    def has(self, slug: str) -> bool:
        """Whether an issue is in the archive."""
        return any(entry.slug == slug for entry in self.entries())

    def _entry(self, issue: SentIssue) -> Entry:
        if issue.digest not in self._titles:
            version = self._version(issue)
            self._titles[issue.digest] = version.title, version.summary, version.language
        corrected = tuple(corrections(self._workspace, issue.slug))
        return Entry(issue, *self._titles[issue.digest], corrected, self._workspace.settings.clinic.timezone)

    def _version(self, issue: SentIssue) -> WebVersion:
        found = self._versions.get(issue.digest)
        if found is None:
            with self._store.read() as connection:
                found = web_version(sent_message(connection, issue.campaign_id))
            while len(self._versions) >= _KEPT:
                del self._versions[next(iter(self._versions))]
            self._versions[issue.digest] = found
        return found

    def _overview(self, name: str, entries: list[Entry]) -> File:
        settings = self._workspace.settings
        if name == INDEX:
            return self._html("index.html.j2", entries=entries)
        fed = [
            FeedEntry(
                slug=entry.slug,
                title=entry.title,
                summary=entry.summary,
                language=entry.language,
                published=entry.issue.sent_at,
                updated=entry.updated,
            )
            for entry in entries
        ]
        if name == ATOM:
            return File(atom(settings, fed), "application/atom+xml")
        return File(json_feed(settings, fed), "application/feed+json")

    def _page(self, entry: Entry) -> File:
        return self._html("issue.html.j2", entry=entry, version=self._version(entry.issue))

    def _style(self) -> File:
        return File(_STYLE_FILE.read_bytes(), "text/css")

    def _html(self, template: str, **values: object) -> File:
        clinic = self._workspace.settings.clinic
        name = clinic.newsletter or clinic.name
        page = _environment().get_template(template)
        text = page.render(clinic=clinic, name=name, indexed=self.is_indexed, **values)
        return File(text.encode(), "text/html")


@cache
def _environment() -> Environment:
    environment = page_templates("newsletter.archive")
    environment.filters["day"] = say_day
    return environment
