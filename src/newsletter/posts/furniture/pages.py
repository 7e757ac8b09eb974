"""What a document prints on each of its pages: the numbers, and the head and foot lines beside them."""

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from newsletter.posts.lines import Line

_NUMBERED = re.compile(
    r"(?:page|p\.|pg\.?) ?(\d{1,3})(?: ?(?:of|/) ?\d{1,3})?|(\d{1,3}) ?\| ?page|page ?\| ?(\d{1,3})", re.IGNORECASE
)
_BARE = re.compile(r"(\d{1,3}) ?(?:of|/) ?(\d{1,3})|[-–—] ?(\d{1,3}) ?[-–—]", re.IGNORECASE)
_FEWEST_IN_TITLE = 3


def find_page_lines(lines: Sequence[Line]) -> dict[int, str]:
    """Return the page numbers, and what stands beside them again and again.

    A number without the word "page" is one only where the next page has the next number: "2/3"
    may be a measure.
    """
    found = {line.number: "a page number" for line in lines if _NUMBERED.fullmatch(line.text)}
    found |= _counted_on(lines)
    return found | _running_heads(lines, found)


def _counted_on(lines: Sequence[Line]) -> dict[int, str]:
    bare = [(place, match) for place, line in enumerate(lines) if (match := _BARE.fullmatch(line.text))]
    numbers = [int(match[1] or match[3]) for _, match in bare]
    apart = all(after - before > 1 for (before, _), (after, _) in itertools.pairwise(bare))
    pages = len({match[2] for _, match in bare}) == 1 and numbers == list(range(numbers[0], numbers[0] + len(bare)))
    if len(bare) < 2 or not apart or not pages:
        return {}
    return {lines[place].number: "a page number" for place, _ in bare}


def _running_heads(lines: Sequence[Line], known: Mapping[int, str]) -> dict[int, str]:
    """Return what stands beside the page numbers again and again."""
    numbered = [place for place, line in enumerate(lines) if line.number in known]
    said = Counter(line.text for line in lines)
    near = [
        lines[beside]
        for place in numbered
        for beside in (place - 1, place + 1)
        if 0 <= beside < len(lines) and not lines[beside].is_prose and lines[beside].number not in known
    ]
    again = {line.text for line in near if said[line.text] > 1}
    heads = [line for line in lines if line.text in again]
    if heads and heads[0] is lines[0] and (len(lines) == 1 or lines[1].is_prose or lines[1].words < _FEWEST_IN_TITLE):
        heads = heads[1:]  # it is the title, too
    return {line.number: "the head or foot of a page" for line in heads}
