"""From a batch to the body of ``POST /v3/mail/send``: a pure function.

Raw dicts, not the package's helper classes: those put several people into one envelope
when misused, and cost many times as much. Each personalization has exactly one recipient,
without a name, and there is no way to write a cc or bcc here.
https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
"""

import base64
from dataclasses import dataclass
from typing import Any

from newsletter.message import (
    UNSUBSCRIBE_PLACEHOLDER,
    Attachment,
    InlineImage,
    Recipient,
    list_headers,
    safe_header,
    values_for_each,
)
from newsletter.transports.base import Batch

LARGEST_SUBSTITUTIONS = 10_000
"""Bytes of merge values that one personalization may carry."""

_SURELY_SHORT = 250
"""Characters: so few fit, whatever they are and however many tags an issue uses."""


@dataclass(frozen=True, slots=True)
class Tracking:
    """What SendGrid may record about readers."""

    opens: bool = False
    clicks: bool = False


def build_body(batch: Batch, tracking: Tracking) -> dict[str, Any]:
    """Return the request's body as JSON takes it."""
    message = batch.message
    values = values_for_each(message, batch.recipients)
    body: dict[str, Any] = {
        "personalizations": list(map(_personalization, batch.recipients, values)),
        # These come back as top-level keys of each event, hence the prefix. SendGrid adds a person's own to them.
        "custom_args": {"newsletter_campaign": batch.campaign, "newsletter_batch": batch.ref},
        "from": {"email": message.from_email, "name": _name(message.from_name)},
        "reply_to": {"email": message.reply_to},
        "subject": safe_header(batch.subject_prefix + message.subject),
        "content": [
            {"type": "text/plain", "value": message.text},
            {"type": "text/html", "value": message.html},
        ],
        "categories": [f"newsletter-{batch.campaign}"],  # opaque: SendGrid keeps categories for ever
        "tracking_settings": _tracking(tracking, own_links=_has_own_links(batch)),
    }
    if batch.is_notice:
        body["tracking_settings"] = _tracking(Tracking(), own_links=True)
        # Whoever unsubscribed and asks to come back could otherwise never confirm. Bounces and complaints still count.
        body["mail_settings"] = {"bypass_unsubscribe_management": {"enable": True}}
        body["headers"] = dict(batch.headers)
    if message.images or message.attachments:
        body["attachments"] = [*map(_inline_image, message.images), *map(_attachment, message.attachments)]
    if batch.hold is not None:
        body["batch_id"] = batch.hold.batch_id
        body["send_at"] = int(batch.hold.send_at.timestamp())
    return body


def _personalization(recipient: Recipient, substitutions: dict[str, str]) -> dict[str, Any]:
    _cut_to_limit(substitutions)
    found: dict[str, Any] = {
        "to": [{"email": recipient.email}],
        "custom_args": {"newsletter_delivery": recipient.ref},
    }
    if recipient.unsubscribe_url:
        substitutions[UNSUBSCRIBE_PLACEHOLDER] = recipient.unsubscribe_url
        found["headers"] = list_headers(recipient)
    if substitutions:
        found["substitutions"] = substitutions
    return found


def _cut_to_limit(values: dict[str, str]) -> None:
    """Cut what is too long for its share of the limit; a value of hundreds of bytes is no name."""
    if sum(map(len, values.values())) < _SURELY_SHORT:
        return
    share = LARGEST_SUBSTITUTIONS // (len(values) + 1)  # one more for the unsubscribe link
    for placeholder, value in values.items():
        room = share - len(placeholder)
        if len(value) * 4 > room:  # a character has four bytes at most
            values[placeholder] = value.encode()[:room].decode("utf-8", "ignore")


def _has_own_links(batch: Batch) -> bool:
    return any(recipient.unsubscribe_url for recipient in batch.recipients)


def _tracking(tracking: Tracking, *, own_links: bool) -> dict[str, Any]:
    """Say all four settings: whatever is left out takes the account's default, which tracks."""
    subscription: dict[str, Any] = {"enable": not own_links}
    if not own_links:
        subscription["substitution_tag"] = UNSUBSCRIBE_PLACEHOLDER
    return {
        "click_tracking": {"enable": tracking.clicks, "enable_text": False},
        "open_tracking": {"enable": tracking.opens},
        "subscription_tracking": subscription,
        "ganalytics": {"enable": False},
    }


def _inline_image(image: InlineImage) -> dict[str, str]:
    return _file(image) | {"disposition": "inline", "content_id": image.content_id}


def _attachment(file: Attachment) -> dict[str, str]:
    return _file(file) | {"disposition": "attachment"}


def _file(file: InlineImage | Attachment) -> dict[str, str]:
    content = base64.b64encode(file.data).decode("ascii")
    return {"content": content, "type": file.media_type, "filename": file.filename}


def _name(name: str) -> str:
    """Commas and semicolons in a name send mail astray; SendGrid reads them as separators."""
    return " ".join(safe_header(name).replace(",", " ").replace(";", " ").replace('"', "").split())
