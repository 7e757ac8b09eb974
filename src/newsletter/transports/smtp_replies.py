"""From a mail server's reply to an outcome: pure functions (RFC 5321, RFC 3463, RFC 5248).

One message has one recipient, so whatever a server says to RCPT, to DATA or to the message
concerns that recipient; but not by that alone is it about them. "Relaying denied" would meet
anybody, "user unknown" does not.
"""

import re

from newsletter.transports.base import Deferred, NotSent, Outcome, Refused, Unknown, without_addresses

_STATUS = re.compile(r"5\.(\d{1,3})\.(\d{1,3})\b")

_OWN = {"1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "2.1", "2.2"}
"""Enhanced status codes of an address or mailbox that does not exist, is switched off or full."""

_OPEN = {"", "0.0", "1.0", "2.0", "4.1", "4.4", "5.0"}
"""Those that leave it open; then the words decide."""

_WHO = r"(?:user|recipient|mailbox|account|address|inbox)"
_NO = r"(?:unknown|not (?:found|known|exist|available)|(?:does|do) ?n[o']t exist|unavailable|disabled|inactive|invalid)"
_MISSING = re.compile(
    rf"\b(?:no such|no|unknown|invalid|non-?existent) (?:local )?{_WHO}\b|\b{_WHO}\b[^.;]{{0,60}}\b{_NO}"
)
_ANYBODY = re.compile(
    "sender|sending|relay|auth|polic|deny|denied|block|spam|spf|dkim|dmarc|reputation|permi|allow|quota|limit|exceed"
    r"|large|size|listed|\byour\b|\bip\b|\blog(?:ged)?[ -]?(?:in|on)\b|\bsign(?:ed)?[ -]?in\b|provider|\bcontact\b"
)
"""Words by which a reply is about the sender or the message, whatever else it says."""


def read_reply(code: int, reply: bytes, sender: str) -> Outcome:
    """Return what a reply to RCPT, DATA or the message means that does not take the message.

    4xx means not now, 5xx means never (RFC 5321, 4.2.1); either way nothing was taken.
    """
    text = reply.decode("utf-8", "replace")
    said = without_addresses(f"the mail server said: {code} {text}")
    if code == 421:  # it closes the connection, whoever the mail is for
        return NotSent(said)
    if 400 <= code < 500:
        return Deferred(said)
    if 500 <= code < 600:
        return Refused(said, {0: said} if names_recipient(text, sender) else {})
    return Unknown(f"the mail server's answer was not understood ({code})")


def put_off(code: int) -> NotSent:
    """Return what 4xx means where no recipient was named yet: everybody waits."""
    return NotSent(f"the mail server asks to try again later ({code})")


def names_recipient(text: str, sender: str) -> bool:
    """Whether a rejection says that the recipient's own address or mailbox is at fault; when in doubt, no."""
    words = text.lower()
    if _ANYBODY.search(words) or sender.lower() in words:
        return False
    status = _STATUS.match(text.strip())
    known = f"{status[1]}.{status[2]}" if status else ""
    return known in _OWN or (known in _OPEN and bool(_MISSING.search(words)))
