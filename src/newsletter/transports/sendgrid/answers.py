"""From SendGrid's answer to an outcome: pure functions.

Only 202 is success. Any 4xx says that the request was not taken, whoever gave the answer: one
that stands in between has not passed it on. What is not plainly "nothing was sent" is unknown:
SendGrid documents for no 5xx whether the mail was taken.
https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/responses
"""

import json
import re
import time
from collections.abc import Iterator
from email.message import Message

from newsletter.errors import TransportError
from newsletter.transports.base import Accepted, NotSent, Outcome, Refused, Unknown, without_addresses
from newsletter.transports.provider_clock import read_date

_LONGEST_SECONDS = 7 * 24 * 3600.0  # whoever asks for more means no span
_RECIPIENT = re.compile(r"personalizations\.(\d{1,4})\.to\b.*")


def read_answer(status: int, headers: Message, body: bytes) -> Outcome:
    """Return what an answer to ``mail/send`` means.

    Raises:
        TransportError: nothing was sent, and nothing will be until a person acts.
    """
    if status == 202:
        return Accepted(headers.get("X-Message-Id", ""))
    if status in {400, 413}:  # too large a request may pass in halves
        return _rejection(status, body)
    if status in {408, 425, 429}:
        return NotSent("SendGrid asks to try again later", wait=asked_wait(headers))
    if status in {401, 403}:
        raise refused_key(status, body)
    if 300 <= status < 400 or status == 404:
        raise wrong_host(status)
    if 400 <= status < 500:
        hint = "Nobody got it. Fix what the answer says, or ask SendGrid's support; then resume."
        raise TransportError(f"SendGrid did not take the message ({explanation(status, body).strip()})", hint=hint)
    return Unknown(f"SendGrid answered {status}")


def _rejection(status: int, body: bytes) -> Refused:
    """Tell by the fields that an answer names whose fault it is; an answer without fields leaves that open.

    A recipient is named only if there is nothing else to complain about: what everybody's message has may
    be why a recipient does not please, too.

    Raises:
        TransportError: each field is one that everybody's message has.
    """
    fields, named = [], {}
    for field, words in _complaints(body):
        fields.append(field)
        if match := _RECIPIENT.fullmatch(field):
            named[int(match[1])] = without_addresses(f"{status} {words}")
    said = explanation(status, body)
    if not fields or any(not field or field.startswith("personalizations") for field in fields):
        return Refused(said, named if all(map(_RECIPIENT.fullmatch, fields)) else {})
    hint = "The same would happen for everyone. Fix what the answer names: the issue, or [sender] in newsletter.toml."
    raise TransportError(f"SendGrid rejected the message ({said})", hint=hint)


def _complaints(body: bytes) -> Iterator[tuple[str, str]]:
    """Read what an answer says: each time the field that it is about, if any, and the words."""
    try:
        errors = json.loads(body)["errors"]
        yield from [(_dotted(error.get("field")), str(error["message"])) for error in errors]
    except (ValueError, KeyError, TypeError, AttributeError):  # 413 comes as a page of HTML
        return


def _dotted(field: object) -> str:
    """Return the path of a field with dots alone: indices come in brackets, too."""
    return re.sub(r"\[(\d+)\]", r".\1", str(field or ""))


def refused_key(status: int, body: bytes) -> TransportError:
    """Return the error for 401 and 403, each of which can mean three things."""
    said = explanation(status, body)
    if status == 401:
        hint = (
            "This can mean three things:\n"
            "- the key is wrong or was deleted: make a new one and put it into .env;\n"
            "- the account's credits are used up (a trial sends 100 a day): wait, or change the plan;\n"
            "- the account is in the other region: see [sendgrid] region in newsletter.toml."
        )
    else:
        hint = (
            "This can mean three things:\n"
            "- the From address is not a verified sender: verify its domain in SendGrid's settings;\n"
            '- the key lacks the permission "Mail Send": edit it, or make a new one;\n'
            "- SendGrid has blocked the account for a while after many bad requests: wait, then ask its support."
        )
    return TransportError(f"SendGrid rejected the key or the sender ({said})", hint=hint)


def wrong_host(status: int) -> TransportError:
    """Return the error for an answer that SendGrid itself would not give."""
    what = "answered with a redirect" if 300 <= status < 400 else f"answered {status}"
    hint = "Check SENDGRID_HOST and [sendgrid] region; a proxy or a Wi-Fi sign-in page may be in between."
    return TransportError(f"the SendGrid address {what}; the key was not sent on", hint=hint)


def explanation(status: int, body: bytes) -> str:
    """Return SendGrid's own words, without any address in them."""
    words = "; ".join(f"{field or 'request'}: {message}" for field, message in _complaints(body))
    return without_addresses(f"{status} {words}")


def asked_wait(headers: Message) -> float:
    """Seconds to wait: ``X-RateLimit-Reset`` is a moment by SendGrid's clock, ``Retry-After`` a span."""
    date = read_date(headers)
    now = date.timestamp() if date else time.time()
    reset, retry = headers.get("X-RateLimit-Reset", ""), headers.get("Retry-After", "")
    for said, since in ((retry.strip(), 0.0), (reset.strip(), now)):
        if said.isascii() and said.isdigit():  # "²" is a digit, too, and no number
            return min(max(1.0, float(said) - since), _LONGEST_SECONDS)
    return 10.0
