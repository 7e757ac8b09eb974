"""What became of a campaign: one reading of the ledger and of the events, in plain figures."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, literal, select, text

from newsletter.campaigns.closing import tally
from newsletter.campaigns.plan import Campaign
from newsletter.campaigns.states import DeliveryState
from newsletter.campaigns.stopping import LEAST_COMPLAINTS, MOST_COMPLAINTS, WARNING, verdict
from newsletter.storage.ledger import deliveries, events
from newsletter.storage.moment import write_moment
from newsletter.storage.people import consents
from newsletter.subscribers.vocabulary import What
from newsletter.transports.events import Kind

_SILENCE = timedelta(hours=24)
_TIMED = (Kind.DELIVERED, Kind.BOUNCED, Kind.COMPLAINED)

Hours = tuple[tuple[str, Mapping[str, int]], ...]
"""By hour (UTC, as in ``2026-12-01T09``): how many were delivered, bounced, complained, left."""

OPENS = (
    "Opens cannot be trusted: Apple's mail program opens every message by itself, and others open none. "
    "Many clicks are made by programs that check links."
)
"""What has to stand beside the figures of opens and clicks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The figures of one campaign, in people.

    Attributes:
        states: how many deliveries are in which state.
        skipped: who was left out when their turn came, by reason.
        delivered: the inbox took it.
        deferred: the inbox asked to wait, and nothing better is known yet.
        blocked: refused for now; says nothing of the address.
        bounced: there is no such inbox, by SendGrid's class of the reason.
        dropped: SendGrid never tried, by the list that the address is on.
        complained: called it spam.
        left: unsubscribed since.
        silent: accepted more than a day ago, and nothing was heard since.
        opened: at least once, as far as that can be told; nothing if it is not recorded.
        clicked: the same for links.
        hours: the same over time, and who unsubscribed when.
        verdict: why a stop rule speaks against it, even if all of it is handed over.
        held_until: when the carrier lets the last of it go (UTC), if that is to come.
    """

    slug: str
    state: str
    reason: str
    transport: str
    message: str
    started_at: str
    states: Mapping[str, int]
    skipped: Mapping[str, int]
    delivered: int
    deferred: int
    blocked: int
    bounced: Mapping[str, int]
    dropped: Mapping[str, int]
    complained: int
    left: int
    silent: int
    opened: int | None
    clicked: int | None
    hours: Hours
    verdict: str = ""
    held_until: str = ""

    def as_document(self) -> dict[str, Any]:
        """Return the report as JSON takes it."""
        return asdict(self) | {"warnings": list(self.warnings()), "note": self.note}

    @property
    def note(self) -> str:
        """What opens and clicks cannot tell, if they are in the report at all."""
        return "" if self.opened is None and self.clicked is None else OPENS

    def warnings(self) -> Iterator[str]:
        """Say what a person should look into."""
        accepted = self.states.get("accepted", 0)
        if self.states.get("unknown"):
            yield f"{self.states['unknown']} messages may or may not have been sent; somebody has to ask, and say so."
        if self.silent:
            yield f"{self.silent} messages were accepted more than a day ago, and nothing was heard of them since."
        if self.verdict:
            yield f"{self.verdict}. Find out why before the next issue: did these people ask for it?"
            if self.held_until:
                yield f"SendGrid holds some of it until {self.held_until}; newsletter cancel {self.slug} stops that."
        elif self.complained and self.complained >= WARNING * accepted:
            limit = f"{MOST_COMPLAINTS:.1%} (and at least {LEAST_COMPLAINTS})"
            readers = "1 reader" if self.complained == 1 else f"{self.complained} readers"
            yield f"{readers} called it spam; at {limit} a campaign stops."


def report(connection: Connection, campaign: Campaign, now: datetime, *, opens: bool, clicks: bool) -> Report:
    """Read the figures of a campaign; opens and clicks only if the clinic records them."""
    found = tally(connection, campaign)
    people = _people_by_kind(connection, campaign)
    return Report(
        slug=campaign.slug,
        state=campaign.state.value,
        reason=campaign.reason,
        transport=campaign.plan.transport,
        message=campaign.digest,
        started_at=campaign.created_at.isoformat(),
        states={state.value: found[state] for state in DeliveryState},
        skipped=dict(found.skipped),
        delivered=people.get(Kind.DELIVERED, 0),
        deferred=_count(connection, campaign, deliveries.c.fate == Kind.DEFERRED),
        blocked=_count(connection, campaign, deliveries.c.fate == Kind.BLOCKED),
        bounced=_by_detail(connection, campaign, Kind.BOUNCED),
        dropped=_by_detail(connection, campaign, Kind.DROPPED),
        complained=people.get(Kind.COMPLAINED, 0),
        left=_left(connection, campaign),
        silent=_silent(connection, campaign, now),
        opened=people.get(Kind.OPENED, 0) if opens else None,
        clicked=people.get(Kind.CLICKED, 0) if clicks else None,
        hours=tuple(_hours(connection, campaign).items()),
        verdict=verdict(connection, campaign.id),
        held_until=write_moment(found.held_until) if found.held_until and found.held_until > now else "",
    )


def rows(connection: Connection, campaign: Campaign) -> Iterator[tuple[str, str, str, str]]:
    """Give each delivery's address, state, what was heard of it, and the reason."""
    columns = (deliveries.c.email, deliveries.c.state, deliveries.c.fate, deliveries.c.reason)
    query = select(*columns).where(deliveries.c.campaign_id == campaign.id).order_by(deliveries.c.id)
    for row in connection.execute(query):
        yield row.email, row.state, row.fate, row.reason


