"""Checks of dates: weekdays that do not match, invitations to what is over."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from newsletter.checks.draft import Draft
from newsletter.checks.rule import Fault

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+(?:the\s+)?)?"
_DATE = re.compile(
    rf"\b{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>\d{{4}})\b)?", re.IGNORECASE
)
_INVITES = re.compile(
    r"\b(?:join us|rsvp|register|sign up|save the date|deadline|starts?|begins?|opens?|see you|come (?:to|and|by)"
    r"|will (?:be|host|meet|offer|close|open|hold)|we are (?:closed|open|hosting)|until|no later than|workshop|webinar"
    r"|open house|next (?:session|meeting|group|class))\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A date as it stands in a sentence; without a year it is meant near today."""

    text: str
    sentence: str
    day: date
    weekday: int | None
    year_given: bool
    where: str


def weekday_wrong(draft: Draft) -> Iterator[Fault]:
    """A weekday and its date do not match.

    Guideline: house rule; both halves of a date are read, by different people.
    """
    for found in _dates(draft):
        if found.weekday is not None and found.weekday != found.day.weekday():
            right = _WEEKDAYS[found.day.weekday()]
            yield Fault(
                found.where,
                f"“{found.text}” is a {right}: some readers would come on the wrong day.",
                "Check the calendar, and fix the weekday or the date.",
            )


def date_past(draft: Draft) -> Iterator[Fault]:
    """Readers are invited to something that is over.

    Guideline: house rule; an invitation must be one that can be taken up.
    """
    for found in _dates(draft):
        if found.day < draft.today and _INVITES.search(found.sentence):
            yield Fault(
                found.where,
                f"{found.text} is in the past.",
                "Give the next date, or say that it is over.",
            )


def _dates(draft: Draft) -> Iterator[_Spoken]:
    for piece in draft.pieces:
        for sentence in _SENTENCE_END.split(piece.text):
            for match in _DATE.finditer(sentence):
                day = _day(match, draft.today)
                if day:
                    yield _Spoken(match[0].strip(), sentence, day, _weekday(match), bool(match["year"]), piece.where)


def _day(match: re.Match[str], today: date) -> date | None:
    month, day = _MONTHS.index(match["month"][:3].lower()) + 1, int(match["day"])
    years = [int(match["year"])] if match["year"] else [today.year - 1, today.year, today.year + 1]
    days = [found for year in years if (found := _valid(year, month, day))]
    return min(days, key=lambda found: abs(found - today), default=None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(match: re.Match[str]) -> int | None:
    if not match["weekday"]:
        return None
    short = match["weekday"][:3].lower()
    return next(number for number, name in enumerate(_WEEKDAYS) if name[:3].lower() == short)
