"""The archive as a folder of files, made when they are asked for: the same for a web server and for a disk.

    index.html, archive.css, feed.atom, feed.json
    SLUG/index.html, and the pictures of that issue

All links between them are relative, so that they work wherever the folder lies.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache, partial
from pathlib import Path

from babel.dates import format_date
from markupsafe import Markup

from newsletter.archive.corrections import corrections
from newsletter.archive.feeds import ATOM, JSON_FEED, atom, json_feed
from newsletter.archive.sent import Entry, SentIssue, sent_issues, sent_message
from newsletter.archive.web_version import File, WebVersion, web_version
from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.errors import CampaignError, WorkspaceError
from newsletter.languages import best_language
from newsletter.pages import translated_templates
from newsletter.storage import Store
from newsletter.workspace import Workspace

INDEX, _STYLE = "index.html", "archive.css"
_STYLE_FILE = Path(__file__).with_name(_STYLE)
_KEPT = 8
"""How many web versions are kept in memory: pictures and all, a few megabytes each at most."""


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
        self._version = lru_cache(maxsize=_KEPT)(self._make_version)
        self._titles: dict[str, tuple[str, str, str]] = {}

    @property
    def is_indexed(self) -> bool:
        """Whether search engines may list it."""
        return self._workspace.settings.archive.search_engines

    def entries(self) -> list[Entry]:
        """Return the issues, the newest first."""
        return [self._entry(issue) for issue in self._issues()]

    def entry(self, slug: str) -> Entry:
        """Return one issue.

        Raises:
            CampaignError: it is not in the archive.
        """
        issue = self._issue(slug)
        if issue is None:
            hint = "The archive shows issues once they were sent, and not only to people with certain tags."
            raise CampaignError(f"{slug} is not in the archive", hint=hint, command="newsletter archive list")
        return self._entry(issue)

    def files(self) -> Iterator[tuple[str, File]]:
        """Give all files with their paths; what others lead to comes first."""
        entries = self.entries()
        yield _STYLE, self._style()
        for entry in entries:
            for name, file in self._version(entry.issue).files.items():
                yield f"{entry.slug}/{name}", file
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
        issue = self._issue(slug)
        if issue is None:
            return None
        return self._page(self._entry(issue)) if name == INDEX else self._version(issue).files.get(name)

    def has(self, slug: str) -> bool:
        """Whether an issue is in the archive."""
        return self._issue(slug) is not None

    def _issues(self) -> list[SentIssue]:
        practice = self._workspace.settings.delivery.transport == "outbox"
        with self._store.read() as connection:
            return sent_issues(connection, self._clock.now(), practice=practice)

    def _issue(self, slug: str) -> SentIssue | None:
        return next((issue for issue in self._issues() if issue.slug == slug), None)

    def _entry(self, issue: SentIssue) -> Entry:
        if issue.digest not in self._titles:
            version = self._version(issue)
            self._titles[issue.digest] = version.title, version.summary, version.language
        corrected = tuple(corrections(self._workspace, issue.slug))
        return Entry(issue, *self._titles[issue.digest], corrected, self._workspace.settings.clinic.timezone)

    def _make_version(self, issue: SentIssue) -> WebVersion:
        with self._store.read() as connection:
            return web_version(sent_message(connection, issue.campaign_id))

    def _overview(self, name: str, entries: list[Entry]) -> File:
        settings = self._workspace.settings
        if name == INDEX:
            return self._html("index.html.j2", entries[0].language if entries else "", entries=entries)
        if name == ATOM:
            return File(atom(settings, entries), "application/atom+xml")
        return File(json_feed(settings, entries), "application/feed+json")

    def _page(self, entry: Entry) -> File:
        return self._html("issue.html.j2", entry.language, entry=entry, version=self._version(entry.issue))

    def _style(self) -> File:
        return File(_STYLE_FILE.read_bytes(), "text/css")

    def _html(self, template: str, language: str, **values: object) -> File:
        """Return a page whose own words are in `language`, or in English if there are none in it."""
        clinic = self._workspace.settings.clinic
        known = best_language([language])
        own = {"name": clinic.newsletter or clinic.name, "frame": known, "indexed": self.is_indexed}
        page = translated_templates("newsletter.archive", known).get_template(template)
        return File(page.render(clinic=clinic, day=partial(_day, known), **own, **values).encode(), "text/html")


def _day(language: str, day: date) -> Markup:
    """Return a day as an element of a page."""
    return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), format_date(day, locale=language))
