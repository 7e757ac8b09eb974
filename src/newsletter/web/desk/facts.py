"""What an issue's page tells of its mail beside showing it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import policy

from newsletter.campaigns.model import short
from newsletter.checks import caniemail
from newsletter.checks.compatibility import GRACEFUL
from newsletter.checks.deliverability import CLIPPED_AT
from newsletter.checks.mail import parse_mail
from newsletter.checks.simulation import Darkness, Program, Row, inbox_rows, seen_by
from newsletter.message import Message, Recipient, build_mime
from newsletter.web.desk.frame import filled, has_pictures
from newsletter.web.desk.look import Look, View
from newsletter.web.desk.proofs import Proof

_DARKENED = {
    Darkness.NONE: "It leaves the colors of a mail alone, also in dark mode.",
    Darkness.OWN: "In dark mode, it shows the mail’s own dark colors.",
    Darkness.PARTIAL: "In the dark, it darkens light surfaces and lightens dark text by itself.",
    Darkness.FULL: "In dark mode, it inverts all colors by itself.",
}
_FIRST_WORDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """What is known of the program whose eyes are borrowed.

    Attributes:
        missed: what it drops of this mail, and a reader could miss.
        harmless: what it drops, and nobody misses.
        tested: when the data on it were last changed.
    """

    name: str
    missed: tuple[str, ...]
    harmless: tuple[str, ...]
    darkness: str
    tested: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One reader's mail, as far as the page itself shows it: what the look leaves out is empty."""

    subject: str
    preheader: str
    sender: str
    text: str
    tags: tuple[str, ...]
    kilobytes: float
    clipped: bool
    has_pictures: bool
    version: str
    rows: tuple[Row, ...]
    eyes: Eyes | None
    headers: str
    source: tuple[str, ...]


def mail_facts(proof: Proof, look: Look, reader: Recipient) -> Facts | None:
    """Return what there is to tell of an issue's mail, if it was ever rendered."""
    message = proof.message
    if message is None:
        return None
    size = len(message.html.encode())
    subject = filled(message, reader, message.subject)
    shows_source = look.view is View.SOURCE
    return Facts(
        subject=subject,
        preheader=message.preheader,
        sender=message.from_name,
        text=filled(message, reader, message.text) if look.view is View.TEXT else "",
        tags=tuple(field.tag for field in message.fields),
        kilobytes=round(size / 1024, 1),
        clipped=size > CLIPPED_AT,
        has_pictures=has_pictures(message),
        version=short(message.digest),
        rows=_rows(message, reader, subject) if look.view is View.INBOX else (),
        eyes=_eyes(message, look.seen_with) if look.seen_with else None,
        headers=_headers(message, reader) if shows_source else "",
        source=tuple(filled(message, reader, message.html).splitlines()) if shows_source else (),
    )


def _rows(message: Message, reader: Recipient, subject: str) -> tuple[Row, ...]:
    return inbox_rows(message.from_name, subject, message.preheader or _first_words(message, reader))


def _first_words(message: Message, reader: Recipient) -> str:
    """Return how the mail begins, which inboxes show where it has no preheader."""
    return parse_mail(filled(message, reader, message.html)).text[:_FIRST_WORDS]


def _eyes(message: Message, program: Program) -> Eyes:
    dropped = seen_by(message.html, program).dropped
    return Eyes(
        name=program.name,
        missed=tuple(name for name in dropped if not _is_harmless(name)),
        harmless=tuple(name for name in dropped if _is_harmless(name)),
        darkness=_DARKENED[program.dark],
        tested=date.fromisoformat(caniemail.tested()),
    )


def _is_harmless(feature: str) -> bool:
    return feature in GRACEFUL or feature.startswith(("[aria-", "@media (", "selector ", "<wbr"))


def _headers(message: Message, reader: Recipient) -> str:
    """Return the head of the mail as a mail server gets it."""
    mail = build_mime(message, reader, date=datetime.now(tz=UTC))
    return mail.as_bytes(policy=policy.SMTP.clone(linesep="\n")).partition(b"\n\n")[0].decode("ascii", "replace")
