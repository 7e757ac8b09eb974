"""Merge tags: places in the text that are filled for each subscriber, from a closed list.

Staff write ``{{ first_name or "there" }}``. Nothing here is a template language: a tag is
a name out of `TAGS`, with a text to fall back on. While an issue is rendered, each tag is
a plain placeholder that no step of the pipeline touches; afterwards the placeholder is
told apart by where it landed, because a value is escaped differently in HTML, in plain
text and in a header.
"""

import difflib
import re
from pathlib import Path

from newsletter.errors import IssueError
from newsletter.message.fields import TAGS, Context, MergeField

_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_OPENED = re.compile(r"\{\{|\}\}")
_INSIDE = re.compile(r"""\s*([\w.-]+)\s*(?:\bor\b\s*(?:"([^"\n]*)"|'([^'\n]*)'|“([^”\n]*)”|‘([^’\n]*)’)\s*)?""")
PLAIN_PLACEHOLDER = re.compile(r"mergetag(\d+)z")
"""What stands for a merge tag while an issue is rendered: a word like any other.

With a sign at either end, Markdown would see no emphasis around it, and a quotation mark
beside it would be curled the wrong way.
"""

_RESERVED = re.compile(r"-merge-(?:subject|html|text)-\d+-|mergetag\d+z|-unsubscribe-url-", re.IGNORECASE)


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
                f"{stray[0]} without its counterpart",
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
        return f"mergetag{found.number}z"

    def show_fallbacks(self, text: str) -> str:
        """Return `text` with each plain placeholder shown as its fallback (or tag's name)."""
        names = {str(field.number): field.fallback or field.tag.replace("_", " ") for field in self.fields}
        return PLAIN_PLACEHOLDER.sub(lambda match: names.get(match[1], match[0]), text)


def as_without_name(text: str, where: Path) -> str:
    """Return a line of an issue's front matter as a reader of unknown name sees it; with a misspelt tag, as written."""
    tags = MergeTags()
    try:
        return tags.show_fallbacks(tags.replace(text, where))
    except IssueError:  # the issue's own page and its checks tell
        return text


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
    return PLAIN_PLACEHOLDER.sub(lambda match: f"-merge-{context}-{match[1]}-", text)
