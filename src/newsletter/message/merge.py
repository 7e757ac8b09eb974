"""Merge tags: places in the text that are filled for each subscriber, from a closed list.

Staff write ``{{ first_name or "there" }}``. Nothing here is a template language: a tag is
a name out of `TAGS`, with a text to fall back on. While an issue is rendered, each tag is
a plain placeholder that no step of the pipeline touches; afterwards the placeholder is
told apart by where it landed, because a value is escaped differently in HTML, in plain
text and in a header.
"""

import difflib
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import IssueError

if TYPE_CHECKING:
    from newsletter.message.value import Message, Recipient


class Context(StrEnum):
    """Where a value lands, which decides how it is escaped."""

    SUBJECT = "subject"
    HTML = "html"
    TEXT = "text"


def _full_name(reader: "Recipient") -> str:
    return f"{reader.first_name} {reader.last_name}".strip()


TAGS: Mapping[str, Callable[["Recipient"], str]] = {
    "first_name": lambda reader: reader.first_name,
    "last_name": lambda reader: reader.last_name,
    "full_name": _full_name,
    "email": lambda reader: reader.email,
}

_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_OPENED = re.compile(r"\{\{|\}\}")
_INSIDE = re.compile(r"""\s*([\w.-]+)\s*(?:\bor\b\s*(?:"([^"\n]*)"|'([^'\n]*)'|“([^”\n]*)”|‘([^’\n]*)’)\s*)?""")
_PLAIN = re.compile(r"-merge-(\d+)-")
_RESERVED = re.compile(r"-merge-(?:(?:subject|html|text)-)?\d+-|-unsubscribe-url-")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class MergeField:
    """One merge tag as an issue uses it; `number` tells it from the issue's others."""

    number: int
    tag: str
    fallback: str

    def placeholder(self, context: Context) -> str:
        """Return what stands for this field in a part of the message."""
        return f"-merge-{context}-{self.number}-"

    def value(self, reader: "Recipient", context: Context) -> str:
        """Return this field's text for `reader`, escaped for `context`.

        Line breaks and other control characters become spaces: in a subject they would
        begin a new header, and in a name they are never meant.
        """
        plain = " ".join(_UNSAFE.sub(" ", TAGS[self.tag](reader)).split()) or self.fallback
        return html.escape(plain) if context is Context.HTML else plain


class MergeTags:
    """Collects the merge tags of one issue while it is rendered."""

    def __init__(self) -> None:
        self._fields: dict[tuple[str, str], MergeField] = {}

    @property
    def fields(self) -> tuple[MergeField, ...]:
        """The fields met so far, in the order of their first use."""
        return tuple(self._fields.values())

    def replace(self, text: str, where: Path, first_line: int = 1) -> str:
        """Return `text` with a plain placeholder for each merge tag.

        Raises:
            IssueError: a tag is unknown or malformed; the error names file and line.
        """
        self.refuse_reserved(text, where, first_line)
        replaced = _TAG.sub(lambda match: self._plain(match, text, where, first_line), text)
        stray = _OPENED.search(replaced)
        if stray:
            position = text.find(stray[0])
            raise IssueError(
                f"{stray[0]} without its other half",
                where=_place(text, position, where, first_line),
                hint='A merge tag looks like this: {{ first_name or "there" }}',
            )
        return replaced

    def refuse_reserved(self, text: str, where: Path, first_line: int = 1) -> None:
        """Refuse text that looks like a placeholder: it would be filled in for each reader.

        Raises:
            IssueError: there is such text; the error names file and line.
        """
        reserved = _RESERVED.search(text)
        if reserved:
            raise IssueError(
                f"the text {reserved[0]} is kept for this program's own use",
                where=_place(text, reserved.start(), where, first_line),
                hint="Write it differently, for example with a space in it.",
            )

    def _plain(self, match: re.Match[str], text: str, where: Path, first_line: int) -> str:
        place = _place(text, match.start(), where, first_line)
        tag, fallback = _parse(match, place)
        found = self._fields.setdefault((tag, fallback), MergeField(len(self._fields) + 1, tag, fallback))
        return f"-merge-{found.number}-"

    def show_fallbacks(self, text: str) -> str:
        """Return `text` with each plain placeholder shown as its fallback (or tag's name)."""
        names = {str(field.number): field.fallback or field.tag.replace("_", " ") for field in self.fields}
        return _PLAIN.sub(lambda match: names.get(match[1], match[0]), text)


def _parse(match: re.Match[str], place: str) -> tuple[str, str]:
    inside = _INSIDE.fullmatch(match[1])
    if inside is None:
        raise IssueError(
            f"{match[0]} is not a merge tag",
            where=place,
            hint='A merge tag looks like this: {{ first_name or "there" }}',
        )
    tag = inside[1]
    if tag not in TAGS:
        close = difflib.get_close_matches(tag, TAGS, n=1, cutoff=0.5)
        suggestion = f"Did you mean {{{{ {close[0]} }}}}?" if close else f"There are: {', '.join(TAGS)}."
        raise IssueError(f"unknown merge tag {{{{ {tag} }}}}", where=place, hint=suggestion)
    return tag, next((group for group in inside.groups()[1:] if group is not None), "")


def _place(text: str, position: int, where: Path, first_line: int) -> str:
    return f"{where}:{first_line + text.count(chr(10), 0, max(position, 0))}"


def bind(text: str, context: Context) -> str:
    """Tell the plain placeholders of a finished part apart by where they landed."""
    return _PLAIN.sub(lambda match: f"-merge-{context}-{match[1]}-", text)


def values_for(message: "Message", reader: "Recipient") -> dict[str, str]:
    """Return what each of the message's placeholders becomes for `reader`.

    Only placeholders that the message really uses are in it, so that nothing about a
    person leaves the machine which the issue does not need.
    """
    parts = {Context.SUBJECT: message.subject, Context.HTML: message.html, Context.TEXT: message.text}
    return {
        placeholder: field.value(reader, context)
        for field in message.fields
        for context, part in parts.items()
        if (placeholder := field.placeholder(context)) in part
    }


def fill(part: str, values: Mapping[str, str]) -> str:
    """Return `part` with every placeholder replaced, in one pass: values are never read again."""
    if not values:
        return part
    pattern = re.compile("|".join(re.escape(placeholder) for placeholder in values))
    return pattern.sub(lambda match: values[match[0]], part)
