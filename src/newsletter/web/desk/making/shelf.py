"""The shelf of issues: each with a small picture of its mail, its state and its date, and what can be done with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from newsletter.campaigns.overview import DRAFT, Standing, forgotten_sends, issue_standings
from newsletter.errors import NewsletterError
from newsletter.formatting import say_day
from newsletter.issues.folders import deleted_issues
from newsletter.issues.load import ISSUE_FILE
from newsletter.issues.order import POSTS_FOLDER
from newsletter.issues.slug import as_slug
from newsletter.message import as_without_name
from newsletter.services.issues import delete_issue, duplicate_issue, free_name, rename_issue, restore_issue
from newsletter.web.desk.frame import mail_frame
from newsletter.web.desk.look import Look
from newsletter.web.desk.notices import Undo
from newsletter.web.desk.proofs import Entry
from newsletter.web.desk.readers import Readers
from newsletter.web.desk.room import Room, Views
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


views = Views()


@views.get("/")
def issues(room: Room, request: Request) -> Response:
    """Show all issues by how far they are, or what to do when there is none."""
    as_of, proofs = room.changes.count, room.proofs
    mistake = proofs.refresh_settings()
    standings, unknown, trouble = _standings(room)
    cards = [_card(room, slug, standings.get(slug), unknown(slug)) for slug in proofs.slugs()]
    if not mistake:  # of the settings: that is told once, and not with each draft
        cards = [_tried(room, card) for card in cards]
    groups = {name: [card for card in cards if card.entry.state in states] for name, states in _GROUPS.items()}
    values = {
        "as_of": as_of,
        "groups": groups,
        "steps": _first_steps(room, cards),
        "any_deleted": bool(deleted_issues(room.workspace)),
    }
    return room.pages.page(request, "issues.html", values, mistake or trouble)


def _first_steps(room: Room, cards: list[Card]) -> list[tuple[bool, str, str, str]]:
    """Return what a new clinic does first: whether it is done, what it is, and where; nothing once all is done."""
    steps = [
        (
            not room.workspace.settings.clinic.has_placeholder_address,
            "/settings",
            "Fill in the settings",
            "Your clinic’s name, postal address and sender, which each issue shows.",
        ),
        (
            Readers(room).there_are_some(),
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


@views.change("/issues/{slug}/duplicate")
def duplicate(room: Room, request: Request, _form: FormData) -> Response:
    """Copy an issue to a draft, and open that."""
    slug = request.path_params["slug"]
    title = _title(room, slug)
    new = free_name(room.workspace, slug)
    duplicate_issue(room.workspace, slug, new)
    return room.pages.go_on(f"/issues/{new}/write", f"This is a copy of “{title}”: a new draft.")


@views.change("/issues/{slug}/rename")
def rename(room: Room, request: Request, form: FormData) -> Response:
    """Give a draft another short name."""
    slug, new = request.path_params["slug"], as_slug(str(form.get("name", "")).strip())
    rename_issue(room.workspace, slug, new)
    undo = Undo(f"/issues/{new}/rename", {"name": slug})
    return room.pages.go_on("/", f"The short name of “{_title(room, new)}” is {new} now.", undo)


@views.change("/issues/{slug}/delete")
def delete(room: Room, request: Request, _form: FormData) -> Response:
    """Delete a draft, and offer to bring it back."""
    slug = request.path_params["slug"]
    title = _title(room, slug)
    deleted = delete_issue(room.workspace, slug, datetime.now(tz=UTC))
    return room.pages.go_on("/", f"“{title}” is deleted.", Undo("/deleted", {"name": deleted.name}))


@views.get("/deleted")
def deleted(room: Room, request: Request) -> Response:
    """List what was deleted."""
    as_of = room.changes.count
    found = [
        (each, as_without_name(each.subject, Path(each.slug)) or each.slug, _day(room, each.at))
        for each in deleted_issues(room.workspace).values()
    ]
    return room.pages.page(request, "making/deleted.html", {"as_of": as_of, "found": found})


@views.change("/deleted")
def restore(room: Room, _request: Request, form: FormData) -> Response:
    """Bring a deleted issue back."""
    slug = restore_issue(room.workspace, str(form.get("name", "")))
    return room.pages.go_on("/", f"“{_title(room, slug)}” is back, with the short name {slug}.")


def _title(room: Room, slug: str) -> str:
    return room.proofs.entry(slug, "").subject or slug


@views.get("/issues/{slug}/thumbnail")
def thumbnail(room: Room, request: Request) -> Response:
    """Show the mail for a frame too small to read: this is no look at it that `send` would count."""
    proof = room.proofs.render(request.path_params["slug"])
    if proof.message is None:
        return Response(status_code=204)  # the frame stays blank: a page that explains could not be read in it
    return mail_frame(proof.message, Look(), Readers(room).shown(Look()).recipient)


def _standings(room: Room) -> tuple[Mapping[str, Standing], Callable[[str], str], NewsletterError | None]:
    """Return how far issues are, what is said of all others, and what keeps the ledger from being asked."""
    try:
        standings, unknown = issue_standings(room.workspace), forgotten_sends(room.workspace).issues
    except NewsletterError as trouble:
        return {}, lambda _slug: "", trouble
    return standings, lambda slug: "" if slug in unknown else DRAFT, None


def _card(room: Room, slug: str, standing: Standing | None, otherwise: str) -> Card:
    workspace = room.workspace
    entry = room.proofs.entry(slug, standing.state if standing else otherwise)
    sample = is_sample(workspace.root, slug)
    if standing:
        label = standing.label(workspace.settings.clinic.timezone)
        when = f"{_SAID.get(standing.state, 'Begun')} {_day(room, standing.at)}"
        is_over = standing.state in {"sent", "cancelled"}
        return Card(entry, when, label, sample, can_be_deleted=is_over and standing.is_practice)
    changed = _changed(room, slug)
    when, is_draft = f"Changed {_day(room, changed)}" if changed else "", otherwise == DRAFT
    return Card(entry, when, is_sample=sample, can_be_renamed=is_draft, can_be_deleted=is_draft)


def _tried(room: Room, card: Card) -> Card:
    """Return a card that tells what keeps its issue from being rendered, as long as that can be fixed."""
    entry = card.entry
    if entry.mistake or entry.state not in _GROUPS["Drafts"]:
        return card
    return replace(card, entry=replace(entry, mistake=room.proofs.render(entry.slug).mistake))


def _changed(room: Room, slug: str) -> datetime | None:
    folder = room.workspace.issues_dir / slug
    times: list[float] = []
    for path in (folder / ISSUE_FILE, *(folder / POSTS_FOLDER).glob("*.md")):
        try:
            times.append(path.stat().st_mtime)
        except OSError:  # gone meanwhile
            continue
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _day(room: Room, moment: datetime) -> str:
    return say_day(moment.astimezone(room.workspace.settings.clinic.timezone))
