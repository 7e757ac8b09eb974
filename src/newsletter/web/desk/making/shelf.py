"""The shelf of issues: each with a small picture of its mail, its state and its date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.campaigns.overview import DRAFT, Standing, issue_standings
from newsletter.errors import NewsletterError
from newsletter.issues.load import ISSUE_FILE
from newsletter.issues.order import POSTS_FOLDER
from newsletter.web.desk.frame import mail_frame
from newsletter.web.desk.look import Look
from newsletter.web.desk.proofs import Entry, Proof
from newsletter.web.desk.readers import Readers
from newsletter.web.desk.room import Room

_GROUPS = {
    "Going out": ("sending", "paused", "cancelling"),
    "Scheduled": ("scheduled",),
    "Drafts": (DRAFT, "cancelled"),
    "State not known": ("",),
    "Sent": ("sent",),
}
_SAID = {"sent": "Sent", "scheduled": "Goes out", "cancelled": "Cancelled"}


@dataclass(frozen=True, slots=True)
class Card:
    """One issue on the shelf; `when` is a sentence with its date."""

    entry: Entry
    when: str


class Shelf:
    """Answers for the list of issues."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._pages = room.pages
        self._readers = Readers(room)

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [Route("/", self.issues), Route("/issues/{slug}/thumbnail", self.thumbnail)]

    def issues(self, request: Request) -> Response:
        """Show all issues by how far they are, or what to do when there is none."""
        as_of = self._room.changes.count
        proofs = self._room.proofs
        mistake = proofs.refresh_settings()
        standings, trouble = self._standings()
        unknown = "" if trouble else DRAFT
        cards = [self._card(slug, standings.get(slug), unknown) for slug in proofs.slugs()]
        groups = {name: [card for card in cards if card.entry.state in states] for name, states in _GROUPS.items()}
        return self._pages.page(request, "issues.html", {"groups": groups, "as_of": as_of}, mistake or trouble)

    def thumbnail(self, request: Request) -> Response:
        """Show the mail for a frame too small to read: this is no look at it that `send` would count."""
        slug = request.path_params["slug"]
        proof = self._room.proofs.draft(Proof(slug=slug), {}) if slug in self._room.proofs.slugs() else None
        if proof is None or proof.message is None:
            return self._pages.missing(request, "There is no rendering of this issue yet.")
        return mail_frame(proof.message, Look(), self._readers.shown(Look()).recipient)

    def _standings(self) -> tuple[Mapping[str, Standing], NewsletterError | None]:
        try:
            return issue_standings(self._room.workspace), None
        except NewsletterError as trouble:
            return {}, trouble

    def _card(self, slug: str, standing: Standing | None, otherwise: str) -> Card:
        entry = self._room.proofs.entry(slug, standing.state if standing else otherwise)
        if standing:
            return Card(entry, f"{_SAID.get(standing.state, 'Begun')} {self._day(standing.at)}")
        changed = self._changed(slug)
        return Card(entry, f"Changed {self._day(changed)}" if changed else "")

    def _changed(self, slug: str) -> datetime | None:
        folder = self._room.workspace.issues_dir / slug
        times: list[float] = []
        for path in (folder / ISSUE_FILE, *(folder / POSTS_FOLDER).glob("*.md")):
            try:
                times.append(path.stat().st_mtime)
            except OSError:  # gone meanwhile
                continue
        return datetime.fromtimestamp(max(times), UTC) if times else None

    def _day(self, moment: datetime) -> str:
        local = moment.astimezone(self._room.workspace.settings.clinic.timezone)
        return f"{local.day} {local:%B %Y}"
