"""Lines that tell who wrote a post and when: what their parts are, and which lines are nothing else."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.posts.block import Block
from newsletter.posts.dates import DateLine, read_date_line
from newsletter.posts.names import LEAD, is_name, is_said_name, says_something, without_address
from newsletter.posts.words import openings

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
_DURATION = re.compile(r"\d+\s*[-–]?\s*min(?:ute)?s", re.IGNORECASE)
"""A read time only beside what else tells of a post: an exercise may take five minutes, too."""
COUNT = re.compile(
    r"(?:\d[\d.,]*[km]?|no)\s+(?:views?|comments?|likes?|shares?|claps?|reads|responses?)", re.IGNORECASE
)
_EVENT = re.compile(
    r"(?:when|dates?|days?|time|where|starts?|begins?|ends?|deadline|next (?:date|meeting|group)|save the date|"
    r"(?:dates?|days?) (?:and|&) times?|.*:)\W*",
    re.IGNORECASE,
)
"""A date below such a line is that of an event."""
SAYS_WHEN = re.compile(rf"(?:{openings('late')}|{openings('on')})\b", re.IGNORECASE)
REVIEW = re.compile(r"(?:medically |clinically |fact[- ])?(?:reviewed|checked|edited) by:?\s+\S.{1,60}", re.IGNORECASE)
CLOCK = re.compile(
    r"(?:(?:at|às|a las|à|um)\s+)?\d{1,2}[:h]\d\d(?::\d\d)?\s*(?:[ap]\.?m\.?)?"
    r"|(?:on\s+)?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?",
    re.IGNORECASE,
)
_JOINS = {"on", "at", "by", "in"}
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


def read_facts_around(blocks: Sequence[Block], now: dt.datetime | None) -> Facts:
    """Return what the lines of a page between its title and its text tell."""
    facts = Facts()
    certain = certain_lines([Block(-1, "Title"), *blocks], now)  # none of these lines is the title
    for place, block in enumerate(blocks):
        near = {each.number for each in (*blocks[max(place - 1, 0) : place], *blocks[place + 1 : place + 2])}
        named = is_name(block.text) and not says_something(block.text) and bool(near & certain)
        if block.number in certain or named:
            read_fact(block, facts, now)
    return facts


def certain_lines(start: Sequence[Block], now: dt.datetime | None) -> set[int]:
    """Return the lines that tell for certain who wrote it and when."""
    certain = {line.number for line in start if _is_certain_meta(line, now)}
    certain |= {line.number for line in start[1:] if _is_date_with_topics(line, now)}
    for place, line in enumerate(start):
        near = [*start[max(place - 1, 0) : place], *start[place + 1 : place + 2]]
        alone = not any(each.number in certain or is_name(each.text) for each in near)
        announced = place > 0 and _EVENT.fullmatch(start[place - 1].text) and not SAYS_WHEN.match(start[place - 1].text)
        meant = place == 0 and BY.match(line.text) and says_something(BY.sub("", line.text, count=1))
        if announced or meant or (alone and _DURATION.fullmatch(line.text)):
            certain.discard(line.number)
    return certain


def _is_certain_meta(line: Block, now: dt.datetime | None) -> bool:
    """Whether every part of the line is a name, a date, a read time, and one is more than a name."""
    if line.is_prose:
        return False
    parts = parts_of(line)
    said_so = bool(BY.match(LEAD.sub("", line.text))) and line.words <= 14
    if not all(is_meta_part(part, now) or (said_so and is_said_name(part)) for part in parts):
        return False
    if any(_is_dated(part, now) for part in parts):
        return True
    return said_so and any(is_said_name(part) for part in parts)


def _is_date_with_topics(line: Block, now: dt.datetime | None) -> bool:
    """Whether a line is a day and the topics beside it: "November 16, 2026 | Family, Holidays"."""
    parts = [part for part in re.split(r"\s*[|·•/–—]\s*", LEAD.sub("", line.text)) if part]
    dated = [part for part in parts if is_meta_part(part, now) and not is_name(part)]
    rest = [part for part in parts if part not in dated]
    return bool(dated) and len(parts) > 1 and all(len(part.split()) <= 6 and part[0].isupper() for part in rest)


def parts_of(line: Block) -> list[str]:
    """Return what a line tells, part by part, without the words that only say what it is."""
    text = BY.sub("", LEAD.sub("", _BY_NOBODY.sub("", _GLUED.sub(r"\1 · ", line.text))), count=1)
    dated = re.search(r"\d", text)
    parts = [
        part for part in _SEPARATOR.split(_CATEGORY.sub("", text) if dated else text) if part and part not in _JOINS
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
