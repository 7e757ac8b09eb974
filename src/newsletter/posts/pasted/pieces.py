"""Pieces: the lines of a pasted text while it is found out what each of them is."""

import re
from dataclasses import dataclass
from functools import cached_property

from newsletter.posts.blocks import Kind
from newsletter.posts.lines import Line

_SMALL = re.compile(
    r"an?|and|as|at|but|by|for|from|in|into|is|nor|of|on|onto|or|over|per|so|than|that|the|to|up|via|vs|with|your"
)
_COMMON = re.compile(
    r"about|after|again|also|because|been|before|between|both|could|does|each|even|every|from|have|here|into|just|like|"
    r"make|many|more|most|much|need|only|other|over|same|should|some|such|than|that|their|them|then|there|these|they|"
    r"this|those|through|very|want|well|were|what|when|where|which|while|will|with|within|without|would|your|"
    r"affects|helps?|using|uses|used|ways|practical|role|exploring"
)


@dataclass(frozen=True)
class Piece:
    """A line, and what it has been taken for so far.

    Attributes:
        text: the line without its bullet or number.
        kind: PARAGRAPH until something else is known.
        reason: why it is of that kind.
        more: further lines that belong to it, parted by line breaks.
        level: a heading's level; a list entry's depth.
        label: a number that stays part of a heading, such as "2.".
        term: words at its beginning that the rest explains.
        named: whether it was marked as the name of an item, by a bullet or a number.
    """

    line: Line
    text: str
    kind: Kind = Kind.PARAGRAPH
    reason: str = "running text"
    more: tuple[Line, ...] = ()
    level: int = 0
    number: int = 0
    label: str = ""
    term: str = ""
    named: bool = False

    @cached_property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())

    @property
    def is_plain(self) -> bool:
        """Whether nothing but a paragraph has been seen in it."""
        return self.kind is Kind.PARAGRAPH and not self.more and not self.term

    @property
    def is_lead_in(self) -> bool:
        """Whether it announces what follows, as a colon at its end does."""
        return self.is_plain and self.text.endswith(":")


def is_title_case(text: str) -> bool:
    """Whether the words that matter begin with capitals, as in English headings."""
    words = [word for word in re.findall(r"[^\W\d_][\w'’-]*", text) if not _SMALL.fullmatch(word.lower())]
    return bool(words) and sum(word[0].isupper() for word in words) >= 0.8 * len(words)


def is_capitals(text: str) -> bool:
    """Whether it is written in capitals."""
    letters = [char for char in text if char.isalpha()]
    return len(letters) >= 3 and all(char.isupper() for char in letters)


def keywords(text: str) -> set[str]:
    """Return the words of `text` that carry its meaning, without plural endings."""
    words = re.findall(r"[^\W\d_]{4,}", text.lower())
    return {re.sub(r"(?:ies|es|s)$", "", word) for word in words if not _COMMON.fullmatch(word)}
