"""The welcome mail: a Markdown file of the clinic, set like a small issue."""

from dataclasses import replace

from newsletter.campaigns.batch_request import unsubscribe_link
from newsletter.campaigns.model import new_ref
from newsletter.campaigns.proposal import refuse_unfit
from newsletter.errors import WorkspaceError
from newsletter.files import ensure_within, explained
from newsletter.issues import Issue, Passage
from newsletter.message import Recipient
from newsletter.rendering import render_issue
from newsletter.subscribers.people import Person
from newsletter.transports import Batch, Transport
from newsletter.workspace import Workspace


def welcome_batch(workspace: Workspace, key: bytes, person: Person, transport: Transport) -> Batch:
    """Return the welcome mail to somebody who has just confirmed, with their own unsubscribe link.

    Raises:
        WorkspaceError: the file is missing, or has no title.
        NewsletterError: it cannot be set, or may not be mailed.
    """
    look = replace(workspace.settings.theme, images="embedded")  # hosted pictures are those of issues
    issue = _read(workspace, person.language)
    message = render_issue(replace(workspace, settings=replace(workspace.settings, theme=look)), issue).message
    refuse_unfit(message, workspace.settings, transport)
    public_url = workspace.settings.reader_pages
    recipient = Recipient(
        ref=f"welcome-{new_ref()}",
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        unsubscribe_url=unsubscribe_link(key, message, transport, public_url)(person.id),
        one_click=bool(public_url),
    )
    return Batch(campaign="welcome", ref=new_ref(), slug="welcome", message=message, recipients=(recipient,))


def _read(workspace: Workspace, language: str) -> Issue:
    """Read the file; ``welcome.es.md`` beside it goes before it for people who read Spanish."""
    usual = workspace.root / workspace.settings.web.welcome
    base = language.partition("-")[0]
    own = usual.with_suffix(f".{base}{usual.suffix}")
    path = own if base and own.is_file() else usual
    ensure_within(workspace.root, path)
    hint = "Write it in Markdown, its first line a title: # Welcome"
    if not path.is_file():
        raise WorkspaceError("the welcome mail is missing", where=path, hint=hint)
    with explained(path):
        title, _, text = path.read_text("utf-8-sig", "replace").lstrip().partition("\n")
    if not title.startswith("# ") or not text.strip():
        raise WorkspaceError("the welcome mail has no title, or nothing below it", where=path, hint=hint)
    name = title.removeprefix("# ").strip()
    return Issue(
        slug="welcome",
        folder=workspace.root,
        source=path,
        subject=name,
        headline=name,
        preheader="",
        letter=Passage(markdown=text, path=path, first_line=2),
        posts=(),
        language=base if path == own else "en",
    )
