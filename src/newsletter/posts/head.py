"""The head of an article: its title, and the lines that tell who wrote it and when."""

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from newsletter.posts.dates import DateLine, read_date_line
from newsletter.posts.labels import find_labels, find_site_names, is_office, is_site
from newsletter.posts.lines import Line

_LEAD = re.compile(r"^[\s•·*–—|-]+")
_BY = re.compile(
    r"^(?:(?:words|story|post|text|article|guest post)\s+)?(?:written|posted|published|authored|submitted|"
    r"shared)?\s*by:?\s+"
    r"|^(?:author|writer):?\s+",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:(?:Dr|Mr|Mrs|Ms|Prof)\.?\s+)?[A-Z][\w.'’-]*"
    r"(?:\s+(?:(?:de|da|del|di|van|von|der|la|le|bin|al)\s+)*[A-Z][\w.'’-]*){1,3}"
)
_CREDENTIALS = re.compile(r"(?:\s*,\s*|\s+)(?:[A-Z][A-Za-z.]{0,6}[A-Z.](?:-[A-Z]{1,4})*)(?=\s*(?:,|$|\s[A-Z.-]+))")
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
_BESIDE_NAMES = re.compile(
    rf"(?:{_READ_TIME.pattern})|[+] ?follow|follow(?:ing)?|written by|author|writer", re.IGNORECASE
)
_REVIEW = re.compile(r"(?:medically |clinically |fact[- ])?(?:reviewed|checked|edited) by:?\s+\S.{1,60}", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?:at\s+)?\d{1,2}:\d\d(?::\d\d)?\s*(?:[ap]\.?m\.?)?"
    r"|(?:on\s+)?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\s*[<(\[]\S+@\S+[>)\]]")
_CATEGORY = re.compile(r"\s+(?:in|under)\s+[A-Z](?:[^\W\d]|[&, -]){1,40}$")
_LABEL = re.compile(r"title:\s*", re.IGNORECASE)
_LONGEST_TITLE = 160


@dataclass(slots=True)
class Head:
    """What was found; `title` is None when the text begins without one."""

    title: Line | None = None
    author: str = ""
    date: dt.date | None = None
    furniture: dict[int, str] = field(default_factory=dict)


def read_head(lines: Sequence[Line], now: dt.datetime | None, site: str, everything: Sequence[Line] = ()) -> Head:
    """Find title, author and date.

    Args:
        lines: the text without the furniture that is known by itself.
        now: when the page was saved, in the clinic's zone, if that is known.
        site: the website's name, which stands above the title on its pages.
        everything: the whole text with its furniture, which tells names apart.
    """
    head = Head()
    start = list(_before_prose(lines))
    certain = {line.number for line in start if _is_certain_meta(line, now)}
    certain |= {line.number for line in start[1:] if _is_date_with_topics(line, now)}
    names = [line for line in start if line.number not in certain and _is_name(line.text)]
    titles = [line for line in start if line.number not in certain]
    byline = _find_byline(names, titles, certain, lines, everything)
    named = [line for line in titles if is_site(line.text, site)]
    if len(titles) > len(named):
        titles = [line for line in titles if line not in named]
        head.furniture |= dict.fromkeys((line.number for line in named), "the website's name")
    titles = [line for line in titles if line is not byline]
    seen = {line.number for line in lines}
    sites = find_site_names(titles, [line for line in everything if line.number not in seen])
    head.furniture |= sites
    titles = [line for line in titles if line.number not in sites]
    first = titles[0].number if titles else 0
    facts = (line for line in start if line.number > first and (line.number in certain or line is byline))
    labels = find_labels(titles, next(facts, None))
    head.furniture |= labels
    head.title = _find_title([line for line in titles if line.number not in labels])
    for line in lines:
        if line.number in certain or line is byline:
            _take(line, head, now)
        elif head.title and line is not head.title and line.text.casefold() == head.title.text.casefold():
            head.furniture[line.number] = "the title again"
    _take_author_again(lines, start, head)
    _take_office(start, head, certain)
    _take_card(lines, head)
    _take_late_dates(lines, head, now)
    return head


def title_text(line: Line) -> str:
    """Return the title without a label or a Markdown sign before it."""
    return _LABEL.sub("", re.sub(r"^#+\s+", "", line.text), count=1)


def _before_prose(lines: Sequence[Line]) -> Iterable[Line]:
    for number, line in enumerate(lines):
        if line.is_prose and number > 0:
            return
        yield line


def _is_certain_meta(line: Line, now: dt.datetime | None) -> bool:
    """Whether every part of the line is a name, a date, a read time, and one is more than a name."""
    if line.is_prose:
        return False
    parts = _parts(line)
    if not all(_is_meta_part(part, now) for part in parts):
        return False
    said_so = bool(_BY.match(_LEAD.sub("", line.text))) and line.words <= 14
    return said_so or any(_is_dated(part, now) for part in parts)


