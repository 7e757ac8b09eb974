"""Times: what a person typed, how it is read back to them, and which campaigns are due."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select, text

from newsletter.campaigns.holds import LEAST_HOLD
from newsletter.campaigns.model import Campaign, Plan
from newsletter.campaigns.records import read_campaign
from newsletter.campaigns.states import CampaignState
from newsletter.errors import CampaignError
from newsletter.formatting import say_moment
from newsletter.storage import Store
from newsletter.storage.ledger import QUEUED, campaigns, deliveries

TOO_LATE = timedelta(hours=1)
"""A scheduled campaign that is later than this asks a person before it goes out."""

_LAST_YEAR = 2199
_EARLY = timedelta(hours=1)  # so long before its time a held campaign is handed over

_TYPED = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d?):(\d\d)")


def read_time(typed: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the moment to come that a person means by ``2026-12-01 09:00`` in their own zone.

    Raises:
        CampaignError: it is no such time, or lies in the past.
    """
    moment = parse_time(typed, zone)
    if moment <= now:
        hint = "Choose a time in the future, or send it now."
        raise CampaignError(f"{read_back(moment, zone, now)} is in the past", hint=hint, command="without --at")
    if moment.year > _LAST_YEAR:
        raise CampaignError(f"{typed} is too far ahead", hint="Check the year.")
    return moment


def parse_time(typed: str, zone: ZoneInfo) -> datetime:
    """Return the moment that a person means, past or to come.

    Raises:
        CampaignError: it is no such time, or does not exist or exists twice on that day
            because the clocks change.
    """
    match = _TYPED.fullmatch(typed.strip())
    try:
        local = datetime(*map(int, match.groups()), tzinfo=zone) if match else None  # type: ignore[arg-type, misc]
        back = local.astimezone(UTC).astimezone(zone) if local else None
    except (ValueError, OverflowError):  # the calendar's last day is over somewhere else
        local = back = None
    if local is None or back is None:
        hint, command = "Write date and time like this.", '--at "2026-12-01 09:00"'
        raise CampaignError(f'"{typed}" is not a time', hint=hint, command=command)
    if back.replace(tzinfo=None) != local.replace(tzinfo=None):
        raise CampaignError(
            f"{typed} does not exist in {zone.key}: the clocks go forward then", hint="Choose another hour."
        )
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise CampaignError(f"{typed} exists twice in {zone.key}: the clocks go back then", hint="Choose another hour.")
    return local.astimezone(UTC)


def read_back(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Return a moment so that a slip of the keyboard shows: weekday, date, zone and distance."""
    return f"{say_moment(moment, zone)} ({distance(moment - now)})"


def distance(span: timedelta) -> str:
    """Return how far away a moment is, in its largest unit: "in 3 days", "2 hours ago"."""
    minutes = round(abs(span.total_seconds()) / 60)
    size, unit = next((size, unit) for size, unit in _UNITS if minutes >= 2 * size or size == 1)
    number = minutes // size
    words = f"{number} {unit}" + ("" if number == 1 else "s")
    return f"in {words}" if span.total_seconds() >= 0 else f"{words} ago"


_UNITS = ((24 * 60, "day"), (60, "hour"), (1, "minute"))


def check_time(due_at: datetime | None, now: datetime, *, held: bool) -> None:
    """Let a time pass that the provider can keep.

    Raises:
        CampaignError: a held send wants to be made longer before its time.
    """
    if held and due_at is not None and due_at - now < LEAST_HOLD:
        minutes = int(LEAST_HOLD.total_seconds() // 60)
        hint = "Choose a later time, or send it immediately, without time to undo."
        raise CampaignError(f"SendGrid needs a scheduled send {minutes} minutes ahead", hint=hint, command="--now")


@dataclass(frozen=True, slots=True)
class Due:
    """A scheduled campaign whose time has come."""

    campaign: Campaign
    late: bool  # so much so that a person has to decide


def due_campaigns(store: Store, now: datetime) -> list[Due]:
    """Return the scheduled campaigns that are to be sent or handed over now."""
    found = _campaigns(store, campaigns.c.state == CampaignState.SCHEDULED)
    return [
        Due(campaign, late=is_late(store, campaign, now))
        for campaign in found
        if campaign.due_at and now >= _wanted_at(campaign.due_at, campaign.plan)
    ]


def is_late(store: Store, campaign: Campaign, now: datetime) -> bool:
    """Return whether a time was chosen for a campaign, and much of it would go out too long after that."""
    undo = campaign.plan.hold_time  # without a chosen time, this is all that a held one waits for
    if campaign.due_at is None or campaign.due_at <= campaign.created_at + undo or now - campaign.due_at <= TOO_LATE:
        return False
    waiting = select(deliveries.c.id).where(deliveries.c.campaign_id == campaign.id, text(f"deliveries.{QUEUED}"))
    with store.read() as connection:
        return connection.execute(waiting.limit(1)).first() is not None


def unfinished_cancellings(store: Store) -> list[Campaign]:
    """Return the campaigns whose cancelling was interrupted, or is under way."""
    return _campaigns(store, campaigns.c.state == CampaignState.CANCELLING)


def next_due(store: Store, now: datetime) -> datetime | None:
    """Return the soonest moment to come at which a scheduled campaign is to be sent or handed over."""
    found = _campaigns(store, campaigns.c.state == CampaignState.SCHEDULED, campaigns.c.due_at.is_not(None))
    moments = [_wanted_at(campaign.due_at, campaign.plan) for campaign in found if campaign.due_at]
    return min((moment for moment in moments if moment > now), default=None)


def _campaigns(store: Store, *rules: ColumnElement[bool]) -> list[Campaign]:
    query = select(campaigns).where(*rules).order_by(campaigns.c.due_at, campaigns.c.id)
    with store.read() as connection:
        rows = connection.execute(query).all()  # a damaged row, met half-way through, would leave the database locked
    return [read_campaign(row) for row in rows]


def _wanted_at(due_at: datetime, plan: Plan) -> datetime:
    return due_at - (_EARLY if plan.held else timedelta(0))
