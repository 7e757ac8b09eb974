"""The pages to look at: one issue, its mail, its files."""

from collections.abc import Callable, Iterable
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from newsletter.campaigns.overview import DRAFT, Standing, issue_standings
from newsletter.checks.simulation import PROGRAMS
from newsletter.errors import NewsletterError
from newsletter.files import is_inside
from newsletter.issues import Issue
from newsletter.web.desk.comparing import Comparing
from newsletter.web.desk.facts import mail_facts
from newsletter.web.desk.findings import finding_routes, gather
from newsletter.web.desk.frame import mail_frame
from newsletter.web.desk.look import Look
from newsletter.web.desk.memory import Memory
from newsletter.web.desk.pictures import picture
from newsletter.web.desk.proofs import Proof
from newsletter.web.desk.readers import Readers
from newsletter.web.desk.room import Room


class Pages:
    """Answers requests to look; changes nothing but the memory of what was looked at."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._proofs = room.proofs
        self._changes = room.changes
        self._pages = room.pages
        self._memory = Memory()
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
            "files": files,
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
        return picture(proof.issue, request.path_params["name"])

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

    def _name(self, path: Path) -> str:
        return path.relative_to(self._proofs.root).as_posix()
