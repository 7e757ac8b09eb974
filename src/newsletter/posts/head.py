"""The head of an article: its title, and the lines that tell who wrote it and when."""

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from newsletter.posts.block import Block as Line
from newsletter.posts.byline import find_byline
from newsletter.posts.dates import DateLine
from newsletter.posts.labels import find_labels, find_site_names, is_office, is_site
from newsletter.posts.meta import (
    BY,
    CLOCK,
    COUNT,
    LEAD,
    READ_TIME,
    REVIEW,
    SAYS_WHEN,
    certain_lines,
    days_of_a_diary,
    is_meta_part,
    parts_of,
    read_day,
)
from newsletter.posts.names import is_name, is_said_name, without_address, without_credentials

_LABEL = re.compile(r"title:\s*", re.IGNORECASE)
_LONGEST_TITLE = 160
_LONGEST_HEAD = 40
"""Lines; a text may have no paragraph at all."""


@dataclass(slots=True)
class Head:
    """What was found; `title` is None when the text begins without one.

    `updated` is the day of the last change, which serves when no other is told.
    """

    title: Line | None = None
    author: str = ""
    date: dt.date | None = None
    updated: dt.date | None = None
    furniture: dict[int, str] = field(default_factory=dict)


def read_head(
    lines: Sequence[Line],
    now: dt.datetime | None,
    site: str,
    everything: Sequence[Line] = (),
    *,
    sure_title: bool = False,
) -> Head:
    """Find title, author and date.

    Args:
        lines: the text without the furniture that is known by itself.
        now: when the page was saved, in the clinic's zone, if that is known.
        site: the website's name, which stands above the title on its pages.
        everything: the whole text with its furniture, which tells names apart.
        sure_title: whether the first line is known to be the title, so that it is no name and no label.
    """
    head = Head()
    start = list(_before_prose(lines))
    certain = certain_lines(start, now) - days_of_a_diary(lines, start, now)
    byline = find_byline(start, certain, lines, everything, sure_title=sure_title)
    titles = [line for line in start if line.number not in certain and line is not byline]
    if sure_title:
        head.title = lines[0]
    else:
        facts = [line for line in start if line.number in certain or line is byline]
        head.title = _find_title(_without_labels(titles, facts, site, lines, everything, head))
    for line in start:
        if head.title is not line and (line.number in certain or line is byline):
            _take(line, head, now)
    _take_title_again(lines, head)
    _take_author_again(lines, start, head)
    _take_office(start, head, certain)
    _take_card(lines, head)
    _take_late_dates(lines, head, now, everything or lines)
    return head


def _without_labels(
    titles: list[Line], facts: list[Line], site: str, lines: Sequence[Line], everything: Sequence[Line], head: Head
) -> list[Line]:
    """Return the lines that can be the title, and note which others are the website's name or labels."""
    named = [line for line in titles if is_site(line.text, site)]
    if len(titles) > len(named):
        titles = [line for line in titles if line not in named]
        head.furniture |= dict.fromkeys((line.number for line in named), "the website's name")
    seen = {line.number for line in lines}
    sites = find_site_names(titles, [line for line in everything if line.number not in seen])
    titles = [line for line in titles if line.number not in sites]
    first = titles[0].number if titles else 0
    labels = find_labels(titles, next((line for line in facts if line.number > first), None))
    head.furniture |= sites | labels
    offices = {line.number for line in _below_names(titles, facts) if is_office(line.text)}
    left = [line for line in titles if line.number not in labels]
    return [line for line in left if line.number not in offices] or left


def _below_names(titles: Sequence[Line], facts: Sequence[Line]) -> list[Line]:
    """Return the lines directly below a bare name that stands above the title."""
    named = {line.number + 1 for line in facts if is_name(line.text)}
    return [line for line in titles if line.number in named and not line.gap]


def title_text(line: Line) -> str:
    """Return the title without a label or a Markdown sign before it."""
    return _LABEL.sub("", re.sub(r"^#+\s+", "", line.text), count=1)


def _before_prose(lines: Sequence[Line]) -> Iterable[Line]:
    for number, line in enumerate(lines[:_LONGEST_HEAD]):
        if line.is_prose and number > 0:
            return
        yield line


