"""Mails to one subscriber that are set like small issues: the welcome, and whether they still want the newsletter.

Unlike notices, they have the reader's own unsubscribe link.
"""

from dataclasses import replace
from urllib.parse import quote

from newsletter.campaigns.batch_request import unsubscribe_link
from newsletter.campaigns.model import new_ref
from newsletter.campaigns.proposal import refuse_unfit
from newsletter.errors import WorkspaceError
from newsletter.files import ensure_within, explained
from newsletter.issues import Issue, Passage
from newsletter.languages import best_language, translations
from newsletter.message import Recipient
from newsletter.rendering import render_issue
from newsletter.rendering.page import literal
from newsletter.subscribers.records import Subscriber
from newsletter.subscribers.requests import Request
from newsletter.subscribers.tokens import confirm_token
from newsletter.transports import Batch, Transport
from newsletter.workspace import Settings, Workspace

CONFIRM_PATH = "/confirm/"
"""Where the public pages answer; a token follows."""


def confirm_link(settings: Settings, token: str) -> str:
    """Return the link that confirms: a page, or a mail to send where there are no pages."""
    if settings.web.public_url:
        return f"{settings.web.public_url}{CONFIRM_PATH}{token}"
    return f"mailto:{quote(settings.sender.reply_to, safe='@')}?subject=confirm%20{token}"


def welcome_batch(workspace: Workspace, key: bytes, person: Subscriber, transport: Transport) -> Batch:
    """Return the welcome mail to somebody who has just confirmed: a Markdown file of the clinic.

    Raises:
        WorkspaceError: the file is missing, or has no title.
        NewsletterError: it cannot be set, or may not be mailed.
    """
    return _batch(workspace, key, person, transport, _read(workspace, person.language), f"welcome-{new_ref()}")


def renewal_batch(
    workspace: Workspace, key: bytes, person: Subscriber, request: Request, transport: Transport
) -> Batch:
    """Return the mail that asks a subscriber whether they still want the newsletter, or reminds them of it.

    Its Message-ID carries the token, as a confirmation's: a reply names it.

    Raises:
        NewsletterError: it cannot be set, or may not be mailed.
    """
    language, settings = best_language([person.language]), workspace.settings
    _ = translations(language).ugettext
    token = confirm_token(key, request.id)
    link = confirm_link(settings, token)
    title = _("Do you still want our newsletter?")
    ask = _("It is a while since you subscribed to the newsletter of %(clinic)s. Would you like to keep receiving it?")
    label = _("Yes, keep sending it")
    by_mail = _("Please answer this mail with yes, or use the button: it opens a mail for you to send.")
    last = _(
        "This is our only reminder. If we hear nothing within two weeks, you will not receive the newsletter anymore."
    )
    first = _("If we hear nothing, we will remind you once, and then stop writing to you.")
    parts = [
        ask % {"clinic": literal(settings.clinic.name)},
        *([by_mail] if link.startswith("mailto:") else []),
        f"[{label}](<{link}>){{.button}}",
        last if request.is_reminded else first,
    ]
    issue = Issue(
        slug="renewal",
        folder=workspace.root,
        source=workspace.root,
        subject=_("A reminder: %(subject)s") % {"subject": title} if request.is_reminded else title,
        headline=title,
        preheader="",
        letter=Passage(markdown="\n\n".join(parts), path=workspace.root),
        posts=(),
        language=language,
    )
    again = "-again" if request.is_reminded else ""
    return _batch(workspace, key, person, transport, issue, f"confirm-{token}{again}")


def _batch(workspace: Workspace, key: bytes, person: Subscriber, transport: Transport, issue: Issue, ref: str) -> Batch:
    look = replace(workspace.settings.theme, images="embedded")  # hosted pictures are those of issues
    message = render_issue(replace(workspace, settings=replace(workspace.settings, theme=look)), issue).message
    refuse_unfit(message, workspace.settings, transport)
    reader_pages = workspace.settings.reader_pages
    recipient = Recipient(
        ref=ref,
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        unsubscribe_url=unsubscribe_link(key, message, transport, reader_pages)(person.id),
        one_click=bool(reader_pages),
    )
    return Batch(campaign=issue.slug, ref=new_ref(), slug=issue.slug, message=message, recipients=(recipient,))


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
