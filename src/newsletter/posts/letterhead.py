"""The lines "Subject: …", "Author: …" at the top of a text: of a mail that was pasted, or of a page of notes."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from newsletter.posts.dates import read_date_line
from newsletter.posts.lines import Line

_TITLE = r"title|subject|headline|betreff|asunto|objet|título"
_AUTHOR = r"authors?|by|written by|writer|byline|from|von|autora?|de"
_DATE = (
    r"date|sent|published|publish(?:ed)? (?:date|on)|publication date|posted(?: on)?|date published"
    r"|gesendet|datum|enviado|fecha"
)
_OTHER = (
    r"to|cc|bcc|reply-to|an|para|status|state|stage|tags?|categor(?:y|ies)|topics?|keywords|labels?|importance|"
    r"priority|attachments?"
    r"|slug|url|permalink|link|last (?:edited|updated|modified)(?: time| by| on)?|created(?: by| time| on)?|"
    r"updated(?: on)?"
    r"|modified|type|content type|owner|assignee|assigned to|editor|read(?:ing)? time|word count|department|"
    r"section|series"
    r"|(?:medically )?reviewed by|reviewer|due(?: date)?|channel|audience|language|version|draft|layout|featured image"
)
_LINE = re.compile(
    rf"(?:(?P<title>{_TITLE})|(?P<author>{_AUTHOR})|(?P<date>{_DATE})|(?P<other>{_OTHER}))\s*:\s*(?P<value>.*)",
    re.IGNORECASE,
)
_PASSED_ON = re.compile(r"^(?:(?:re|fwd?|aw|wg|rv|tr)\s*:\s*)+", re.IGNORECASE)
_ADDRESS = re.compile(r"\s*[<(\[]?\s?(?:mailto:)?[^\s<>()@]{1,64}@[^\s<>()]{1,100}[>)\]]?\s*")
_FORWARDED = re.compile(
    r"(?:>\s*)*(?:[-_]{2,}\s*)?(?:begin forwarded message|forwarded message|original message|weitergeleitete nachricht|"
    r"mensaje reenviado|message transféré)\s*:?(?:\s*[-_]{2,})?",
    re.IGNORECASE,
)
_MOST_ABOVE = 60
"""Words that somebody writes who only passes a mail on."""
_FEWEST = 2
_FEWEST_CARDS, _LONGEST_VALUE = 3, 6


@dataclass(slots=True)
class Letterhead:
    """What the lines tell; `furniture` has their numbers with the reason."""

    title: str = ""
    author: str = ""
    date: dt.date | None = None
    updated: dt.date | None = None
    furniture: dict[int, str] = field(default_factory=dict)


def read_letterhead(lines: Sequence[Line], now: dt.datetime | None) -> Letterhead:
    """Read the lines at the top, or below the title, that each begin with a known word and a colon.

    Two or more must stand together; one alone is left to those who look for bylines and dates.
    Those of a mail that was passed on stand below a line that says so, and below a few words
    of who passed it on.
    """
    if (passed_on := _passed_on(lines)) is not None:
        above, matches = passed_on
        head = _read(matches, now)
        head.furniture |= {line.number: "stands above a mail that was passed on" for line in above}
        return head
    if cards := _read_cards(lines, now):
        return cards
    for start in (0, 1):
        matches = _together(lines[start:])
        if len(matches) >= _FEWEST and not (start and is_entry(lines[0].text)):
            return _read(matches, now)
    return Letterhead()


def _passed_on(lines: Sequence[Line]) -> tuple[Sequence[Line], list[tuple[Line, re.Match[str]]]] | None:
    """Return what stands above the letterhead of a mail that was passed on, and the last such letterhead."""
    found = None
    words = 0
    for place, line in enumerate(lines):
        if _FORWARDED.fullmatch(line.text) and len(matches := _together(lines[place + 1 :])) >= _FEWEST:
            found = lines[: place + 1], matches
        elif found is None:
            words += line.words
        if words > _MOST_ABOVE:
            break
    return found


def _together(lines: Sequence[Line]) -> list[tuple[Line, re.Match[str]]]:
    matches = []
    for place, line in enumerate(lines):
        match = _LINE.fullmatch(line.text)
        if match is None or (place and line.gap > 1) or (line.is_prose and not match["title"]):
            break
        matches.append((line, match))
    return matches


def _read_cards(lines: Sequence[Line], now: dt.datetime | None) -> Letterhead | None:
    """Read the words and what they say where each stands on a line of its own, as copied from a table of notes."""
    head = Letterhead()
    key = ""
    keys = 0
    for line in lines[1:]:
        if match := _LINE.fullmatch(f"{line.text}:"):
            key, keys = next(name for name in ("title", "author", "date", "other") if match[name] is not None), keys + 1
        elif not key or line.is_prose or line.gap or line.words > _LONGEST_VALUE:
            break
        elif key == "author":
            head.author = head.author or line.text
        elif key == "date" and head.date is None:
            day = read_date_line(line.text, now)
            head.date = day.day if day else None
        head.furniture[line.number] = "says who, when or about what, above the text"
    return head if keys >= _FEWEST_CARDS and (head.author or head.date) else None


def is_entry(text: str) -> bool:
    """Whether a line begins with one of the known words and a colon."""
    return _LINE.fullmatch(text) is not None


def _read(matches: Sequence[tuple[Line, re.Match[str]]], now: dt.datetime | None) -> Letterhead:
    head = Letterhead()
    for line, match in matches:
        value = match["value"].strip().strip("*_").strip()
        head.furniture[line.number] = "says who, when or about what, above the text"
        if match["title"]:
            head.title = head.title or _PASSED_ON.sub("", value)
        elif match["author"]:
            head.author = head.author or _ADDRESS.sub("", value).strip(" \"'")
        elif match["date"]:
            day = read_date_line(value, now)
            head.date = head.date or (day.day if day else None)
        elif (changed := read_date_line(line.text, now)) is not None:
            head.updated = head.updated or changed.day
    return head
