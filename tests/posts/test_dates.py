"""Date lines of blogs are understood, and other lines are left alone."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from newsletter.posts.dates import DateLine, read_date_line

NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("November 3, 2026", "2026-11-03"),
        ("Nov 3, 2026", "2026-11-03"),
        ("Tuesday, November 3rd, 2026 at 9:30 AM EST", "2026-11-03"),
        ("3 November 2026", "2026-11-03"),
        ("3rd of Nov. 2026", "2026-11-03"),
        ("2026-11-03", "2026-11-03"),
        ("2026-11-03T09:30:00Z", "2026-11-03"),
        ("11/03/2026", "2026-11-03"),
        ("03.11.2026", "2026-11-03"),
        ("Published on Nov 3, 2026", "2026-11-03"),
        ("Posted: 3 Nov 2026", "2026-11-03"),
        ("Nov 3", "2026-11-03"),
        ("Dec 24", "2025-12-24"),
        ("Feb 29", "2024-02-29"),
        ("11 hours ago", "2026-11-19"),
        ("9 hours ago", "2026-11-20"),
        ("5 min ago", "2026-11-20"),
        ("an hour ago", "2026-11-20"),
        ("3 days ago", "2026-11-17"),
        ("2d ago", "2026-11-18"),
        ("yesterday", "2026-11-19"),
        ("Just now", "2026-11-20"),
    ],
)
def test_day_is_known(text: str, day: str) -> None:
    """Absolute days stand as printed; relative ones are counted from when the page was saved."""
    assert read_date_line(text, NOW) == DateLine(dt.date.fromisoformat(day))


@pytest.mark.parametrize("text", ["2 weeks ago", "3 months ago", "a year ago", "a few days ago", "November 2026"])
def test_day_is_not_known(text: str) -> None:
    """A line that is a date but names no day says so."""
    assert read_date_line(text, NOW) == DateLine(None)


@pytest.mark.parametrize("text", ["11 hours ago", "Nov 3", "yesterday"])
def test_without_a_clock(text: str) -> None:
    """Nothing is counted from a time that is not known."""
    assert read_date_line(text, None) == DateLine(None)


def test_updated_is_not_published() -> None:
    """The day of a change is not the day of the post."""
    assert read_date_line("Updated: Nov 3, 2026", NOW) == DateLine(dt.date(2026, 11, 3), published=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "May",
        "March On",
        "10 Ways to Rest",
        "In 2026",
        "Monday",
        "24/7",
        "12 days of rest",
        "Nov 3 was cold.",
    ],
)
def test_no_date_line(text: str) -> None:
    """A line that merely has a month or a number in it is none."""
    assert read_date_line(text, NOW) is None


@pytest.mark.parametrize("text", ["99/99/2026", "2026-13-45", "Feb 30, 2026"])
def test_day_that_does_not_exist(text: str) -> None:
    """It looks like a date, but names no day."""
    assert read_date_line(text, NOW) == DateLine(None)
