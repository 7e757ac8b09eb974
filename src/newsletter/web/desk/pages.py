"""The pages to look at: one issue, its mail, its files."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from newsletter.campaigns.approval import record_look
from newsletter.campaigns.overview import DRAFT, Standing, issue_standings
from newsletter.checks.simulation import PROGRAMS
from newsletter.errors import NewsletterError, StoreError
from newsletter.files import is_inside
from newsletter.issues import Issue
from newsletter.storage import open_store
from newsletter.web.desk.comparing import Comparing
from newsletter.web.desk.facts import mail_facts
from newsletter.web.desk.findings import finding_routes, gather
from newsletter.web.desk.frame import mail_frame
from newsletter.web.desk.look import Look
from newsletter.web.desk.proofs import Proof
from newsletter.web.desk.readers import Readers
from newsletter.web.desk.room import Room
from newsletter.workspace import Workspace

# No SVG: it can hold scripts, and mail programs do not show it anyway.
_MEDIA_TYPES = {".gif": "image/gif", ".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".png": "image/png"}


class Pages:
    """Answers requests to look; changes nothing but the memory of what was looked at."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._proofs = room.proofs
        self._changes = room.changes
        self._pages = room.pages
        self._memory = _Memory()
        self._readers = Readers(room)

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [
            Route("/issues/{slug}", self.issue),
            Route("/issues/{slug}/mail", self.mail),
            Route("/issues/{slug}/images/{name}", self.image),
            *self._readers.routes(),
            *finding_routes(self._room),
            *Comparing(self._room).routes(),
            Route("/events", self.events),
        ]

    def issue(self, request: Request) -> Response:
        """Show one issue as `Look` says, or the mistake in it beside the last good rendering."""
        slug = request.path_params["slug"]
        if slug not in self._proofs.slugs():
            return self._pages.missing(request, f"There is no issue named “{slug}” here.")
        as_of = self._changes.count
        look = Look.from_query(request.query_params)
        proof = self._proofs.render(slug)
        shown = self._readers.shown(look)
        standing_of, trouble = self._standings()
        standing = standing_of(slug)
        files = [self._name(path) for path in self._files(proof.issue)]
        values = {
            "as_of": as_of,
            "proof": proof,
            "look": look,
            "mail": mail_facts(proof, look, shown.recipient),
            "reader_name": shown.name,
            "there_are_readers": self._readers.there_are_some(),
            "programs": PROGRAMS.values(),
            "state": standing.state if standing else "" if trouble else DRAFT,
            "state_label": standing.label(self._room.workspace.settings.clinic.timezone) if standing else "Draft",
            "texts": list(zip(files, self._titles(proof.issue), strict=True)),
            "matters": gather(proof.findings, slug, files),
        }
        return self._pages.page(request, "issue.html", values, proof.mistake or trouble)

    def mail(self, request: Request) -> Response:
        """Show the HTML part alone, for the frame."""
        proof = self._known_proof(request)
        if proof is None or proof.message is None:
            return self._pages.missing(request, "There is no rendering of this issue yet.")
        look = Look.from_query(request.query_params)
        shown = mail_frame(proof.message, look, self._readers.shown(look).recipient, proof.before)
        looked_at = (self._proofs.workspace, proof.slug, proof.message.digest)
        shown.background = BackgroundTask(self._memory.remember, *looked_at)  # the database may be busy
        return shown

    def image(self, request: Request) -> Response:
        """Show one of the issue's pictures."""
        proof = self._known_proof(request)
        if proof is None or proof.issue is None:
            return self._pages.missing(request, "There is no such picture.")
        return _picture(proof.issue, request.path_params["name"])

    def events(self, _request: Request) -> Response:
        """Tell the page about changes until it or the server goes away."""
        return StreamingResponse(self._changes.stream(), media_type="text/event-stream")

    def _known_proof(self, request: Request) -> Proof | None:
        slug = request.path_params["slug"]
        return self._proofs.last(slug) if slug in self._proofs.slugs() else None

    def _standings(self) -> tuple[Callable[[str], Standing | None], NewsletterError | None]:
        """Return how each issue stands, or what keeps the ledger from being asked."""
        try:
            return issue_standings(self._proofs.workspace).get, None
        except NewsletterError as trouble:
            return lambda _slug: None, trouble

    def _files(self, issue: Issue | None) -> Iterable[Path]:
        """Return the files that a person writes for this issue, as far as they lie in the workspace."""
        files = [issue.source, *(post.body.path for post in issue.posts)] if issue else []
        return [path for path in files if is_inside(path, self._proofs.root)]

    def _titles(self, issue: Issue | None) -> Iterable[str]:
        """Return what a person calls each of them."""
        titles = {post.body.path: post.post.title for post in issue.posts} if issue else {}
        return [titles.get(path, "Letter") for path in self._files(issue)]

    def _name(self, path: Path) -> str:
        return path.relative_to(self._proofs.root).as_posix()


class _Memory:
    """Writes each look down once; looking again at the same version is nothing new."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}
        self._one_at_a_time = threading.Lock()

    def remember(self, workspace: Workspace, slug: str, digest: str) -> None:
        """Write down that the version `digest` of an issue was shown.

        A database that is busy or damaged keeps nobody from looking: it is asked again the
        next time.
        """
        with self._one_at_a_time:
            if self._seen.get(slug) == digest:
                return
            try:
                with open_store(workspace.database_url, workspace.key_file) as store, store.write() as connection:
                    record_look(connection, slug, digest, "preview")
            except StoreError:
                return
            self._seen[slug] = digest


def _picture(issue: Issue, name: str) -> Response:
    """Return the picture `name` out of the issue's images folder, or 404.

    The name is only ever compared with what the folder lists, never made into a path, so
    that there is nothing to traverse; links, folders and hidden files are left out of the list.
    """
    path = _listed(issue.images_dir).get(name)
    media_type = _MEDIA_TYPES.get(Path(name).suffix.lower())
    if path is None or media_type is None:
        return Response("There is no such picture.", 404, media_type="text/plain")
    return FileResponse(path, media_type=media_type)


def _listed(folder: Path) -> dict[str, Path]:
    if not folder.is_dir() or folder.is_symlink() or folder.parent.is_symlink():
        return {}
    seen = (path for path in folder.iterdir() if not path.name.startswith("."))
    return {path.name: path for path in seen if path.is_file() and not path.is_symlink()}
