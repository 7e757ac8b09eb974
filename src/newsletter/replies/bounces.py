"""Bounces: whose copy of which message could not be delivered, and whether it ever can be (RFC 3464, RFC 3463).

A message is known by its Message-ID, which follows from the delivery and cannot be made up. A bounce that does
not give it back is about no message that we know, whatever address it names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message
from enum import StrEnum

from newsletter.replies.mail import ReceivedMail, plain
from newsletter.transports.smtp_replies import names_recipient

_REF = re.compile(rb"(?<![0-9a-f])([0-9a-f]{32})@")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CODE = re.compile(r"\b(?P<code>[45]\d\d)[ -](?P<words>.*)", re.DOTALL)
_COPY = re.compile(r"^-{2,}.*\b(?:copy|original|headers|message)\b.*$", re.IGNORECASE | re.MULTILINE)
_DAEMON = re.compile(r"(?:mailer-?daemon|postmaster|mail-?delivery\w*)", re.IGNORECASE)

_DEAD = {"1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "4.4"}
"""Enhanced codes of an address, a mailbox or a domain that is not there."""

_OPEN = {"", "0.0", "1.0", "2.0", "3.0", "4.0", "4.1", "5.0"}
"""Those that leave it open; then the words decide."""


class Hardness(StrEnum):
    """What a bounce says of the address."""

    HARD = "hard"  # there is no such address
    SOFT = "soft"  # not this time; the address may be fine
    DELAY = "delay"  # the server is still trying


@dataclass(frozen=True, slots=True)
class Bounce:
    """A message that was not delivered.

    Attributes:
        refs: the names of deliveries that it gives back, the likeliest first.
        full: whether the mailbox was full.
    """

    refs: tuple[str, ...]
    hardness: Hardness
    full: bool = False


def read_bounce(mail: ReceivedMail, sender: str) -> Bounce | None:
    """Return the bounce that a mail is, if it is one.

    Args:
        mail: as it came.
        sender: the newsletter's own address, which says nothing of the recipient where it is named.
    """
    reports = list(_recipients(mail.parsed))
    if reports:
        return _from_reports(mail, reports, sender)
    if not (mail.has_no_return_path or _DAEMON.match(mail.sender)) or mail.parsed.is_multipart():
        return None
    return _from_words(mail, sender)


def _from_reports(mail: ReceivedMail, reports: list[Message], sender: str) -> Bounce | None:
    """Read a report about each recipient; a message of ours has one, but that address may lead to several."""
    actions = {plain(str(report.get("Action", ""))) for report in reports}
    if actions <= {"delivered", "relayed", "expanded"}:
        return None
    if "failed" not in actions:
        return Bounce(_refs(mail), Hardness.DELAY)
    failed = [_said(report) for report in reports if plain(str(report.get("Action", ""))) == "failed"]
    hard = actions == {"failed"} and all(_is_dead(status, words, sender) for status, words in failed)
    full = any(status == "2.2" for status, _ in failed)
    return Bounce(_refs(mail), Hardness.HARD if hard else Hardness.SOFT, full)


def _said(report: Message) -> tuple[str, str]:
    """Return the code and the words of a report; the server's own code says more than a general one."""
    diagnostic = " ".join(str(report.get("Diagnostic-Code", "")).split())
    found = [match for text in (diagnostic, str(report.get("Status", ""))) if (match := _STATUS.search(text))]
    exact = next((match for match in found if match[3] != "0" or match[2] != "0"), found[0] if found else None)
    words = _CODE.search(diagnostic)
    if exact is None:
        return "", diagnostic
    status = f"{exact[2]}.{exact[3]}"
    return (status if exact[1] == "5" else "temporary"), (words["words"] if words else diagnostic)


def _is_dead(status: str, words: str, sender: str) -> bool:
    """Whether the address itself is at fault, for good; when in doubt, no."""
    if status in _DEAD:
        return True
    text = _STATUS.sub("", words).lstrip(" -:#")
    return status in _OPEN and names_recipient(text, sender)


def _from_words(mail: ReceivedMail, sender: str) -> Bounce | None:
    """Read the bounce of a server that writes to people only, such as qmail."""
    text = _COPY.split(mail.parsed.get_payload(decode=True).decode("utf-8", "replace"), maxsplit=1)[0]  # type: ignore[union-attr]
    found = _CODE.search(text)
    if found is None:
        return None
    words = " ".join(found["words"].split())
    status = _STATUS.search(words)
    code = f"{status[2]}.{status[3]}" if status else ""
    dead = found["code"].startswith("5") and _is_dead(code, words, sender)
    return Bounce(_refs(mail), Hardness.HARD if dead else Hardness.SOFT, code == "2.2")


def _recipients(mail: EmailMessage) -> Iterator[Message]:
    """Give the groups of a delivery report that are about a recipient each."""
    for part in mail.walk():
        if part.get_content_type() not in {"message/delivery-status", "message/global-delivery-status"}:
            continue
        groups = part.get_payload()
        for group in groups if isinstance(groups, list) else []:
            if isinstance(group, Message) and "Action" in group:
                yield group


def _refs(mail: ReceivedMail) -> tuple[str, ...]:
    """Return what may be names of deliveries: first from the copy of the message, then from anywhere."""
    copied = " ".join(str(part.get("Message-ID", "")) for part in _copies(mail.parsed))
    found = _REF.findall(copied.encode("utf-8", "replace"))
    found += _REF.findall(mail.raw)
    return tuple(dict.fromkeys(ref.decode() for ref in found))


def _copies(mail: EmailMessage) -> Iterator[Message]:
    for part in mail.walk():
        inner = part.get_payload()
        if part.get_content_type() == "message/rfc822" and isinstance(inner, list) and inner:
            first = inner[0]
            if isinstance(first, Message):
                yield first
