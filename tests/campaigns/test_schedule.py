"""Times are understood in the clinic's zone, read back, and refused where they mean nothing."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from newsletter.campaigns import CampaignState, Plan
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.freezing import start
from newsletter.campaigns.schedule import check_time, distance, due_campaigns, read_back, read_time
from newsletter.errors import CampaignError
from newsletter.storage import Store
from tests.campaigns.samples import MESSAGE, add_people

BOSTON = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-12-01 09:00", datetime(2026, 12, 1, 14, 0, tzinfo=UTC)),
        ("2026-12-01T9:00", datetime(2026, 12, 1, 14, 0, tzinfo=UTC)),
        (" 2027-07-01 09:00 ", datetime(2027, 7, 1, 13, 0, tzinfo=UTC)),
    ],
)
def test_time_is_the_clinics_own(typed: str, moment: datetime) -> None:
    """What is typed is meant in the clinic's zone, in summer as in winter."""
    assert read_time(typed, BOSTON, NOW) == moment


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("tomorrow", "is not a time"),
        ("2026-02-30 09:00", "is not a time"),
        ("2026-12-01 25:00", "is not a time"),
        ("01.12.2026 09:00", "is not a time"),
        ("2026-11-22 14:00", "is in the past"),
        ("2027-03-14 02:30", "does not exist"),
        ("2027-11-07 01:30", "exists twice"),
        ("9999-12-31 23:59", "is not a time"),
        ("9999-12-31 09:00", "too far ahead"),
        ("2206-12-01 09:00", "too far ahead"),
        ("0001-01-01 00:00", "is in the past"),
    ],
)
def test_time_that_means_nothing(typed: str, said: str) -> None:
    """No time, a past one, and the two odd hours of the year are refused in words."""
    with pytest.raises(CampaignError, match=said):
        read_time(typed, BOSTON, NOW)


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo", "Pacific/Kiritimati", "Etc/GMT+12", "UTC"])
@pytest.mark.parametrize("typed", ["0001-01-01 00:00", "0001-01-01 23:59", "9999-12-31 00:00", "9999-12-31 23:59"])
def test_ends_of_the_calendar(typed: str, zone: str) -> None:
    """They are a day later or earlier elsewhere, where there is none."""
    with pytest.raises(CampaignError):
        read_time(typed, ZoneInfo(zone), NOW)


def test_time_is_read_back_whole() -> None:
    """Weekday, date, zone and distance show a slip of the keyboard."""
    moment = read_time("2026-12-01 09:00", BOSTON, NOW)
    assert read_back(moment, BOSTON, NOW) == "Tue, Dec 1, 2026, 9:00 AM ET (in 8 days)"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(minutes=90), "in 90 minutes"),
        (timedelta(hours=3), "in 3 hours"),
        (timedelta(days=-2), "2 days ago"),
        (timedelta(hours=47), "in 47 hours"),
    ],
)
def test_distance_in_words(span: timedelta, words: str) -> None:
    """A distance is told in its largest fitting unit."""
    assert distance(span) == words


def test_held_send_wants_notice() -> None:
    """SendGrid cannot hold what is to go out in a few minutes."""
    check_time(NOW + timedelta(minutes=20), NOW, held=True)
    check_time(NOW + timedelta(minutes=2), NOW, held=False)
    with pytest.raises(CampaignError, match="15 minutes ahead"):
        check_time(NOW + timedelta(minutes=2), NOW, held=True)


def _schedule(store: Store, slug: str, plan: Plan, due_at: datetime) -> CampaignState:
    return start(store, MESSAGE, slug=slug, plan=plan, due_at=due_at, clock=Clock(now=lambda: NOW)).state


def test_who_waits_where(store: Store) -> None:
    """SendGrid keeps what goes out within 72 hours; everything else waits in the store."""
    add_people(store, 1)
    held, files = Plan(transport="sendgrid", hold_seconds=1200), Plan(transport="outbox")
    assert _schedule(store, "soon", held, NOW + timedelta(hours=71)) is CampaignState.SENDING
    assert _schedule(store, "later", held, NOW + timedelta(hours=73)) is CampaignState.SCHEDULED
    assert _schedule(store, "files", files, NOW + timedelta(hours=1)) is CampaignState.SCHEDULED


def test_due_at_their_time_and_late_after_an_hour(store: Store) -> None:
    """Nothing goes out early; what is much too late wants a person."""
    add_people(store, 1)
    due_at = NOW + timedelta(days=5)
    _schedule(store, "held", Plan(transport="sendgrid", hold_seconds=1200), due_at)
    _schedule(store, "files", Plan(transport="outbox"), due_at)

    def due(moment: datetime) -> dict[str, bool]:
        return {found.campaign.slug: found.late for found in due_campaigns(store, moment)}

    assert due(due_at - timedelta(hours=2)) == {}
    assert due(due_at - timedelta(minutes=30)) == {"held": False}
    assert due(due_at + timedelta(minutes=30)) == {"held": False, "files": False}
    assert due(due_at + timedelta(minutes=61)) == {"held": True, "files": True}
