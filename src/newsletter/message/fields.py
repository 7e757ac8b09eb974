"""Merge fields: what a merge tag becomes for one reader, escaped for where it lands."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from newsletter.message.recipient import Recipient


class Context(StrEnum):
    """Where a value lands, which decides how it is escaped."""

    SUBJECT = "subject"
    HTML = "html"
    TEXT = "text"


def _full_name(reader: Recipient) -> str:
    return f"{reader.first_name} {reader.last_name}".strip()


TAGS: Mapping[str, Callable[[Recipient], str]] = {
    "first_name": lambda reader: reader.first_name,
    "last_name": lambda reader: reader.last_name,
    "full_name": _full_name,
    "email": lambda reader: reader.email,
}
"""The closed list: what staff may write between the braces, and what it becomes."""

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")
"""Control characters, line breaks, marks that turn the direction of what follows, and no characters at all."""


_ORDINARY = re.compile(r"[\w@.-]+(?: [\w@.-]+)*")


def is_ordinary(value: str) -> bool:
    """Whether a text is what nearly all names and addresses are: words, which mean the same wherever they land."""
    return _ORDINARY.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class MergeField:
    """One merge tag as an issue uses it; `number` tells it from the issue's others."""

    number: int
    tag: str
    fallback: str

    def placeholder(self, context: Context) -> str:
        """Return what stands for this field in a part of the message."""
        return f"-merge-{context}-{self.number}-"

    def value(self, reader: Recipient, context: Context) -> str:
        """Return this field's text for `reader`, escaped for `context`.

        Line breaks and other control characters become spaces: in a subject they would
        begin a new header, and in a name they are never meant.
        """
        return escaped(self.plain(reader), context)

    def plain(self, reader: Recipient) -> str:
        """Return this field's text for `reader`, as it is before it lands anywhere."""
        value = TAGS[self.tag](reader)
        return value if is_ordinary(value) else " ".join(_UNSAFE.sub(" ", value).split()) or self.fallback


def escaped(plain: str, context: Context) -> str:
    """Return a field's text as it may stand in `context`."""
    return html.escape(plain) if context is Context.HTML else plain
