"""Times and numbers as the pages of sending say them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name

from newsletter.campaigns.schedule import distance


def moment_words(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Return a moment so that a slip shows: "Tuesday, 1 December 2026, 09:00 Eastern Time, in 3 days"."""
    local = moment.astimezone(zone)
    return f"{local:%A}, {local.day} {local:%B %Y, %H:%M} {_zone_name(zone)}, {distance(moment - now)}"


def clock_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment near at hand: "Sunday 22 November, 14:32"."""
    local = moment.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B, %H:%M}"


def _zone_name(zone: ZoneInfo) -> str:
    name = get_timezone_name(zone, width="long", zone_variant="generic", locale="en_US")
    return zone.key if name.startswith("Unknown") else name


def people(number: int) -> str:
    """Return a number of people in words."""
    return f"{number:,} {'person' if number == 1 else 'people'}"


def messages(number: int) -> str:
    """Return a number of messages in words."""
    return f"{number:,} {'message' if number == 1 else 'messages'}"


def carrier(transport: str) -> str:
    """Return who carries the mail, as staff know it."""
    return {"sendgrid": "SendGrid", "smtp": "your mail server", "outbox": "the outbox on this computer"}[transport]
