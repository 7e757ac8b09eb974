"""The head of an article: its title, and the lines that tell who wrote it and when."""

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from newsletter.posts.dates import DateLine, read_date_line
from newsletter.posts.labels import find_labels, find_site_names, is_office, is_site
from newsletter.posts.lines import Line
from newsletter.posts.names import (
    has_degree,
    is_name,
    is_said_name,
    says_something,
    without_address,
    without_credentials,
)

_LEAD = re.compile(r"^[\s•·*–—|-]+")
_BY = re.compile(
    r"^(?:(?:words|story|post|text|article|guest post)\s+)?(?:written|posted|published|authored|submitted|"
    r"shared)?\s*by:?\s+"
    r"|^(?:author|writer):?\s+",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s*[·•|]\s*|\s+[–—-]\s+|\s*,\s+(?=\d+ min|\d{1,2}/\d)"
    r"|\s*,\s+(?=(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z.]*\s+\d)"
    r"|(?<!osted)(?<!ublished)(?<!pdated)(?<!ritten)\s+(?=on\s+(?:[A-Z][a-z]{2,8}[.,]{0,2}\s+){0,2}\d)|"
    r"(?<!eviewed)(?<!hecked)(?<!dited)\s+(?=[Bb]y\s+[A-Z])"
)
_READ_TIME = re.compile(
    r"\d+\s*[-–]?\s*min(?:ute)?s?\.?(?:\s+(?:read|to read))?|(?:estimated )?(?:reading|read) time:?.{0,20}",
    re.IGNORECASE,
)
_DURATION = re.compile(r"\d+\s*[-–]?\s*min(?:ute)?s", re.IGNORECASE)
"""A read time only beside what else tells of a post: an exercise may take five minutes, too."""
_COUNT = re.compile(
    r"(?:\d[\d.,]*[km]?|no)\s+(?:views?|comments?|likes?|shares?|claps?|reads|responses?)", re.IGNORECASE
)
_EVENT = re.compile(
    r"(?:when|dates?|days?|time|where|starts?|begins?|ends?|deadline|next (?:date|meeting|group)|save the date|"
    r"(?:dates?|days?) (?:and|&) times?|.*:)\W*",
    re.IGNORECASE,
)
"""A date below such a line is that of an event."""
_SAYS_WHEN = re.compile(r"(?:last )?(?:updated|modified|edited|reviewed|published|posted)\b", re.IGNORECASE)
_BESIDE_NAMES = re.compile(
    rf"(?:{_READ_TIME.pattern})|[+] ?follow|follow(?:ing)?|written by|author|writer", re.IGNORECASE
)
_REVIEW = re.compile(r"(?:medically |clinically |fact[- ])?(?:reviewed|checked|edited) by:?\s+\S.{1,60}", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?:at\s+)?\d{1,2}:\d\d(?::\d\d)?\s*(?:[ap]\.?m\.?)?"
    r"|(?:on\s+)?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?",
    re.IGNORECASE,
)
_CATEGORY = re.compile(r"\s+(?:in|under)\s+[A-Z](?:[^\W\d]|[&, -]){1,40}$")
_LABEL = re.compile(r"title:\s*", re.IGNORECASE)
_LONGEST_DAY = 4
_LONGEST_TITLE = 160
_LONGEST_HEAD = 40
"""Lines; a text may have no paragraph at all."""


@dataclass(slots=True)
class Head:
    """What was found; `title` is None when the text begins without one."""

    title: Line | None = None
    author: str = ""
    date: dt.date | None = None
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
    certain = _certain_lines(start, now) - _days_of_a_diary(lines, start, now)
    byline = _find_byline(start, certain, lines, everything, sure_title=sure_title)
    titles = [line for line in start if line.number not in certain and line is not byline]
    if sure_title:
        head.title = lines[0]
    else:
        facts = [line for line in start if line.number in certain or line is byline]
        head.title = _find_title(_without_labels(titles, facts, site, lines, everything, head))
    prose = [line.number for line in lines if line.is_prose]
    edges = {line.number for line in lines if not prose or not prose[0] < line.number < prose[-1]}
    for line in lines:
        if head.title is line:
            continue
        if line.number in certain or line is byline:
            _take(line, head, now)
        elif head.title and line.number in edges and line.text.casefold() == head.title.text.casefold():
            head.furniture[line.number] = "the title again"
    _take_author_again(lines, start, head)
    _take_office(start, head, certain)
    _take_card(lines, head)
    _take_late_dates(lines, head, now, everything or lines)
    return head


