"""From SendGrid's answer to an outcome: pure functions.

Only 202 is success. What is not plainly "nothing was sent" is unknown: SendGrid documents
for no 5xx whether the mail was taken.
https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/responses
"""

import json
import re
import time
from email.message import Message

from newsletter.errors import TransportError
from newsletter.transports.base import Accepted, NotSent, Outcome, Refused, Unknown
from newsletter.transports.provider_clock import read_date

_LONGEST_REASON = 300
_ADDRESS = re.compile(r"\S*@\S*")


def read_answer(status: int, headers: Message, body: bytes) -> Outcome:
    """Return what an answer to ``mail/send`` means.

    Raises:
        TransportError: nothing was sent, and nothing will be until a person acts.
    """
    if status == 202:
        return Accepted(headers.get("X-Message-Id", ""))
    if status in {400, 413}:
        return Refused(explanation(status, body))
    if status == 429:
        return NotSent("SendGrid asks to wait", wait=asked_wait(headers))
    if status in {401, 403}:
        raise refused_key(status, body)
    if 300 <= status < 400 or status in {404, 405, 406, 415}:
        raise wrong_host(status)
    return Unknown(f"SendGrid answered {status}")


def refused_key(status: int, body: bytes) -> TransportError:
    """Return the error for 401 and 403, each of which can mean three things."""
    said = explanation(status, body)
    if status == 401:
        hint = (
            "This can mean three things:\n"
            "- the key is wrong or was deleted: make a new one and put it into .env;\n"
            "- the account's credits are used up (a trial sends 100 a day): wait, or change the plan;\n"
            "- the account lives in the other region: see [sendgrid] region in newsletter.toml."
        )
    else:
        hint = (
            "This can mean three things:\n"
            "- the From address is no verified sender: verify its domain in SendGrid's settings;\n"
            '- the key lacks the permission "Mail Send": edit it, or make a new one;\n'
            "- SendGrid has blocked the account for a while after many bad requests: wait, then ask its support."
        )
    return TransportError(f"SendGrid refused the key or the sender ({said})", hint=hint)


def wrong_host(status: int) -> TransportError:
    """Return the error for an answer that SendGrid itself would not give."""
    what = "tried to send us elsewhere" if 300 <= status < 400 else f"answered {status}"
    hint = "Check SENDGRID_HOST and [sendgrid] region; a proxy or a Wi-Fi sign-in page may stand in between."
    return TransportError(f"the SendGrid address {what}; the key was not passed on", hint=hint)


def explanation(status: int, body: bytes) -> str:
    """Return SendGrid's own words, without any address in them."""
    try:
        errors = json.loads(body)["errors"]
        words = "; ".join(f"{error.get('field') or 'request'}: {error['message']}" for error in errors)
    except (ValueError, KeyError, TypeError, AttributeError):  # 413 comes as a page of HTML
        words = ""
    return f"{status} {_ADDRESS.sub('(address)', words)[:_LONGEST_REASON]}".strip()


def asked_wait(headers: Message) -> float:
    """Seconds to wait: ``X-RateLimit-Reset`` is a moment by SendGrid's clock, ``Retry-After`` a span."""
    date = read_date(headers)
    now = date.timestamp() if date else time.time()
    reset, retry = headers.get("X-RateLimit-Reset", ""), headers.get("Retry-After", "")
    if retry.isdigit():
        return max(1.0, float(retry))
    if reset.isdigit():
        return max(1.0, float(reset) - now)
    return 10.0
