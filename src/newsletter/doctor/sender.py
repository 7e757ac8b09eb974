"""What the settings alone show: who sends, what the law wants, what SendGrid may carry."""

from collections.abc import Iterator

from newsletter.campaigns.proposal import FREE_MAIL
from newsletter.doctor.verdict import Verdict, note, ok, warn, wrong
from newsletter.workspace import Settings

_ABOUT, _LINKS = "settings", "unsubscribe links"


def look_at_sender(settings: Settings) -> Iterator[Verdict]:
    """Judge the settings by themselves."""
    yield ok(_ABOUT, "newsletter.toml can be read")
    real = settings.delivery.transport != "outbox"
    yield from _postal_address(settings, real=real)
    yield from _from_address(settings)
    if not settings.team.reviewers:
        remedy = "Add one or two as [team] reviewers, then send them a test."
        yield note(
            "reviewers",
            "there are no reviewers to test an issue before it is sent",
            remedy,
            "newsletter test SLUG --team",
        )
    if settings.delivery.transport == "sendgrid":
        yield note(
            "health data",
            "SendGrid is not covered for health information, and does not sign an agreement about it",
            "Keep to people who signed up for the newsletter, and write nothing about a single person.",
        )
        yield _unsubscribe_links(settings)
    if not real:
        remedy = "To send real mail, a mail service has to be set up."
        yield note(
            "transport",
            "practice mode: issues are written to files, and nothing is emailed",
            remedy,
            "docs/users/going-live.md",
        )
    if settings.privacy.open_tracking or settings.privacy.click_tracking:
        remedy = "Unless your readers know about it, turn off [privacy] open_tracking and [privacy] click_tracking."
        yield warn("tracking", "SendGrid is told to record what each reader opens or clicks", remedy)


def _unsubscribe_links(settings: Settings) -> Verdict:
    """Say who makes the unsubscribe links of mail that SendGrid sends."""
    if settings.reader_pages:
        return ok(_LINKS, f"they lead to {settings.reader_pages}, and SendGrid adds none of its own")
    why = "as [sendgrid] unsubscribe says" if settings.web.public_url else "since there are no public pages"
    return ok(_LINKS, f"SendGrid makes them, {why}, and its lists of who used them are read before each send")


def _postal_address(settings: Settings, *, real: bool) -> Iterator[Verdict]:
    about = "postal address"
    if not settings.clinic.has_placeholder_address:
        yield ok(about, "is set, and appears in each issue")
        return
    remedy = "Write your street address or post-office box as [clinic] postal_address: the law requires it."
    yield (wrong if real else warn)(about, "is still the sample address, so nothing can be emailed", remedy)


def _from_address(settings: Settings) -> Iterator[Verdict]:
    domain = settings.sender.from_email.rpartition("@")[2].lower()
    if domain in FREE_MAIL and settings.delivery.transport == "sendgrid":
        remedy = "Use an address on the clinic's own domain as [sender] from_email, and this one as [sender] reply_to."
        yield wrong("From", f"nearly every inbox rejects mail from {domain} that SendGrid sends", remedy)
