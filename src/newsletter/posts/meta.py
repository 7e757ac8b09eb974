"""Lines that tell who wrote a post and when: their parts, people's names and offices, and topics."""

import datetime as dt
import re
from dataclasses import dataclass

from newsletter.posts.block import Block
from newsletter.posts.dates import DateLine, read_date_line
from newsletter.posts.words import listed, openings

_NAME = re.compile(
    r"(?:(?:Dr|Mr|Mrs|Ms|Prof)\.?\s+)?[A-Z][\w.'’-]*"
    r"(?:\s+(?:(?:de|da|del|di|van|von|der|la|le|bin|al)\s+)*[A-Z][\w.'’-]*){1,3}"
)
_CREDENTIALS = re.compile(r"(?:\s*,\s*|\s+)(?:[A-Z][A-Za-z.]{0,6}[A-Z.](?:-[A-Z]{1,4})*)(?=\s*(?:,|$|\s[A-Z.-]+))")
_DEGREE = re.compile(
    r"(?:,\s*|\s)(?:M\.?D|D\.?O|Ph\.?D|Psy\.?D|Ed\.?D|Pharm\.?D|[BM]\.?S\.?N|D\.?N\.?P|L\.?I?\.?C\.?S\.?W|L\.?M\.?H\.?C|"
    r"L\.?M\.?F\.?T|L\.?P\.?C\.?C?|M\.?S\.?W|M\.?P\.?H|R\.?N|N\.?P|APRN|ARNP|CRNP|CNP|CNS|[FP]NP|PMHNP|PA-C|BCBA|CADC|RD|"
    r"LDN|OTR|FAPA|FAAP)(?:[-/][A-Z]{1,4})?\.?$|^Dr\.? ",
)
_AFTER_COMMA = re.compile(r",\s*[A-Z][A-Za-z.]{0,6}[A-Z.](?:-[A-Z]{1,4})*$")
_ADDRESS = re.compile(r"\s?[<(\[][^\s@<>()\[\]]{1,64}@[^\s<>()\[\]]{1,100}[>)\]]")
_LONGEST = 120
LEAD = re.compile(r"^[\s•·*–—|-]+")
_JOINS = re.compile(rf"\b(?:{listed('names', 'joining')})\b", re.IGNORECASE)
_OF_TITLES = re.compile(rf"\b(?:{listed('names', 'of_titles')})\b", re.IGNORECASE)


def is_name(text: str) -> bool:
    """Whether `text` is written as a person's name is, perhaps with degrees behind it."""
    if len(text) > _LONGEST:
        return False
    plain = without_address(LEAD.sub("", text))
    return any(_NAME.fullmatch(form) for form in (without_credentials(plain), plain))


def is_said_name(text: str) -> bool:
    """Whether `text` behind "by" is a name, or two; there it may be written small."""
    names = re.split(r"\s+(?:and|&)\s+", without_address(text))
    return all(is_name(name if name != name.lower() else _in_capitals(name)) for name in names) and not any(
        _JOINS.search(name) for name in names
    )


def says_something(text: str) -> bool:
    """Whether words of `text` have a meaning, so that it is rather a title than a name."""
    plain = without_credentials(without_address(text))
    return bool(_JOINS.search(plain) or _OF_TITLES.search(plain))


def has_degree(text: str) -> bool:
    """Whether a title or a degree stands with the name; "Dr. Hale Is Retiring" says something of its owner."""
    degree = _DEGREE.search(text)
    titled = degree is not None and (degree.start() > 0 or not _JOINS.search(text))
    return titled or bool(_AFTER_COMMA.search(text))


def without_credentials(text: str) -> str:
    """Return a name without the degrees behind it."""
    return _CREDENTIALS.sub("", text).strip(" ,")


def without_address(text: str) -> str:
    """Return a name without the e-mail address in brackets behind it."""
    return _ADDRESS.sub("", text)


def _in_capitals(text: str) -> str:
    """Return a name that was written small as it is usually written, its degrees in capitals."""
    name, comma, degrees = text.partition(",")
    return name.title() + comma + degrees.upper()


_TOPICS = re.compile(rf"(?:{listed('names', 'topics')})", re.IGNORECASE)
_OFFICE = re.compile(rf"\b(?:{listed('names', 'offices')})\b", re.IGNORECASE)
_LONGEST_OFFICE = 18


def is_topic(text: str) -> bool:
    """Whether a line is a topic, or several side by side."""
    parts = [part for part in re.split(r"\s*[,|•·/&›»]\s*|\s+and\s+", text.strip(" #|•·")) if part]
    if parts and all(_TOPICS.fullmatch(part) for part in parts):
        return True
    return bool(_TOPICS.fullmatch(text.strip()))


def is_office(text: str) -> bool:
    """Whether a line below a name says what its owner is."""
    line = Block(0, text)
    return line.words <= _LONGEST_OFFICE and not line.is_prose and bool(_OFFICE.search(text))


