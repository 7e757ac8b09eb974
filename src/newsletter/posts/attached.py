"""What is attached to a mail: a post, perhaps, and files that are none."""

from collections.abc import Iterator
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy

from newsletter.posts.source import Source

_AS_IT_CAME = EmailPolicy(refold_source="none")
"""Else the fields of an attached mail would be parsed to write them anew, and many a field cannot be."""
_POSTS = (".docx", ".html", ".htm", ".txt", ".md", ".markdown", ".eml")


def find_attached(message: EmailMessage) -> tuple[Source | None, list[Source]]:
    """Return the first attached file that can be a post, and all others."""
    files = list(_files(message))
    post = next((each for each in files if each.name.lower().endswith(_POSTS)), None)
    return post, [each for each in files if each is not post]


def _files(message: EmailMessage) -> Iterator[Source]:
    try:
        is_wrapping = message.get_content_type() == "message/rfc822"
        parts = [message] if is_wrapping else list(message.iter_attachments())
    except (AttributeError, KeyError, ValueError):  # a mail that is built wrongly
        return
    for part in parts:
        if part.get("Content-ID") and part.get_content_maintype() == "image":
            continue  # it stands in the text
        data = _data(part)
        kind = "mail.eml" if part.get_content_type() == "message/rfc822" else ""
        if data and (name := part.get_filename() or kind):
            yield Source(data=data, name=" ".join(name.split()))


def _data(part: MIMEPart) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        return first.as_bytes(policy=_AS_IT_CAME) if isinstance(first, EmailMessage) else b""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
