"""One person's mail as a MIME message (RFC 5322, RFC 2046, RFC 8058)."""

import re
from collections.abc import Mapping
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from newsletter.errors import IssueError
from newsletter.message.merge import fill, values_for
from newsletter.message.value import UNSUBSCRIBE_PLACEHOLDER, Message, Recipient

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ENCODED_WORD = re.compile(r"=\?([^?\s]+)\?([bBqQ])\?")


def build_mime(
    message: Message, reader: Recipient, *, date: datetime, subject_prefix: str = "", headers: Mapping[str, str] = {}
) -> EmailMessage:
    """Return the mail that `reader` gets: text first, HTML as its alternative, images within.

    The Message-ID follows from the delivery's `ref` alone, so that a receiver that
    compares ids sees a repeated delivery as the same mail.
    """
    values = values_for(message, reader) | {UNSUBSCRIBE_PLACEHOLDER: reader.unsubscribe_url}
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = safe_header(subject_prefix + fill(message.subject, values))
    mail["From"] = mailbox(message.from_name, message.from_email)
    mail["To"] = mailbox("", reader.email)
    mail["Reply-To"] = mailbox("", message.reply_to)
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = f"<{reader.ref}@{message.from_email.rpartition('@')[2]}>"
    for name, value in {**list_headers(reader), **headers}.items():
        mail[name] = safe_header(value)
    mail.set_content(fill(message.text, values), cte="quoted-printable")
    mail.add_alternative(fill(message.html, values), subtype="html", cte="quoted-printable")
    _attach_images(mail, message)
    return mail


def list_headers(reader: Recipient) -> dict[str, str]:
    """Return the headers that let a mail program offer its own unsubscribe button.

    ``List-Unsubscribe-Post`` (RFC 8058) may only stand beside an https link.
    """
    if not reader.unsubscribe_url:
        return {}
    found = {"List-Unsubscribe": f"<{reader.unsubscribe_url}>"}
    if reader.one_click:
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return found


def mailbox(name: str, email: str) -> Address:
    """Return a name and address for a header.

    Raises:
        IssueError: the address cannot stand in a header.
    """
    try:
        return Address(display_name=safe_header(name), addr_spec=email)
    except (HeaderParseError, ValueError, IndexError) as err:
        raise IssueError("an address cannot be used in a mail header") from err


def safe_header(value: str) -> str:
    """Return `value` unable to begin a header of its own.

    Some Python versions turn an RFC 2047 encoded word in a value back into the line break
    that it hides (CVE-2024-6923), so the opening of such a word is broken up too.
    """
    return _ENCODED_WORD.sub(r"= ?\1?\2?", _UNSAFE.sub(" ", value)).strip()


def _attach_images(mail: EmailMessage, message: Message) -> None:
    html_part = mail.get_body(("html",))
    if html_part is None:
        return
    for image in message.images:
        maintype, _, subtype = image.media_type.partition("/")
        html_part.add_related(
            image.data,
            maintype,
            subtype,
            cid=f"<{image.content_id}>",
            filename=image.filename,
            disposition="inline",
        )