def _find_title(candidates: list[Line]) -> Line | None:
    first = candidates[0] if candidates else None
    if first is None or len(first.text) > _LONGEST_TITLE or (first.is_prose and first.words > 16):
        return None
    if first.is_prose and not first.text.endswith(("?", "!")) and first.text.count(". ") > 0:
        return None
    return first


def _take(line: Line, head: Head, now: dt.datetime | None) -> None:
    found: list[str] = []
    for part in parts_of(line):
        date = read_day(part, now)
        if date is not None:
            _take_day(date, head)
            found.append("the date")
        elif READ_TIME.fullmatch(part):
            found.append("the read time")
        elif REVIEW.fullmatch(part):
            found.append("who looked over it")
        elif CLOCK.fullmatch(part):
            found.append("the date")
        elif COUNT.fullmatch(part):
            found.append("a count")
        elif found and not (is_meta_part(part, now) or is_said_name(part)):
            found.append("the topics")
        else:
            head.author = head.author or without_address(LEAD.sub("", BY.sub("", part, count=1))).strip()
            found.append("the byline")
    head.furniture[line.number] = " and ".join(dict.fromkeys(found))


def _take_title_again(lines: Sequence[Line], head: Head) -> None:
    """Take the title where pages repeat it, above the text or behind it; in the text it is the author's."""
    prose = [line.number for line in lines if line.is_prose]
    for line in lines:
        inside = prose and prose[0] < line.number < prose[-1]
        again = head.title and line is not head.title and line.text.casefold() == head.title.text.casefold()
        if again and not inside:
            head.furniture.setdefault(line.number, "the title again")


def _take_day(date: DateLine, head: Head) -> None:
    if date.published:
        head.date = head.date or date.day
    else:
        head.updated = head.updated or date.day


def _take_author_again(lines: Sequence[Line], start: Sequence[Line], head: Head) -> None:
    """Take the author's name where pages repeat it: below the title, and at the end as "Written by …".

    A bare name at the end stays, for it may sign the post; but not directly above "Written by".
    """
    name = head.author.casefold()
    left = [line for line in lines if line is not head.title and line.number not in head.furniture]
    if not name or not left:
        return
    above = {line.number for line in start}
    for line in left:
        signed = line.text.casefold() != name and BY.sub("", line.text, count=1).casefold() == name
        if signed or (line.number in above and line.text.casefold() == name):
            head.furniture[line.number] = "the byline again"
    for line, below in itertools.pairwise(left):
        if line.text.casefold() == name and head.furniture.get(below.number) == "the byline again":
            head.furniture[line.number] = "the byline again"


def _take_office(start: Sequence[Line], head: Head, certain: set[int]) -> None:
    """Take the line below the author's name that says what they are, or stands between the name and the date."""
    for place, line in enumerate(start[1:], start=1):
        by_name = "byline" in head.furniture.get(start[place - 1].number, "")
        between = line.gap == 0 and place + 1 < len(start) and start[place + 1].number in certain
        free = line is not head.title and line.number not in head.furniture
        if by_name and free and (is_office(line.text) or between):
            head.furniture[line.number] = "what the author is"


def _take_card(lines: Sequence[Line], head: Head) -> None:
    """Take the author's name behind the last paragraph where a line below says what they are."""
    prose = [place for place, line in enumerate(lines) if line.is_prose]
    behind = lines[prose[-1] + 1 :] if prose and head.author else []
    for above, line in itertools.pairwise(behind):
        named = without_credentials(above.text).casefold() == without_credentials(head.author).casefold()
        if named and is_office(line.text) and (above is behind[0] or behind[0].number in head.furniture):
            head.furniture |= {above.number: "the byline again", line.number: "what the author is"}


def _take_late_dates(lines: Sequence[Line], head: Head, now: dt.datetime | None, everything: Sequence[Line]) -> None:
    """Take "Updated: …" wherever it stands alone, and bare dates behind the text beside the page's furniture."""
    own = {line.number for line in lines if line.number not in head.furniture}
    last = max((line.number for line in lines if line.is_prose), default=0)
    for place, line in enumerate(everything):
        if line.number not in own or line is head.title or line.words > 8:
            continue
        near = [*everything[max(place - 1, 0) : place], *everything[place + 1 : place + 2]]
        beside = line.number > last and any(each.number not in own for each in near)
        date = read_day(LEAD.sub("", line.text), now) if beside or SAYS_WHEN.match(line.text) else None
        if date is not None:
            _take_day(date, head)
            head.furniture[line.number] = "the date"
