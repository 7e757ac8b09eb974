"""A text as its lines, each with the white space around it, which is all the layout it has."""

import itertools
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_SENTENCE_INSIDE = re.compile(r"[a-z]{2}[.!?][\"'”’)\]]* +[\"'“‘(]?[A-Z]")
_BULLET_ALONE = re.compile(r"[•●▪◦‣·∙○■□➤►*–—-]|\(?\d{1,2}[.)]")
_BYLINE = re.compile(r"(?:(?:written|posted|words|story) )?[Bb]y:? [A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){1,4}")
_LONGEST_LABEL = 250
"""Characters; what has more is running text, whatever it is made of."""
_NARROWEST, _WIDEST = 50, 100
"""Between these are the widths at which programs break lines."""
_FEWEST_BROKEN = 3
_ENTRY = re.compile(r"\*{0,2}[A-ZÀ-Ý][\w-]*(?: [\w-]+)?\s?:")
"""What tells who wrote a mail, and when."""
_ABBREVIATION = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|St|vs|etc|e\.g|i\.e|No|Jr|Sr|Ph\.D|M\.D)\.$")


@dataclass(frozen=True)
class Line:
    """A line that is not blank.

    Attributes:
        number: its place in the source, counted from 1.
        text: without white space at its ends, and with single spaces inside.
        gap: how many blank lines stand before it.
        indent: how many columns it is set in; a tab counts four.
        cells: its parts, when tabs part it; empty ones too, for they keep the others in their columns.
        links: the words and the address of each link in it; None where the source does not tell links.
    """

    number: int
    text: str
    gap: int = 0
    indent: int = 0
    cells: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] | None = None

    @cached_property
    def words(self) -> int:
        """How many words it has."""
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


def split_lines(text: str, *, mailed: bool = False) -> list[Line]:
    """Return the lines of `text` that hold something, broken paragraphs joined again.

    Args:
        text: the text.
        mailed: whether a mail program has quoted it; it has broken its lines, too, so that less must show it.
    """
    lines: list[Line] = []
    gap = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        plain = " ".join(raw.replace("\u200b", "").split())
        if plain:
            indent = len(raw.expandtabs(4)) - len(raw.expandtabs(4).lstrip())
            lines.append(Line(number, plain, gap, indent, _cells(raw)))
            gap = 0
        else:
            gap += 1
    return _unwrap(_rejoin_bullets(lines), mailed=mailed)


def _cells(raw: str) -> tuple[str, ...]:
    parts = raw.strip(" \r\n").split("\t") if "\t" in raw.strip(" \r\n") else []
    cells = tuple(" ".join(part.split()) for part in parts)
    first = cells[0] if cells else ""
    listed = bool(first) and (_BULLET_ALONE.fullmatch(first) or (len(first) == 1 and not first.isdigit()))
    return () if listed else cells


def usual_gap(lines: list[Line]) -> int:
    """Return how many blank lines most often part two lines of this text."""
    gaps = Counter(line.gap for line in lines[1:])
    return gaps.most_common(1)[0][0] if gaps else 0


def _rejoin_bullets(lines: list[Line]) -> list[Line]:
    """Put a bullet that was pasted on a line of its own before the text that follows it."""
    joined: list[Line] = []
    waiting: Line | None = None
    for line in lines:
        if waiting is None and _BULLET_ALONE.fullmatch(line.text):
            waiting = line
            continue
        if waiting is not None:
            joined.append(replace(waiting, text=f"{waiting.text} {line.text}"))
            waiting = None
        else:
            joined.append(line)
    return joined + ([waiting] if waiting else [])


def _unwrap(lines: list[Line], *, mailed: bool) -> list[Line]:
    """Join the lines of a text that was broken at a fixed width, as mail programs do."""
    broken = [line for line in lines if not (_ENTRY.match(line.text) or line.text.endswith(":") or "://" in line.text)]
    width = _wrap_width(broken, 1) if mailed else _wrap_width(lines, _FEWEST_BROKEN)
    if not width:
        return lines
    joined: list[Line] = []
    length = 0  # of the last physical line
    for line in lines:
        full = length + 1 + len(line.text.split()[0]) > width
        goes_on = bool(joined) and line.text[0].islower() and not joined[-1].ends_sentence
        apart = _begins_block(line) or (mailed and _is_apart(line, joined))
        if joined and line.gap == 0 and not apart and (full or goes_on):
            joined[-1] = replace(joined[-1], text=f"{joined[-1].text} {line.text}", cells=())
        else:
            joined.append(line)
        length = line.indent + len(line.text)
    return joined


def _is_apart(line: Line, above: list[Line]) -> bool:
    """Whether one of two lines says who wrote what when, so that the other does not go on with it."""
    return any(_ENTRY.match(each.text) for each in (line, *above[-1:])) or any(
        each.text.endswith(":") for each in above[-1:]
    )


def _wrap_width(lines: list[Line], fewest: int) -> int:
    """Return the width at which the text was broken, or 0 when it was not.

    It was when no line is longer than a terminal's, and again and again a line goes on in
    the next with a small letter. A poem's lines do that, too, but all of them are short.
    """
    width = max((line.indent + len(line.text) for line in lines), default=0)
    if not _NARROWEST <= width <= _WIDEST:
        return 0
    pairs = itertools.pairwise(lines)
    broken = sum(after.gap == 0 and after.text[0].islower() and len(line.text) > 0.6 * width for line, after in pairs)
    return width if broken >= fewest else 0


def _begins_block(line: Line) -> bool:
    marked = re.match(r"(?:[•●▪◦‣∙○■➤►>*#]|[–—-]\s|\(?\d{1,2}[.)]\s)", line.text)
    return bool(marked) or (bool(_BYLINE.fullmatch(line.text)) and not line.ends_sentence)