def _is_date_with_topics(line: Line, now: dt.datetime | None) -> bool:
    """Whether a line is a day and the topics beside it: "November 16, 2026 | Family, Holidays"."""
    parts = [part for part in re.split(r"\s*[|·•/–—]\s*", _LEAD.sub("", line.text)) if part]
    dated = [part for part in parts if _is_meta_part(part, now) and not _is_name(part)]
    rest = [part for part in parts if part not in dated]
    return bool(dated) and len(parts) > 1 and all(len(part.split()) <= 6 and part[0].isupper() for part in rest)


def _parts(line: Line) -> list[str]:
    """Return what a line tells, part by part, without the words that only say what it is."""
    text = _BY.sub("", _LEAD.sub("", line.text), count=1)
    dated = re.search(r"\d", text)
    parts = [part for part in _SEPARATOR.split(_CATEGORY.sub("", text) if dated else text) if part]
    return parts or [text]


def _is_meta_part(part: str, now: dt.datetime | None) -> bool:
    told = _REVIEW.fullmatch(part) or _CLOCK.fullmatch(part)
    return _is_dated(part, now) or bool(told) or _is_name(_BY.sub("", part, count=1))


def _is_dated(part: str, now: dt.datetime | None) -> bool:
    return _date(part, now) is not None or bool(_READ_TIME.fullmatch(part))


def _date(part: str, now: dt.datetime | None) -> DateLine | None:
    return read_date_line(re.sub(r"^on\s+|\s*\([^()]{2,30} ago\)$", "", part), now)


def _is_name(text: str) -> bool:
    plain = _ADDRESS.sub("", _LEAD.sub("", text))
    return any(_NAME.fullmatch(form) for form in (_without_credentials(plain), plain))


def _without_credentials(text: str) -> str:
    return _CREDENTIALS.sub("", text).strip(" ,")


def _find_byline(
    names: list[Line], titles: list[Line], certain: set[int], lines: Sequence[Line], everything: Sequence[Line]
) -> Line | None:
    """Return the line that is the author's bare name.

    It is led by a dash, stands beside a date or a read time, has a degree, an address or an
    office, or is named again where the page says who the author is. A title of two or three
    words looks like a name, too; but a title's words come up in the text with small letters,
    which a name's do not.
    """
    order = sorted({line.number for line in (*everything, *lines)})
    certain = certain | {line.number for line in everything if _BESIDE_NAMES.fullmatch(line.text)}
    body = {word for line in lines for word in re.findall(r"\b[a-z]{3,}\b", _ADDRESS.sub("", line.text))}
    again = titles[0].text.casefold() if titles else ""
    for line in (each for each in names if each is titles[0] or each.text.casefold() != again):
        place = order.index(line.number)
        beside = bool(certain & set(order[max(0, place - 1) : place + 2]))
        degree = re.search(r",\s*\S+$", line.text) and _without_credentials(line.text) != line.text
        marked = bool(_LEAD.match(line.text)) or beside or bool(degree) or bool(_ADDRESS.search(line.text))
        marked = marked or _is_named_again(line, titles, [*lines, *everything])
        common = any(
            word.lower() in body
            for word in re.findall(r"[A-Za-z]{3,}", _without_credentials(_ADDRESS.sub("", line.text)))
        )
        if marked and not common and any(other is not line for other in titles):
            return line
    return None


def _is_named_again(line: Line, titles: list[Line], lines: Sequence[Line]) -> bool:
    """Whether the page says more of a name: what its owner is, what else is by them, or only the name once more."""
    below = next((other for other in lines if other.number > line.number), None)
    if below is not None and line is not titles[0] and is_office(below.text):
        return True
    name = re.escape(_without_credentials(_LEAD.sub("", line.text)))
    said = re.compile(
        rf"(?:about|(?:more|posts|articles|stories|all) (?:from|by)|written by|by) {name}.*|{name} (?:is|lives|"
        rf"writes)\b.*"
    )
    again = {other.number for other in lines if other.number != line.number and other.text == line.text}
    return any(said.match(other.text) for other in lines) or (line is not titles[0] and bool(again))


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
        elif found and not _is_meta_part(part, now):
            found.append("the topics")
        else:
            head.author = head.author or _ADDRESS.sub("", _LEAD.sub("", _BY.sub("", part, count=1))).strip()
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
    for line in left:
        signed = line.text.casefold() != name and _BY.sub("", line.text, count=1).casefold() == name
        if signed or (line in start and line.text.casefold() == name):
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
        named = _without_credentials(above.text).casefold() == _without_credentials(head.author).casefold()
        if named and is_office(line.text) and (above is behind[0] or behind[0].number in head.furniture):
            head.furniture |= {above.number: "the byline again", line.number: "what the author is"}


def _take_late_dates(lines: Sequence[Line], head: Head, now: dt.datetime | None) -> None:
    """Take "Updated: …" and bare dates that stand anywhere alone; in the body they say nothing."""
    for line in lines:
        if line.number not in head.furniture and line is not head.title and line.words <= 8:
            date = _date(_LEAD.sub("", line.text), now)
            if date is not None:
                head.date = head.date or (date.day if date.published else None)
                head.furniture[line.number] = "the date"
