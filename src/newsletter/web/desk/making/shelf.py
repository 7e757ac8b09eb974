"""The shelf of issues: each with a small picture of its mail, its state and its date, and what can be done with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.campaigns.overview import DRAFT, Standing, forgotten_sends, issue_standings
from newsletter.errors import NewsletterError
from newsletter.formatting import say_day
from newsletter.issues.folders import deleted_issues
from newsletter.issues.load import ISSUE_FILE
from newsletter.issues.order import POSTS_FOLDER
from newsletter.services.issues import delete_issue, duplicate_issue, free_name, rename_issue, restore_issue
from newsletter.web.desk.frame import mail_frame
from newsletter.web.desk.look import Look
from newsletter.web.desk.notices import Undo
from newsletter.web.desk.proofs import Entry
from newsletter.web.desk.readers import Readers
from newsletter.web.desk.room import Room
from newsletter.workspace.starter import is_sample

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
    """One issue on the shelf.

    Attributes:
        when: a sentence with its date.
        label: its state in words.
        is_sample: whether it is the one that each new workspace has.
        can_be_renamed: whether the ledger knows nothing of it yet.
        can_be_deleted: whether it may be one that was mailed to nobody; deleting asks the ledger.
    """

    entry: Entry
    when: str
    label: str = "Draft"
    is_sample: bool = False
    can_be_renamed: bool = False
    can_be_deleted: bool = False


class Shelf:
    """Answers for the list of issues."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._pages = room.pages
        self._readers = Readers(room)

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        change = self._room.change
        return [
            Route("/", self.issues),
            Route("/issues/{slug}/thumbnail", self.thumbnail),
            change("/issues/{slug}/duplicate", self.duplicate),
            change("/issues/{slug}/rename", self.rename),
            change("/issues/{slug}/delete", self.delete),
            Route("/deleted", self.deleted, methods=["GET"]),
            change("/deleted", self.restore),
        ]

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
        values = {
            "as_of": as_of,
            "groups": groups,
            "steps": self._first_steps(cards),
            "any_deleted": bool(deleted_issues(self._room.workspace)),
        }
        return self._pages.page(request, "issues.html", values, mistake or trouble)

    def _first_steps(self, cards: list[Card]) -> list[tuple[bool, str, str, str]]:
        """Return what a new clinic does first: whether it is done, what it is, and where; nothing once all is done."""
        steps = [
            (
                not self._room.workspace.settings.clinic.has_placeholder_address,
                "/settings",
                "Fill in the settings",
                "Your clinic’s name, postal address and sender, which each issue shows.",
            ),
            (
                self._readers.there_are_some(),
                "/people/import",
                "Import your list",
                "The people who signed up, from a CSV or Excel file.",
            ),
            (
                any(not card.is_sample for card in cards),
                "/new",
                "Make your first issue",
                "Begin with a post as you have it: copied text, a Word file, or an address.",
            ),
        ]
        return [] if all(done for done, *_ in steps) else steps

    # --- an issue as a whole -------------------------------------------------------------------

    def duplicate(self, request: Request, _form: FormData) -> Response:
        """Copy an issue to a draft, and open that."""
        slug = request.path_params["slug"]
        title = self._title(slug)
        new = free_name(self._room.workspace, slug)
        duplicate_issue(self._room.workspace, slug, new)
        return self._pages.go_on(f"/issues/{new}/write", f"This is a copy of “{title}”: a new draft.")

    def rename(self, request: Request, form: FormData) -> Response:
        """Give a draft another short name."""
        slug, new = request.path_params["slug"], str(form.get("name", "")).strip()
        rename_issue(self._room.workspace, slug, new)
        undo = Undo(f"/issues/{new}/rename", {"name": slug})
        return self._pages.go_on("/", f"The short name of “{self._title(new)}” is {new} now.", undo)

    def delete(self, request: Request, _form: FormData) -> Response:
        """Delete a draft, and offer to bring it back."""
        slug = request.path_params["slug"]
        title = self._title(slug)
        deleted = delete_issue(self._room.workspace, slug, datetime.now(tz=UTC))
        return self._pages.go_on("/", f"“{title}” is deleted.", Undo("/deleted", {"name": deleted.name}))

    def deleted(self, request: Request) -> Response:
        """List what was deleted."""
        as_of = self._room.changes.count
        found = [(each, self._day(each.at)) for each in deleted_issues(self._room.workspace).values()]
        return self._pages.page(request, "making/deleted.html", {"as_of": as_of, "found": found})

    def restore(self, _request: Request, form: FormData) -> Response:
        """Bring a deleted issue back."""
        slug = restore_issue(self._room.workspace, str(form.get("name", "")))
        return self._pages.go_on("/", f"“{self._title(slug)}” is back, with the short name {slug}.")

    def _title(self, slug: str) -> str:
        return self._room.proofs.entry(slug, "").subject or slug

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
        workspace = self._room.workspace
        entry = self._room.proofs.entry(slug, standing.state if standing else otherwise)
        sample = is_sample(workspace.root, slug)
        if standing:
            label = standing.label(workspace.settings.clinic.timezone)
            when = f"{_SAID.get(standing.state, 'Begun')} {self._day(standing.at)}"
            is_over = standing.state in {"sent", "cancelled"}
            is_practice = is_over and workspace.settings.delivery.transport == "outbox"
            return Card(entry, when, label, sample, can_be_deleted=is_practice)
        changed = self._changed(slug)
        when, is_draft = f"Changed {self._day(changed)}" if changed else "", otherwise == DRAFT
        return Card(entry, when, is_sample=sample, can_be_renamed=is_draft, can_be_deleted=is_draft)

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
