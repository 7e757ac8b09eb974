"""A source as blocks: lines of a text, or elements of a page, each with all that its source says of it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_SENTENCE_INSIDE = re.compile(r"[a-z]{2}[.!?][\"'”’)\]]* +[\"'“‘(]?[A-Z]")
_ABBREVIATION = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|St|vs|etc|e\.g|i\.e|No|Jr|Sr|Ph\.D|M\.D)\.$")
MARKED = re.compile(r"[•●▪◦‣*–—-]\s|\(?\d{1,2}[.)]\s(?!\d{3,5}[-. ]?\d{4}\b)")
"""What an entry of a list begins with, and no telephone's number."""
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BETWEEN = re.compile(r"[\W_]+")
_LONGEST_LABEL = 250
"""Characters; what has more is running text, whatever it is made of."""


@dataclass(frozen=True)
class Block:
    """One line of a text, or one element of a page.

    Attributes:
        number: its place in the source, counted from 1.
        text: without white space at its ends, and with single spaces inside.
        gap: how many blank lines stand before it.
        indent: how many columns it is set in; a tab counts four.
        cells: its parts, when tabs part it; empty ones too, for they keep the others in their columns.
        links: the words and the address of each link in it; None where the source does not tell links.
        tag: the element that it is on a page; empty in a text.
        mark: what marks it in a text: "bullet", "number", "quote", "heading"; empty for nothing.
        label: the mark as it was typed, which `said` is without.
        depth: how deep an entry of a list stands in others.
        level: the level that its mark tells of a heading; 0 when it tells none.
        bold: whether all of it is set bold.
    """

    number: int
    text: str
    gap: int = 0
    indent: int = 0
    cells: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] | None = None
    tag: str = ""
    mark: str = ""
    label: str = ""
    depth: int = 0
    level: int = 0
    bold: bool = False

    @cached_property
    def said(self) -> str:
        """Its words without the mark."""
        said = self.text.removeprefix(self.label).strip() if self.label else self.text
        return said.strip("*_") if self.label == "**" else said

    @cached_property
    def words(self) -> int:
        """How many words it has, its mark counted in."""
        return len(self.text.split())

    @cached_property
    def ends_sentence(self) -> bool:
        """Whether it ends as a sentence does; an abbreviation's point is no such end."""
        return bool(_SENTENCE_END.search(self.text)) and not _ABBREVIATION.search(self.text)

    @cached_property
    def is_prose(self) -> bool:
        """Whether it is running text rather than a label, a heading or a name."""
        long = self.words > 20 or len(self.text) > _LONGEST_LABEL
        return long or (self.words >= 6 and self.ends_sentence and not self._is_short_question)

    @property
    def _is_short_question(self) -> bool:
        return self.text.endswith("?") and self.words <= 14 and not _SENTENCE_INSIDE.search(self.text)


def letters_of(text: str) -> str:
    """Return the letters and digits of a text, all small: by them two texts are the same, however they are set."""
    return _BETWEEN.sub("", text.casefold())


def usual_gap(blocks: Sequence[Block]) -> int:
    """Return how many blank lines most often part two blocks of a text."""
    gaps = Counter(block.gap for block in blocks[1:])
    return gaps.most_common(1)[0][0] if gaps else 0