def _people_by_kind(connection: Connection, campaign: Campaign) -> dict[str, int]:
    query = (
        select(events.c.kind, func.count(events.c.delivery_id.distinct()).label("people"))
        .join(deliveries, deliveries.c.id == events.c.delivery_id)
        .where(deliveries.c.campaign_id == campaign.id)
        .group_by(events.c.kind)
    )
    return {row.kind: row.people for row in connection.execute(query)}


def _count(connection: Connection, campaign: Campaign, rule: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(deliveries).where(deliveries.c.campaign_id == campaign.id, rule)
    return connection.scalar(query) or 0


def _by_detail(connection: Connection, campaign: Campaign, kind: Kind) -> dict[str, int]:
    query = (
        select(events.c.detail, func.count(events.c.delivery_id.distinct()))
        .join(deliveries, deliveries.c.id == events.c.delivery_id)
        .where(deliveries.c.campaign_id == campaign.id, events.c.kind == kind)
        .group_by(events.c.detail)
        .order_by(func.count().desc())
    )
    return {detail or "unclassified": number for detail, number in connection.execute(query)}


def _left(connection: Connection, campaign: Campaign) -> int:
    """Count who unsubscribed after this campaign began, by whichever way."""
    return sum(_leavers(connection, campaign, literal("ever")).values())


def _leavers(connection: Connection, campaign: Campaign, group: ColumnElement[str]) -> dict[str, int]:
    query = (
        select(group.label("group"), func.count(consents.c.subscriber_id.distinct()))
        .join(deliveries, deliveries.c.subscriber_id == consents.c.subscriber_id)
        .where(deliveries.c.campaign_id == campaign.id, deliveries.c.state == DeliveryState.ACCEPTED)
        .where(consents.c.what == What.UNSUBSCRIBED, consents.c.at >= write_moment(campaign.created_at))
        .group_by(text("1"))
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _silent(connection: Connection, campaign: Campaign, now: datetime) -> int:
    """Count what a carrier that tells events has accepted, and then said nothing more about."""
    went_out = campaign.due_at or campaign.created_at
    if campaign.plan.transport != "sendgrid" or now - went_out < _SILENCE:
        return 0
    quiet = deliveries.c.fate.in_(["", Kind.PROCESSED.value])
    return _count(connection, campaign, quiet & (deliveries.c.state == DeliveryState.ACCEPTED))


def _hours(connection: Connection, campaign: Campaign) -> dict[str, dict[str, int]]:
    hour = func.substr(events.c.at, 1, 13).label("hour")  # 2026-12-01T09
    query = (
        select(hour, events.c.kind, func.count())
        .join(deliveries, deliveries.c.id == events.c.delivery_id)
        .where(deliveries.c.campaign_id == campaign.id, events.c.kind.in_([kind.value for kind in _TIMED]))
        .group_by(hour, events.c.kind)
        .order_by(hour)
    )
    found: dict[str, dict[str, int]] = {}
    for moment, kind, number in connection.execute(query):
        found.setdefault(moment, {})[kind] = number
    for moment, number in _leavers(connection, campaign, func.substr(consents.c.at, 1, 13)).items():
        found.setdefault(moment, {})["left"] = number
    return dict(sorted(found.items()))
