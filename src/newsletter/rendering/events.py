"""Events: a date as people read it, and as calendars take it (RFC 5545)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time

from newsletter.message import Attachment

_WHEN = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ,]+(\d{1,2}:\d{2})(?:\s*(?:-|–|to)\s*(?:(\d{4}-\d{2}-\d{2})[T ,]+)?(\d{1,2}:\d{2}))?"
)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """What a calendar needs to know."""

    title: str
    place: str
    starts: datetime
    ends: datetime


class Calendar:
    """Makes the calendar files of one issue and collects them.

    Args:
        slug: the issue's name, which makes the entries' ids stable: a second copy of a
            mail replaces an entry and does not add one.
        domain: the sender's, for the same purpose.
    """

    def __init__(self, slug: str, domain: str) -> None:
        self._slug = slug
        self._domain = domain
        self._files: dict[str, Attachment] = {}

    @property
    def files(self) -> tuple[Attachment, ...]:
        """The calendar files made so far, for the mail to carry."""
        return tuple(self._files.values())

    def add(self, appointment: Appointment) -> str:
        """Make a calendar file for `appointment` and return its name."""
        from icalendar import Calendar as ICalendar  # noqa: PLC0415 - slow to import, and few issues have an event
        from icalendar import Event as IEvent  # noqa: PLC0415

        number = len(self._files) + 1
        stem = re.sub(r"[^a-z0-9]+", "-", appointment.title.lower()).strip("-")[:40] or f"event-{number}"
        name = f"{stem}.ics" if f"{stem}.ics" not in self._files else f"{stem}-{number}.ics"
        entry = IEvent()
        entry.add("uid", f"{self._slug}-{number}@{self._domain}")
        entry.add("dtstamp", appointment.starts.astimezone(ZoneInfo("UTC")))  # not now: the same issue, the same file
        entry.add("dtstart", appointment.starts.astimezone(ZoneInfo("UTC")))
        entry.add("dtend", appointment.ends.astimezone(ZoneInfo("UTC")))
        entry.add("summary", appointment.title)
        entry.add("location", appointment.place)
        calendar = ICalendar()
        calendar.add("prodid", "-//newsletter//EN")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        calendar.add_component(entry)
        self._files[name] = Attachment(name, "text/calendar", calendar.to_ical())
        return name


def read_span(text: str, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """Return begin and end of ``2026-12-12 10:00 - 11:30``, or nothing if that is not what `text` says.

    Without an end, an hour is taken.
    """
    match = _WHEN.fullmatch(text.strip())
    if match is None:
        return None
    day, begin, last_day, end = match.groups()
    try:
        starts = _moment(day, begin, zone)
        ends = _moment(last_day or day, end, zone) if end else starts + _HOUR
        (
            starts.astimezone(ZoneInfo("UTC")),
            ends.astimezone(ZoneInfo("UTC")),
        )  # where the calendar ends, none of it works
    except (ValueError, OverflowError):
        return None
    return (starts, ends) if ends > starts else None


def _moment(day: str, time: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(f"{day}T{time.zfill(5)}:00").replace(tzinfo=zone)


def say_span(starts: datetime, ends: datetime, language: str) -> str:
    """Return a span in words, in the reader's language and the clinic's zone."""
    locale = locale_of(language)
    first = f"{say_day(starts, language)}, {format_time(starts, 'short', locale=locale)}"
    same_day = ends.date() == starts.date()
    last = format_time(ends, "short", locale=locale)
    said = f"{first} – {last if same_day else f'{say_day(ends, language)}, {last}'} {starts:%Z}"
    return said.replace("\u202f", "\u00a0")  # old fonts show a box for the narrow space before AM and PM


def say_day(day: date, language: str, *, weekday: bool = True) -> str:
    """Return a day in words, as readers of `language` write it."""
    return format_date(day, "full" if weekday else "long", locale_of(language))


def say_month(day: date, language: str) -> str:
    """Return a month in words, with its year."""
    return format_skeleton("yMMMM", day, locale=locale_of(language))


def locale_of(language: str) -> Locale:
    """Return how dates are written in `language`; English where that is not known."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "US")


def calendar_link(appointment: Appointment) -> str:
    """Return an address that offers the appointment to those who keep their calendar at Google."""
    span = "/".join(
        moment.astimezone(ZoneInfo("UTC")).strftime("%Y%m%dT%H%M%SZ")
        for moment in (appointment.starts, appointment.ends)
    )
    query = {"action": "TEMPLATE", "text": appointment.title, "dates": span, "location": appointment.place}
    return f"https://calendar.google.com/calendar/render?{urlencode(query)}"
