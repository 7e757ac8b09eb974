"""What the settings alone show: who sends, what the law wants, what SendGrid may carry."""

from collections.abc import Iterator

from newsletter.campaigns.refusals import FREE_MAIL
from newsletter.doctor.verdict import Verdict, note, ok, warn, wrong
from newsletter.workspace import Settings

_ABOUT = "settings"


def look_at_sender(settings: Settings) -> Iterator[Verdict]:
    """Judge the settings by themselves."""
    yield ok(_ABOUT, "newsletter.toml can be read")
    real = settings.delivery.transport != "outbox"
    yield from _postal_address(settings, real=real)
    yield from _from_address(settings)
    if not settings.team.reviewers:
        remedy = "Name one or two under [team] reviewers, then: newsletter test SLUG --team"
        yield note("reviewers", "nobody is named to look at an issue before it is sent", remedy)
    if settings.delivery.transport == "sendgrid":
        yield note(
            "health data",
            "SendGrid is not covered for health information, and signs no agreement about it",
            "Keep the list to people who signed up in public, and issues free of anything about a single person.",
        )
    if not real:
        remedy = "When you are ready to mail: see docs/users/going-live.md"
        yield note("transport", "outbox: issues are written to files, and nothing is mailed", remedy)
    if settings.privacy.open_tracking or settings.privacy.click_tracking:
        remedy = "Without a reason that your readers know of, set both under [privacy] to false."
        yield warn("tracking", "SendGrid is asked to record what single readers open or click", remedy)


def _postal_address(settings: Settings, *, real: bool) -> Iterator[Verdict]:
    about = "postal address"
    if not settings.clinic.has_placeholder_address:
        yield ok(about, "is in the settings, and so in each issue")
        return
    remedy = "Write your street address or post-office box under [clinic] postal_address: the law wants it."
    yield (wrong if real else warn)(about, "is still the sample's, with which nothing can be mailed", remedy)


def _from_address(settings: Settings) -> Iterator[Verdict]:
    domain = settings.sender.from_email.rpartition("@")[2].lower()
    if domain in FREE_MAIL and settings.delivery.transport == "sendgrid":
        remedy = "Use an address on the clinic's own domain as from_email, and this one as reply_to."
        yield wrong("From", f"mail from {domain} that SendGrid sends is refused by nearly every inbox", remedy)
