"""Moments, days, numbers and web addresses as people read them; files, JSON and CSV have ISO 8601 instead."""

import re
from datetime import date, datetime, tzinfo


def say_moment(moment: datetime, zone: tzinfo) -> str:
    """Return a moment on the clinic's clock: "Tue, Dec 1, 2026, 9:00 AM ET"."""
    local = moment.astimezone(zone)
    return f"{local:%a}, {say_day(local)}, {say_time(local)} {_zone(local)}"


def say_near(moment: datetime, zone: tzinfo, now: datetime) -> str:
    """Return a moment near at hand: "9:00 AM", with the day where that is not today: "Tue, Dec 1, 9:00 AM"."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return say_time(local)
    day = short_day(local) if local.year == today.year else say_day(local)
    return f"{local:%a}, {day}, {say_time(local)}"


def say_day(day: date) -> str:
    """Return a day: "Dec 1, 2026"."""
    return f"{short_day(day)}, {day.year}"


def short_day(day: date) -> str:
    """Return a day of a year that is known: "Dec 1"."""
    return f"{day:%b} {day.day}"


def say_time(local: datetime) -> str:
    """Return the time of day: "9:00 AM"."""
    return f"{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"


def counted(number: int, one: str, several: str) -> str:
    """Return a number with its noun: "1 message", "37,016 messages"."""
    return f"{number:,} {one if number == 1 else several}"


def bare_address(address: str) -> str:
    """Return a web address as people say it: "www.example.org"."""
    return re.sub(r"^https?://", "", address).rstrip("/")


def _zone(local: datetime) -> str:
    """Return the zone's name: that of the USA's zones as people say it all year, such as ET; of others, such as CET."""
    return re.sub(r"^([ECMP])[SD]T$", r"\1T", f"{local:%Z}")
