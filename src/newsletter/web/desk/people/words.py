"""The words in which the desk tells of people: short, plain, and the same on every page."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from newsletter.campaigns.clock import surely_past
from newsletter.campaigns.report import Received
from newsletter.campaigns.states import DeliveryState
from newsletter.formatting import say_near
from newsletter.subscribers.consent import Consent
from newsletter.subscribers.records import Subscriber
from newsletter.subscribers.vocabulary import How, Reason, Status, What
from newsletter.transports.events import Kind

STATUS: Mapping[Status, tuple[str, str]] = {
    Status.SUBSCRIBED: ("Subscribed", "gets every issue"),
    Status.PENDING: ("Not confirmed", "gets nothing until they confirm their address"),
    Status.UNSUBSCRIBED: ("Unsubscribed", "gets nothing"),
    Status.BOUNCED: ("Bounced", "the mailbox does not exist; gets nothing"),
    Status.COMPLAINED: ("Complained", "marked a mail as spam; gets nothing"),
}
"""What a person is: in a word, and what it means for their mail."""

REASON: Mapping[Reason, str] = {
    Reason.UNSUBSCRIBED: "unsubscribed",
    Reason.COMPLAINED: "marked a mail as spam",
    Reason.BOUNCED: "the mailbox does not exist",
    Reason.FORGOTTEN: "was erased, and is not to be added again",
    Reason.REPLACED: "was replaced by a corrected address",
}

_WHAT: Mapping[What, str] = {
    What.REQUESTED: "Asked to join; not confirmed yet",
    What.SUBSCRIBED: "Joined",
    What.CONFIRMED: "Confirmed the address",
    What.RENEWED: "Agreed to these words, too",
    What.UNSUBSCRIBED: "Unsubscribed",
    What.RESUBSCRIBED: "Resubscribed",
    What.BOUNCED: "The mailbox did not exist",
    What.COMPLAINED: "Marked a mail as spam",
    What.CORRECTED: "The address was corrected",
}
_HOW: Mapping[How, str] = {
    How.COMMAND: "entered by hand",
    How.IMPORT: "from an imported list",
    How.TOKEN: "through the link in a mail",
    How.FORM: "through the form on the website",
    How.EVENT: "as the mail provider told",
}
_STATE: Mapping[DeliveryState, str] = {
    DeliveryState.QUEUED: "Queued",
    DeliveryState.IN_FLIGHT: "Being sent",
    DeliveryState.ACCEPTED: "Sent",
    DeliveryState.REFUSED: "Rejected by the mail provider",
    DeliveryState.UNKNOWN: "Unresolved: it may or may not have been sent",
    DeliveryState.SKIPPED: "Skipped: no longer subscribed",
    DeliveryState.CANCELLED: "Canceled",
}
_FATE: Mapping[str, str] = {
    Kind.PROCESSED: "Sent",
    Kind.DEFERRED: "The inbox asked to wait",
    Kind.DELIVERED: "Delivered",
    Kind.OPENED: "Opened",
    Kind.CLICKED: "Followed a link",
    Kind.BLOCKED: "Refused by the inbox this time",
    Kind.DROPPED: "Not tried by the mail provider",
    Kind.BOUNCED: "Bounced: the mailbox does not exist",
    Kind.UNSUBSCRIBED: "Unsubscribed through this mail",
    Kind.COMPLAINED: "Marked as spam",
}


def name_of(person: Subscriber) -> str:
    """Return a person's name, or their address if none is known."""
    return f"{person.first_name} {person.last_name}".strip() or person.email


def still_suppressed(failure: str) -> str:
    """Return what is to be said if SendGrid could not be told to mail somebody again."""
    return f" SendGrid may still suppress them, and would then drop mail to them: {failure}." if failure else ""


def what_happened(entry: Consent) -> str:
    """Return what an entry of a history tells."""
    return _WHAT[entry.what]


def how_it_happened(entry: Consent) -> str:
    """Return by which way it came about, with file and row of an import."""
    if entry.file_name:
        return f"from the list {entry.file_name}, line {entry.row}" if entry.row else f"from the list {entry.file_name}"
    return _HOW[entry.how]


def what_became_of(mail: Received, zone: ZoneInfo) -> str:
    """Return what became of a mail; what the mail provider still holds has not been sent."""
    now = datetime.now(tz=UTC)
    if mail.held_until and mail.held_until > surely_past(now, mail.ahead) and mail.state is DeliveryState.ACCEPTED:
        return f"Held until {say_near(mail.held_until, zone, now)}"
    return _FATE.get(mail.fate) or _STATE[mail.state]