BY = re.compile(rf"^(?:{openings('by')})\s?:?\s+", re.IGNORECASE)
_SEPARATOR = re.compile(
    r"\s*[·•|]\s*|\s+[/–—-]\s+|\s*,\s+(?=\d+ min|\d{1,2}/\d)"
    r"|(?<=[a-zA-Z.]) (?=(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? \d{1,2},? (?:19|20)\d\d$)"
    r"|(?<=\d{4}) (?=(?:[Bb]y|por|par|von) \w)"
    r"|\s*,\s+(?=(?i:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z.]*\s+\d)"
    r"|(?<!osted)(?<!ublished)(?<!pdated)(?<!ritten)\s+(?=on\s+(?:[A-Z][a-z]{2,8}[.,]{0,2}\s+){0,2}\d)|"
    r"(?<!eviewed)(?<!hecked)(?<!dited)\s+(?=[Bb]y\s+[A-Z])"
    r"|\s*,\s+(?=(?:el|em|le|am)\s+\d)|\s+(?=(?:às|a las|à|um)\s+\d{1,2}[:h]\d\d)"
)
READ_TIME = re.compile(
    r"\d+\s*[-–]?\s*min(?:ute)?s?\.?(?:\s+(?:read|to read))?|(?:estimated )?(?:reading|read) time:?.{0,20}",
    re.IGNORECASE,
)
_GLUED = re.compile(r"\b([A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?)(?=\d{1,2} min\b)")
"""A day and a read time with nothing between them, as when only a page's text is copied: "Dec 136 min read"."""
COUNT = re.compile(
    r"(?:\d[\d.,]*[km]?|no)\s+(?:views?|comments?|likes?|shares?|claps?|reads|responses?)", re.IGNORECASE
)
SAYS_WHEN = re.compile(rf"(?:{openings('late')}|{openings('on')})\b", re.IGNORECASE)
REVIEW = re.compile(r"(?:medically |clinically |fact[- ])?(?:reviewed|checked|edited) by:?\s+\S.{1,60}", re.IGNORECASE)
CLOCK = re.compile(
    r"(?:(?:at|às|a las|à|um)\s+)?\d{1,2}[:h]\d\d(?::\d\d)?\s*(?:[ap]\.?m\.?)?"
    r"|(?:on\s+)?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?",
    re.IGNORECASE,
)
_JOINING = {"on", "at", "by", "in"}
"""Words that stand alone where style parts a line: "by · Kim Vale · on · May 3"."""
_CATEGORY = re.compile(r"\s+(?:in|under)\s+[A-Z](?:[^\W\d]|[&, -]){1,40}$")
_BY_NOBODY = re.compile(r"\s+by:? (?:admin(?:istrator)?|webmaster|editor|staff|guest)$", re.IGNORECASE)
"""Systems name so whoever has no name of their own."""
_NOBODY = re.compile(r"(?:unknown|admin(?:istrator)?|webmaster|editor|staff|guest|anonymous)", re.IGNORECASE)


@dataclass(slots=True)
class Facts:
    """What the lines around a post tell of it."""

    author: str = ""
    date: dt.date | None = None
    updated: dt.date | None = None


def read_fact(block: Block, facts: Facts, now: dt.datetime | None) -> str:
    """Take from a line who wrote it and when; return what it told."""
    found: list[str] = []
    for part in parts_of(block):
        by = bool(BY.match(part))
        day = read_day(part, now)
        if day is not None:
            if day.published:
                facts.date = facts.date or day.day
            else:
                facts.updated = facts.updated or day.day
            found.append("the date")
        elif READ_TIME.fullmatch(part):
            found.append("the read time")
        elif REVIEW.fullmatch(part):
            found.append("who looked over it")
        elif CLOCK.fullmatch(part):
            found.append("the date")
        elif COUNT.fullmatch(part):
            found.append("a count")
        elif found and not (by or is_meta_part(part, now) or is_said_name(part)):
            found.append("the topics")
        else:
            name = without_address(LEAD.sub("", BY.sub("", part, count=1))).strip()
            if (
                not facts.author
                and not is_nobody(name)
                and (by or is_name(name) or is_said_name(name) or BY.match(LEAD.sub("", block.text)))
            ):
                facts.author = name
            found.append("the byline")
    return " and ".join(dict.fromkeys(found))


def is_nobody(name: str) -> bool:
    """Whether a name is what systems call those who have none of their own."""
    return bool(_NOBODY.fullmatch(name.strip()))


def parts_of(line: Block) -> list[str]:
    """Return what a line tells, part by part, without the words that only say what it is."""
    text = BY.sub("", LEAD.sub("", _BY_NOBODY.sub("", _GLUED.sub(r"\1 · ", line.text))), count=1)
    dated = re.search(r"\d", text)
    parts = [
        part for part in _SEPARATOR.split(_CATEGORY.sub("", text) if dated else text) if part and part not in _JOINING
    ]
    return parts or [text]


def is_meta_part(part: str, now: dt.datetime | None) -> bool:
    """Whether a part tells who, when, how long it takes to read or how many have read it."""
    told = REVIEW.fullmatch(part) or CLOCK.fullmatch(part) or COUNT.fullmatch(part)
    return _is_dated(part, now) or bool(told) or is_name(BY.sub("", part, count=1))


def _is_dated(part: str, now: dt.datetime | None) -> bool:
    return read_day(part, now) is not None or bool(READ_TIME.fullmatch(part))


def read_day(part: str, now: dt.datetime | None) -> DateLine | None:
    """Return the day that a part names; one that is still to come is none on which a post was published."""
    found = read_date_line(re.sub(r"^on\s+|^(?:el|em|le|am)\s+(?=\d)|\s*\([^()]{2,30} ago\)$", "", part), now)
    return None if found and found.day and now and found.day > now.date() else found
