"""From SendGrid's event webhook to events: a pure function.

https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from newsletter.transports.events import Event, Kind

_KINDS = {
    "processed": Kind.PROCESSED,
    "deferred": Kind.DEFERRED,
    "delivered": Kind.DELIVERED,
    "bounce": Kind.BOUNCED,
    "dropped": Kind.DROPPED,
    "open": Kind.OPENED,
    "click": Kind.CLICKED,
    "spamreport": Kind.COMPLAINED,
    "unsubscribe": Kind.UNSUBSCRIBED,
    "group_unsubscribe": Kind.UNSUBSCRIBED,
    # group_resubscribe is left out: nothing that comes from outside subscribes anybody
}

_LATEST = 2**32  # seconds: the year 2106
_LONGEST_ADDRESS = 320

_CLASSES = {
    *("Content", "Frequency or Volume Too High", "Invalid Address", "Mailbox Unavailable"),
    *("Reputation", "Technical Failure", "Unclassified"),
}

DROP_REASONS = {
    "Unsubscribed Address": "unsubscribed",
    "Spam Reporting Address": "complained",
    "Bounced Address": "bounced",
    "Invalid": "bounced",
    "Spam Content": "spam content",
    "Invalid SMTPAPI header": "invalid header",
    "Recipient List over Package Quota": "over quota",
}


def read_events(document: Any) -> Iterator[Event]:
    """Read what SendGrid posts; whatever is no event of a kind that we know is passed over."""
    for entry in document if isinstance(document, list) else []:
        if isinstance(entry, dict) and (event := _read(entry)):
            yield event


def _read(entry: dict[str, Any]) -> Event | None:
    kind = _KINDS.get(str(entry.get("event")))
    moment = entry.get("timestamp")
    if kind is None or isinstance(moment, bool) or not isinstance(moment, int) or not 0 < moment < _LATEST:
        return None
    if kind is Kind.BOUNCED and entry.get("type") == "blocked":
        kind = Kind.BLOCKED
    names = ("newsletter_delivery", "newsletter_batch", "email")
    ref, batch, email = (entry.get(name, "") for name in names)
    if not (isinstance(ref, str) and isinstance(batch, str) and isinstance(email, str)):
        return None
    if len(email) > _LONGEST_ADDRESS or not email.isprintable():  # half a character would stop the others, too
        email = ""
    return Event(kind, ref, email, datetime.fromtimestamp(moment, tz=UTC), _detail(kind, entry), batch)


def _detail(kind: Kind, entry: dict[str, Any]) -> str:
    """Return only words that we know: a reason in full may quote an address."""
    if kind in {Kind.BOUNCED, Kind.BLOCKED}:
        found = entry.get("bounce_classification")
        return found if isinstance(found, str) and found in _CLASSES else "Unclassified"
    if kind is Kind.DROPPED:
        reason = str(entry.get("reason", ""))
        return next((words for sign, words in DROP_REASONS.items() if reason.startswith(sign)), "other")
    return ""
