"""The shelf of issues: each with a small picture of its mail, its state and its date."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.campaigns.overview import DRAFT, Standing, forgotten_sends, issue_standings
from newsletter.errors import NewsletterError
from newsletter.formatting import say_day
from newsletter.issues.load import ISSUE_FILE
from newsletter.issues.order import POSTS_FOLDER
from newsletter.web.desk.frame import mail_frame
from newsletter.web.desk.look import Look
from newsletter.web.desk.proofs import Entry
from newsletter.web.desk.readers import Readers
from newsletter.web.desk.room import Room

_GROUPS = {
    "Going out": ("held", "sending", "paused", "cancelling"),
    "Scheduled": ("scheduled",),
    "Drafts": (DRAFT, "cancelled"),
    "State not known": ("",),
    "Sent": ("sent",),
}
_SAID = {"sent": "Sent", "scheduled": "Goes out", "held": "Goes out", "cancelled": "Canceled"}


@dataclass(frozen=True, slots=True)
class Card:
    """One issue on the shelf; `when` is a sentence with its date, `label` its state in words."""

    entry: Entry
    when: str
    label: str = "Draft"


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
        standings, unknown, trouble = self._standings()
        cards = [self._card(slug, standings.get(slug), unknown(slug)) for slug in proofs.slugs()]
        if not mistake:  # of the settings: that is told once, and not with each draft
            cards = [self._tried(card) for card in cards]
        groups = {name: [card for card in cards if card.entry.state in states] for name, states in _GROUPS.items()}
        return self._pages.page(request, "issues.html", {"groups": groups, "as_of": as_of}, mistake or trouble)

    def thumbnail(self, request: Request) -> Response:
        """Show the mail for a frame too small to read: this is no look at it that `send` would count."""
        slug = request.path_params["slug"]
        if slug not in self._room.proofs.slugs():
            return self._pages.missing(request, "There is no issue of this name.")
        proof = self._room.proofs.render(slug)
        if proof.message is None:
            return Response(status_code=204)  # the frame stays blank: a page that explains could not be read in it
        return mail_frame(proof.message, Look(), self._readers.shown(Look()).recipient)

    def _standings(self) -> tuple[Mapping[str, Standing], Callable[[str], str], NewsletterError | None]:
        """Return how far issues are, what is said of all others, and what keeps the ledger from being asked."""
        try:
            standings, unknown = issue_standings(self._room.workspace), forgotten_sends(self._room.workspace).issues
        except NewsletterError as trouble:
            return {}, lambda _slug: "", trouble
        return standings, lambda slug: "" if slug in unknown else DRAFT, None

    def _card(self, slug: str, standing: Standing | None, otherwise: str) -> Card:
        entry = self._room.proofs.entry(slug, standing.state if standing else otherwise)
        if standing:
            label = standing.label(self._room.workspace.settings.clinic.timezone)
            return Card(entry, f"{_SAID.get(standing.state, 'Begun')} {self._day(standing.at)}", label)
        changed = self._changed(slug)
        return Card(entry, f"Changed {self._day(changed)}" if changed else "")

    def _tried(self, card: Card) -> Card:
        """Return a card that tells what keeps its issue from being rendered, as long as that can be mended."""
        entry = card.entry
        if entry.mistake or entry.state not in _GROUPS["Drafts"]:
            return card
        return replace(card, entry=replace(entry, mistake=self._room.proofs.render(entry.slug).mistake))

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
        return say_day(moment.astimezone(self._room.workspace.settings.clinic.timezone))
