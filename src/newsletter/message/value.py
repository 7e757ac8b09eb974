"""The values that cross from rendering to the transports."""

import base64
import dataclasses
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from newsletter.message.fields import MergeField

UNSUBSCRIBE_PLACEHOLDER = "-unsubscribe-url-"
"""Stands in HTML and text where a recipient's own unsubscribe link goes.

It is the same in both parts, and plain enough to survive every step of rendering, so
that a provider that makes the link itself can be told to look for it.
"""


@dataclass(frozen=True, slots=True)
class InlineImage:
    """A picture that travels inside the mail; the HTML names it as ``cid:<content_id>``."""

    content_id: str
    filename: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels beside the mail, such as a calendar entry."""

    filename: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An issue rendered once: the same for everybody but for its merge fields.

    `subject`, `html` and `text` hold placeholders where `fields` and the unsubscribe link
    are filled in for each recipient.
    """

    subject: str
    preheader: str
    html: str
    text: str
    from_name: str
    from_email: str
    reply_to: str
    fields: tuple[MergeField, ...] = ()
    images: tuple[InlineImage, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    def to_json(self) -> str:
        """Return the message as text that `from_json` reads: what a campaign freezes."""
        return json.dumps(dataclasses.asdict(self), default=_encode, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Message":
        """Return the message that `to_json` wrote."""
        found = json.loads(text)
        found["fields"] = tuple(MergeField(**field) for field in found["fields"])
        found["images"] = tuple(InlineImage(**_decode(image)) for image in found["images"])
        found["attachments"] = tuple(Attachment(**_decode(file)) for file in found.get("attachments", ()))
        return cls(**found)

    @property
    def digest(self) -> str:
        """A SHA-256 over everything that a reader could see, as 64 hexadecimal digits."""
        return hashlib.sha256(self.to_json().encode("utf-8", "surrogatepass")).hexdigest()


def _encode(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(type(value))


def _decode(file: dict[str, Any]) -> dict[str, Any]:
    return {**file, "data": base64.b64decode(file["data"])}
