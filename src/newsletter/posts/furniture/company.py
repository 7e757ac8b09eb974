"""What stands in the middle of a text: there furniture is known by its company.

A page puts its furniture between paragraphs in rows ("12 views", "0 comments", "Share"); a
line alone there is the author's unless no author writes so, and a whole sentence alone always.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby

from newsletter.posts.lines import Line

MARKED = re.compile(r"[•●▪◦‣*–—-]\s|\(?\d{1,2}[.)]\s(?!\d{3,5}[-. ]?\d{4}\b)")
_LONERS = {"a picture's caption", "decoration", "a page number", "the head or foot of a page"}
"""They stand alone anywhere, so they say nothing of the lines beside them."""
_MANY = 3
"""Labels that stand one below the other are a row of buttons, though each alone could be a heading."""
_SENTENCE = re.compile(r"[^.][.!?][\"'”’)\]]*$")
_CRISIS = re.compile(r"\b(?:988|911)\b(?!\s*(?:views?|likes?|comments?|shares?|claps?|followers?|subscribers?))")
_PHONE = re.compile(r"\(?\b\d{3}\)?[-. ]{1,2}\d{3}[-. ]\d{4}\b")


def without_the_authors(certain: Mapping[int, str], possible: Mapping[int, str], middle: Sequence[Line]) -> set[int]:
    """Return which of the lines that look like furniture are the author's, for they lack company.

    Args:
        certain: the lines that no author writes, with the reasons.
        possible: those that an author could write, too.
        middle: the lines between the first running text and the last.
    """
    kept = {line.number for line in middle if line.number in possible and is_sentence(line)}
    for above, row in _rows(middle, {*certain, *possible} - kept):
        entries = [line for line in row if MARKED.match(line.text)]
        sure = [line for line in row if line.number in certain and not is_sentence(line) and line not in entries]
        labels = {line.text for line in row if not is_sentence(line) and line not in entries}
        many = len(labels) >= _MANY and not above.endswith(":")
        said_twice = len(row) > 1 and any(line.number in certain and is_sentence(line) for line in row)
        if many or said_twice or any(certain[line.number] not in _LONERS for line in sure):
            kept |= {line.number for line in entries}
        else:
            kept |= {line.number for line in row if line not in sure}
    return kept - {line.number for line in middle if _says_what_it_is(line, certain)}


def _says_what_it_is(line: Line, certain: Mapping[int, str]) -> bool:
    """Whether a line needs no company, even as a whole sentence; one in a list is an entry of it."""
    reason = certain.get(line.number)
    return reason == "a picture's caption" or (reason == "a link to another post" and not MARKED.match(line.text))


def is_sentence(line: Line) -> bool:
    """Whether a line says something rather than names something; dots at the end leave it open."""
    return bool(_SENTENCE.search(line.text))


def reaches_others(line: Line, phone: str) -> bool:
    """Whether a line tells a crisis line's number, or another than the clinic's own: that must never be lost."""
    own = re.sub(r"\D", "", phone)[-10:]
    numbers = [re.sub(r"\D", "", found)[-10:] for found in _PHONE.findall(line.text)] if own else []
    return bool(_CRISIS.search(line.text)) or any(number != own for number in numbers)


def _rows(lines: Sequence[Line], found: Collection[int]) -> Iterator[tuple[str, list[Line]]]:
    """Yield the rows of lines that look like furniture, each with the text above it."""
    above = ""
    for looks_so, group in groupby(lines, key=lambda line: line.number in found):
        row = list(group)
        if looks_so:
            yield above, row
        above = row[-1].text
