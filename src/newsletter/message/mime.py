"""One person's mail as a MIME message (RFC 5322, RFC 2046, RFC 8058)."""

from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path

from newsletter.message.filling import fill_message
from newsletter.message.headers import POLICY, mailbox, safe_header
from newsletter.message.recipient import Recipient
from newsletter.message.value import Message


def build_mime(
    message: Message, reader: Recipient, *, date: datetime, subject_prefix: str = "", headers: Mapping[str, str] = {}
) -> EmailMessage:
    """Return the mail that `reader` gets: text first, HTML as its alternative, images within.

    The Message-ID follows from the delivery's `ref` alone, so that a receiver that
    compares ids sees a repeated delivery as the same mail.
    """
    filled = fill_message(message, reader)
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = safe_header(subject_prefix + filled.subject)
    mail["From"] = mailbox(message.from_name, message.from_email)
    mail["To"] = mailbox("", reader.email)
    mail["Reply-To"] = mailbox("", message.reply_to)
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = f"<{reader.ref}@{message.from_email.rpartition('@')[2]}>"
    for name, value in {**list_headers(reader), **headers}.items():
        mail[name] = safe_header(value)
    mail.set_content(filled.text, cte="quoted-printable")
    mail.add_alternative(filled.html, subtype="html", cte="quoted-printable")
    _attach_images(mail, message)
    for file in message.attachments:
        maintype, _, subtype = file.media_type.partition("/")
        mail.add_attachment(file.data, maintype, subtype, filename=file.filename)
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


def recipient_of(path: Path) -> str:
    """Return the address to which the message in a file is."""
    with path.open("rb") as file:
        headers = BytesHeaderParser(policy=SMTP).parse(file)
    return parseaddr(str(headers["To"] or ""))[1]