def _certain_lines(start: Sequence[Line], now: dt.datetime | None) -> set[int]:
    """Return the lines that tell who wrote it and when, without any doubt."""
    certain = {line.number for line in start if _is_certain_meta(line, now)}
    certain |= {line.number for line in start[1:] if _is_date_with_topics(line, now)}
    for place, line in enumerate(start):
        near = [*start[max(place - 1, 0) : place], *start[place + 1 : place + 2]]
        alone = not any(each.number in certain or is_name(each.text) for each in near)
        announced = (
            place > 0 and _EVENT.fullmatch(start[place - 1].text) and not _SAYS_WHEN.match(start[place - 1].text)
        )
        if announced or (alone and _DURATION.fullmatch(line.text)):
            certain.discard(line.number)
    return certain


def _days_of_a_diary(lines: Sequence[Line], start: Sequence[Line], now: dt.datetime | None) -> set[int]:
    """Return the day directly above the text when other days stand above other parts of it."""
    short = ((place, line) for place, line in enumerate(lines) if line.words <= _LONGEST_DAY)
    numbered = ((place, line) for place, line in short if line.text[0].isdigit() or line.text[-1].isdigit())
    days = [place for place, line in numbered if read_date_line(line.text, now)]
    heads = [place for place in days if lines[place + 1 : place + 2] and lines[place + 1].is_prose]
    first = heads[0] if len(heads) > 1 else len(lines)
    return {lines[first].number} if first < len(start) else set()


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


def _is_certain_meta(line: Line, now: dt.datetime | None) -> bool:
    """Whether every part of the line is a name, a date, a read time, and one is more than a name."""
    if line.is_prose:
        return False
    parts = _parts(line)
    said_so = bool(_BY.match(_LEAD.sub("", line.text))) and line.words <= 14
    if not all(_is_meta_part(part, now) or (said_so and is_said_name(part)) for part in parts):
        return False
    if any(_is_dated(part, now) for part in parts):
        return True
    return said_so and any(is_said_name(part) for part in parts)


def _is_date_with_topics(line: Line, now: dt.datetime | None) -> bool:
    """Whether a line is a day and the topics beside it: "November 16, 2026 | Family, Holidays"."""
    parts = [part for part in re.split(r"\s*[|·•/–—]\s*", _LEAD.sub("", line.text)) if part]
    dated = [part for part in parts if _is_meta_part(part, now) and not is_name(part)]
    rest = [part for part in parts if part not in dated]
    return bool(dated) and len(parts) > 1 and all(len(part.split()) <= 6 and part[0].isupper() for part in rest)


def _parts(line: Line) -> list[str]:
    """Return what a line tells, part by part, without the words that only say what it is."""
    text = _BY.sub("", _LEAD.sub("", line.text), count=1)
    dated = re.search(r"\d", text)
    parts = [part for part in _SEPARATOR.split(_CATEGORY.sub("", text) if dated else text) if part]
    return parts or [text]


def _is_meta_part(part: str, now: dt.datetime | None) -> bool:
    told = _REVIEW.fullmatch(part) or _CLOCK.fullmatch(part) or _COUNT.fullmatch(part)
    return _is_dated(part, now) or bool(told) or is_name(_BY.sub("", part, count=1))


def _is_dated(part: str, now: dt.datetime | None) -> bool:
    return _date(part, now) is not None or bool(_READ_TIME.fullmatch(part))


def _date(part: str, now: dt.datetime | None) -> DateLine | None:
    """Return the day that a part names; one that is still to come is none on which a post was published."""
    found = read_date_line(re.sub(r"^on\s+|\s*\([^()]{2,30} ago\)$", "", part), now)
    return None if found and found.day and now and found.day > now.date() else found


