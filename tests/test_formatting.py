"""Moments as people read them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from newsletter.formatting import say_moment, say_near


@pytest.mark.parametrize(
    ("zone", "moment", "said"),
    [
        ("America/New_York", datetime(2026, 12, 1, 14, 0, tzinfo=UTC), "Tue, Dec 1, 2026, 9:00 AM ET"),
        ("America/New_York", datetime(2026, 7, 2, 3, 5, tzinfo=UTC), "Wed, Jul 1, 2026, 11:05 PM ET"),
        ("America/Los_Angeles", datetime(2026, 12, 1, 8, 0, tzinfo=UTC), "Tue, Dec 1, 2026, 12:00 AM PT"),
        ("America/Chicago", datetime(2026, 12, 1, 18, 0, tzinfo=UTC), "Tue, Dec 1, 2026, 12:00 PM CT"),
        ("Europe/Berlin", datetime(2026, 12, 1, 14, 0, tzinfo=UTC), "Tue, Dec 1, 2026, 3:00 PM CET"),
        ("UTC", datetime(2026, 12, 10, 14, 0, tzinfo=UTC), "Thu, Dec 10, 2026, 2:00 PM UTC"),
    ],
)
def test_moment(zone: str, moment: datetime, said: str) -> None:
    """On the clinic's clock, with its zone's everyday name."""
    assert say_moment(moment, ZoneInfo(zone)) == said


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (datetime(2026, 12, 1, 13, 0, tzinfo=UTC), "9:00 AM"),
        (datetime(2026, 12, 1, 4, 59, tzinfo=UTC), "Tue, Dec 1, 9:00 AM"),
        (datetime(2027, 1, 2, 13, 0, tzinfo=UTC), "Tue, Dec 1, 2026, 9:00 AM"),
    ],
)
def test_near_at_hand(now: datetime, said: str) -> None:
    """What is plain is left out: the day if it is today, the year if it is this one."""
    assert say_near(datetime(2026, 12, 1, 14, 0, tzinfo=UTC), ZoneInfo("America/New_York"), now) == said