def _find_byline(
    start: Sequence[Line], certain: set[int], lines: Sequence[Line], everything: Sequence[Line], *, sure_title: bool
) -> Line | None:
    """Return the line that is the author's bare name, when no line says "by".

    It has a degree or an address, is led by a dash, is named again where the page says who
    the author is, or stands beside a date or a read time, in this order. A title of two or
    three words looks like a name, too; but its words have a meaning, or come up in the text
    with small letters.
    """
    titles = [line for line in start if line.number not in certain]
    names = [line for line in titles[int(sure_title) :] if is_name(line.text)]
    if any(_BY.match(_LEAD.sub("", line.text)) for line in start if line.number in certain) or len(titles) < 2:
        return None
    order = {number: place for place, number in enumerate(sorted({line.number for line in (*everything, *lines)}))}
    shown = {line.number for line in lines}
    told = certain | {
        line.number
        for line in everything
        if _BESIDE_NAMES.fullmatch(line.text) or (line.number not in shown and line.text[0].isdigit())
    }
    beside = {place for number in told for place in (order[number] - 1, order[number], order[number] + 1)}
    body = {word for line in lines for word in re.findall(r"\b[a-z]{3,}\b", without_address(line.text))}
    again = titles[0].text.casefold()
    best: tuple[int, Line | None] = (0, None)
    for line in (each for each in names if each is titles[0] or each.text.casefold() != again):
        sign = _sign_of_name(line, titles, everything or lines, beside=order[line.number] in beside)
        if sign > best[0] and (sign == _SUREST or not _has_meaning(line, body)):
            best = sign, line
    return best[1]


_SUREST = 4


def _sign_of_name(line: Line, titles: list[Line], lines: Sequence[Line], *, beside: bool) -> int:
    if has_degree(line.text) or without_address(line.text) != line.text:
        return _SUREST
    if _LEAD.match(line.text):
        return 3
    return 2 if _is_named_again(line, titles, lines) else int(beside)


def _has_meaning(line: Line, body: set[str]) -> bool:
    words = re.findall(r"[A-Za-z]{3,}", without_credentials(without_address(line.text)))
    return says_something(line.text) or any(word.lower() in body for word in words)


def _is_named_again(line: Line, titles: list[Line], lines: Sequence[Line]) -> bool:
    """Whether the page says more of a name: what its owner is, what else is by them, or only the name once more."""
    name = without_credentials(_LEAD.sub("", line.text))
    said = re.compile(
        rf"(?:about|(?:more|posts|articles|stories|all) (?:from|by)|written by|by) {re.escape(name)}.*"
        rf"|{re.escape(name)} (?:is|lives|writes)\b.*"
    )
    others = [other.text for other in lines if name in other.text and other.number != line.number]
    if line is not titles[0]:
        below = next((other for other in lines if other.number > line.number), None)
        if line.text in others or (below is not None and is_office(below.text)):
            return True
    return any(map(said.match, others))


def _find_title(candidates: list[Line]) -> Line | None:
    first = candidates[0] if candidates else None
    if first is None or len(first.text) > _LONGEST_TITLE or (first.is_prose and first.words > 16):
        return None
    if first.is_prose and not first.text.endswith(("?", "!")) and first.text.count(". ") > 0:
        return None
    return first


def _take(line: Line, head: Head, now: dt.datetime | None) -> None:
    found: list[str] = []
    for part in _parts(line):
        date = _date(part, now)
        if date is not None:
            head.date = head.date or (date.day if date.published else None)
            found.append("the date")
        elif _READ_TIME.fullmatch(part):
            found.append("the read time")
        elif _REVIEW.fullmatch(part):
            found.append("who looked over it")
        elif _CLOCK.fullmatch(part):
            found.append("the date")
        elif _COUNT.fullmatch(part):
            found.append("a count")
        elif found and not (_is_meta_part(part, now) or is_said_name(part)):
            found.append("the topics")
        else:
            head.author = head.author or without_address(_LEAD.sub("", _BY.sub("", part, count=1))).strip()
            found.append("the byline")
    head.furniture[line.number] = " and ".join(dict.fromkeys(found))


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
        signed = line.text.casefold() != name and _BY.sub("", line.text, count=1).casefold() == name
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
        date = _date(_LEAD.sub("", line.text), now) if beside or _SAYS_WHEN.match(line.text) else None
        if date is not None:
            head.date = head.date or (date.day if date.published else None)
            head.furniture[line.number] = "the date"
