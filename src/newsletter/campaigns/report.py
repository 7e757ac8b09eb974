"""What became of a campaign: for its report, for one subscriber, and for a spreadsheet."""

import csv
import hmac
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, case, exists, func, literal, not_, select, text

from newsletter.campaigns.clock import provider_ahead, surely_past
from newsletter.campaigns.events import LEAST_COMPLAINTS, MOST_COMPLAINTS, WARNING, verdict
from newsletter.campaigns.ledger import tally
from newsletter.campaigns.model import Campaign
from newsletter.campaigns.overview import gone, shown_state, state_words
from newsletter.campaigns.proposal import in_words
from newsletter.campaigns.records import campaigns_of, held_until, issue_of
from newsletter.campaigns.states import DeliveryState
from newsletter.formatting import say_near
from newsletter.rendering import hosted_picture, picture_path
from newsletter.storage import Store
from newsletter.storage.ledger import RETIRED, batches, campaigns, deliveries, events
from newsletter.storage.moment import read_moment, write_moment
from newsletter.storage.people import consents, subscribers
from newsletter.subscribers.audience import EVERYBODY, Audience
from newsletter.subscribers.export import neutral
from newsletter.subscribers.tags import read
from newsletter.subscribers.vocabulary import What
from newsletter.transports.events import Kind
from newsletter.workspace import Workspace

_SILENCE = timedelta(hours=24)
_TIMED = (Kind.DELIVERED, Kind.BOUNCED, Kind.COMPLAINED)

Hours = tuple[tuple[str, Mapping[str, int]], ...]
"""By hour (UTC, as in ``2026-12-01T09``): how many were delivered, bounced, complained, left."""

OPENS = (
    "Opens are not reliable: Apple Mail opens every message automatically, and other programs block it. "
    "Many clicks are made by link scanners."
)
"""What has to stand beside the figures of opens and clicks."""

NO_OPENS = (
    "Opens are not counted. That takes a hidden picture in each message, by which another server learns who reads "
    "mail from your clinic; and Apple Mail opens every message by itself, so the number would mean little."
)
"""Why the figures of opens are not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One campaign of an issue: a pilot, the rest, or one that was canceled.

    Attributes:
        audience: whom it was for.
    """

    started_at: str
    state: str
    people: int
    message: str
    held_until: str
    gone: int = 0
    audience: Audience = EVERYBODY

    def whom(self, zone: ZoneInfo) -> str:
        """Return whom it was for, in words."""
        words = in_words(self.audience, zone)
        return f"{words[:1].upper()}{words[1:]}"

    def state_words(self, zone: tzinfo) -> str:
        """Return how it stands, in words."""
        held_until = read_moment(self.held_until) if self.held_until else None
        return state_words(self.state, held_until, zone, datetime.now(tz=UTC), self.gone)

    def in_words(self, zone: tzinfo) -> str:
        """Return it as a line: when it began, to how many, and how it stands."""
        now = datetime.now(tz=UTC)
        who = "1 subscriber" if self.people == 1 else f"{self.people:,} subscribers"
        return f"{say_near(datetime.fromisoformat(self.started_at), zone, now)}: {who}, {self.state_words(zone)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The figures of one issue, in people; each counts once, in however many parts it was sent.

    Attributes:
        state: how its last part stands.
        parts: the campaigns of the issue, the first one first.
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
        held_until: when the provider lets the last of it go (UTC), if that is to come.
        gone: how many have it or may have it by the last part.
        forgotten: what the journal knows of further sends of it, and the database does not.
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
    gone: int = 0
    forgotten: str = ""
    parts: tuple[Part, ...] = ()

    def as_document(self) -> dict[str, Any]:
        """Return the report as JSON takes it."""
        facts = asdict(self)
        return {"issue": facts.pop("slug")} | facts | {"warnings": list(self.warnings()), "note": self.note}

    @property
    def note(self) -> str:
        """What opens and clicks cannot tell, if they are in the report at all."""
        return "" if self.opened is None and self.clicked is None else OPENS

    def state_words(self, zone: tzinfo) -> str:
        """Return how the last part stands, in words."""
        held_until = read_moment(self.held_until) if self.held_until else None
        return state_words(self.state, held_until, zone, datetime.now(tz=UTC), self.gone)

    def part_lines(self, zone: tzinfo) -> list[str]:
        """Return a line for each part, if there are several."""
        return [part.in_words(zone) for part in self.parts] if len(self.parts) > 1 else []

    def warnings(self) -> Iterator[str]:
        """Say what a person should look into."""
        accepted = self.states.get("accepted", 0)
        if self.forgotten:
            yield self.forgotten
        if self.states.get("unknown"):
            yield f"Messages that may or may not have been sent: {self.states['unknown']:,}. Find out, then resolve."
        if self.silent:
            yield f"No report for {self.silent:,} of the messages that were accepted more than a day ago."
        if self.verdict:
            yield f"{self.verdict}. Find out why before the next issue: did these subscribers ask for it?"
            if self.held_until:
                yield f"SendGrid still holds some of it. To cancel that: newsletter cancel {self.slug}"
        elif self.complained and self.complained >= WARNING * accepted:
            limit = f"{MOST_COMPLAINTS:.1%} (and at least {LEAST_COMPLAINTS})"
            readers = "1 reader" if self.complained == 1 else f"{self.complained} readers"
            yield f"{readers} marked it as spam; at {limit} a send is paused."


def report(connection: Connection, campaign: Campaign, now: datetime, *, opens: bool, clicks: bool) -> Report:
    """Read the figures of a campaign's issue; opens and clicks only if the clinic records them."""
    every = campaigns_of(connection, campaign.slug)
    these = _these(every)
    people = _people_by_kind(connection, these)
    until, last = held_until(connection, campaign.slug), tally(connection, campaign)
    there = surely_past(now, last.ahead)
    return Report(
        slug=campaign.slug,
        state=shown_state(campaign.state, until, there, last),
        gone=gone(last),
        reason=campaign.reason,
        transport=campaign.plan.transport,
        message=campaign.digest,
        started_at=campaign.created_at.isoformat(),
        states=_states(connection, these),
        skipped=_skipped(connection, these),
        delivered=people.get(Kind.DELIVERED, 0),
        deferred=_count(connection, these, deliveries.c.fate == Kind.DEFERRED),
        blocked=_count(connection, these, deliveries.c.fate == Kind.BLOCKED),
        bounced=_by_detail(connection, these, Kind.BOUNCED),
        dropped=_by_detail(connection, these, Kind.DROPPED),
        complained=people.get(Kind.COMPLAINED, 0),
        left=_left(connection, these),
        silent=_silent(connection, every, these, now),
        opened=people.get(Kind.OPENED, 0) if opens else None,
        clicked=people.get(Kind.CLICKED, 0) if clicks else None,
        hours=tuple(_hours(connection, these).items()),
        verdict=next(filter(None, (verdict(connection, each.id) for each in every)), ""),
        held_until=write_moment(until) if until and until > there else "",
        parts=tuple(_parts(connection, every, now)),
    )


def _parts(connection: Connection, every: Sequence[Campaign], now: datetime) -> Iterator[Part]:
    for each in reversed(every):
        found = tally(connection, each)
        until, there = found.held_until, surely_past(now, found.ahead)
        yield Part(
            started_at=each.created_at.isoformat(),
            state=shown_state(each.state, until, there, found),
            gone=gone(found),
            people=each.frozen,
            message=each.digest,
            held_until=write_moment(until) if until and until > there else "",
            audience=each.plan.audience,
        )


def _these(every: Sequence[Campaign]) -> ColumnElement[bool]:
    """Return the rule for the deliveries of an issue, without those that a later campaign has made up for."""
    mine = deliveries.c.campaign_id.in_([each.id for each in every])
    if len(every) == 1:
        return mine
    later = deliveries.alias()
    same = (later.c.email_key == deliveries.c.email_key) & (later.c.id > deliveries.c.id)
    made_up_for = exists().where(later.c.campaign_id.in_([each.id for each in every]), same)
    at_rest = [DeliveryState.CANCELLED, DeliveryState.SKIPPED, DeliveryState.REFUSED]
    return mine & ~(deliveries.c.state.in_(at_rest) & made_up_for)


def _states(connection: Connection, these: ColumnElement[bool]) -> dict[str, int]:
    columns = [func.count(case((deliveries.c.state == state.value, 1))).label(state.value) for state in DeliveryState]
    return dict(connection.execute(select(*columns).where(these)).one()._mapping)  # noqa: SLF001 - SQLAlchemy's documented access by name


def _skipped(connection: Connection, these: ColumnElement[bool]) -> dict[str, int]:
    query = select(deliveries.c.reason, func.count()).where(these, deliveries.c.state == DeliveryState.SKIPPED)
    return {row[0]: row[1] for row in connection.execute(query.group_by(deliveries.c.reason))}


def rows(connection: Connection, campaign: Campaign) -> Iterator[tuple[str, str, str, str]]:
    """Give for each delivery of a campaign's issue the address, state, what was heard of it, and the reason."""
    columns = (deliveries.c.email, deliveries.c.state, deliveries.c.fate, deliveries.c.reason)
    these = _these(campaigns_of(connection, campaign.slug))
    query = select(*columns).where(these).order_by(deliveries.c.id)
    for row in connection.execute(query):
        yield row.email, row.state, row.fate, row.reason


def _people_by_kind(connection: Connection, these: ColumnElement[bool]) -> dict[str, int]:
    query = (
        select(events.c.kind, func.count(events.c.delivery_id.distinct()).label("people"))
        .join(deliveries, deliveries.c.id == events.c.delivery_id)
        .where(these)
        .group_by(events.c.kind)
    )
    return {row.kind: row.people for row in connection.execute(query)}


def _count(connection: Connection, these: ColumnElement[bool], rule: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(deliveries).where(these, rule)
    return connection.scalar(query) or 0


def _by_detail(connection: Connection, these: ColumnElement[bool], kind: Kind) -> dict[str, int]:
    query = (
        select(events.c.detail, func.count(events.c.delivery_id.distinct()))
        .join(deliveries, deliveries.c.id == events.c.delivery_id)
        .where(these, events.c.kind == kind)
        .group_by(events.c.detail)
        .order_by(func.count().desc())
    )
    return {detail or "unclassified": number for detail, number in connection.execute(query)}


def _left(connection: Connection, these: ColumnElement[bool]) -> int:
    """Count who unsubscribed after they were sent it, by whichever way."""
    return sum(_leavers(connection, these, literal("ever")).values())


def _leavers(connection: Connection, these: ColumnElement[bool], group: ColumnElement[str]) -> dict[str, int]:
    query = (
        select(group.label("group"), func.count(consents.c.subscriber_id.distinct()))
        .join(deliveries, deliveries.c.subscriber_id == consents.c.subscriber_id)
        .join(campaigns, campaigns.c.id == deliveries.c.campaign_id)
        .where(these, deliveries.c.state == DeliveryState.ACCEPTED)
        .where(consents.c.what == What.UNSUBSCRIBED, consents.c.at >= campaigns.c.created_at)
        .group_by(text("1"))
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _silent(connection: Connection, every: Sequence[Campaign], these: ColumnElement[bool], now: datetime) -> int:
    """Count what a provider that tells events has accepted, and then said nothing more about."""
    out = [each for each in every if now - (each.due_at or each.created_at) >= _SILENCE]
    told = deliveries.c.campaign_id.in_([each.id for each in out if each.plan.transport == "sendgrid"])
    quiet = deliveries.c.fate.in_(["", Kind.PROCESSED.value]) & (deliveries.c.state == DeliveryState.ACCEPTED)
    return _count(connection, these, told & quiet)


def _hours(connection: Connection, these: ColumnElement[bool]) -> dict[str, dict[str, int]]:
    hour = func.substr(events.c.at, 1, 13).label("hour")  # 2026-12-01T09
    query = (
        select(hour, events.c.kind, func.count())
        .join(deliveries, deliveries.c.id == events.c.delivery_id)
        .where(these, events.c.kind.in_([kind.value for kind in _TIMED]))
        .group_by(hour, events.c.kind)
        .order_by(hour)
    )
    found: dict[str, dict[str, int]] = {}
    for moment, kind, number in connection.execute(query):
        found.setdefault(moment, {})[kind] = number
    for moment, number in _leavers(connection, these, func.substr(consents.c.at, 1, 13)).items():
        found.setdefault(moment, {})["left"] = number
    return dict(sorted(found.items()))


# --- Beside other issues ---------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an issue, as far as it can be compared with others.

    Attributes:
        sent_on: the day on which its first part began (ISO 8601, in the clinic's zone).
        told: whether whatever carried it tells what was delivered, bounced and complained about.
    """

    slug: str
    sent_on: str
    accepted: int
    delivered: int
    bounced: int
    complained: int
    left: int
    told: bool

    def share(self, number: int) -> str:
        """Return a number of its readers as a share of all, as far as there are any."""
        return f"{number / self.accepted:.1%}" if self.accepted else ""


def outcomes(connection: Connection, campaign: Campaign, zone: tzinfo, *, most: int = 6) -> list[Outcome]:
    """Return what became of a campaign's issue, and of those that were sent before it, the latest first.

    A practice send is no measure of a real one, so they are not compared.
    """
    slugs = select(campaigns.c.slug).where(not_(campaigns.c.slug.contains(RETIRED)), campaigns.c.id <= campaign.id)
    found: list[Outcome] = []
    for slug in connection.scalars(slugs.order_by(campaigns.c.id.desc()).limit(_LOOKED_AT)):
        every = campaigns_of(connection, slug)
        if (every[0].plan.transport == "outbox") == (campaign.plan.transport == "outbox"):
            outcome = _outcome(connection, every, zone)
            found += [outcome] if outcome.accepted or slug == campaign.slug else []
        if len(found) == most:
            break
    return found


_LOOKED_AT = 24
"""Campaigns: two years of them, if there is one a month."""


def _outcome(connection: Connection, every: Sequence[Campaign], zone: tzinfo) -> Outcome:
    these = _these(every)
    people = _people_by_kind(connection, these)
    return Outcome(
        slug=every[0].slug,
        sent_on=(every[-1].due_at or every[-1].created_at).astimezone(zone).date().isoformat(),
        accepted=_states(connection, these)[DeliveryState.ACCEPTED.value],
        delivered=people.get(Kind.DELIVERED, 0),
        bounced=people.get(Kind.BOUNCED, 0),
        complained=people.get(Kind.COMPLAINED, 0),
        left=_left(connection, these),
        told=every[0].plan.transport == "sendgrid",
    )


def accepted_by_tag(connection: Connection, campaign: Campaign) -> dict[str, int]:
    """Return how many of the people who were sent an issue have each tag by now, the most common first."""
    query = (
        select(subscribers.c.tags, func.count())
        .join(deliveries, deliveries.c.subscriber_id == subscribers.c.id)
        .where(_these(campaigns_of(connection, campaign.slug)), deliveries.c.state == DeliveryState.ACCEPTED)
        .where(subscribers.c.tags != "")
        .group_by(subscribers.c.tags)
    )
    found: Counter[str] = Counter()
    for written, people in connection.execute(query):
        found.update(dict.fromkeys(read(written), people))
    return dict(found.most_common())


# --- As CSV ---------------------------------------------------------------------------

_HEADINGS = ("email", "state", "heard", "reason")


def people_csv(connection: Connection, campaign: Campaign) -> str:
    """Return a line for each person; no cell of it is taken for a formula."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(_HEADINGS)
    writer.writerows([neutral(cell) for cell in row] for row in rows(connection, campaign))
    return table.getvalue()


# --- What one person was sent ---------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One copy.

    Attributes:
        slug: the issue.
        at: when the provider took it or is to let it go; before that, when the campaign began.
        held_until: when the provider lets it go, past or to come, if it was held, by its own clock.
        ahead: by how much that was ahead of this computer's.
        fate: what events told of it, the gravest; empty if nothing was heard.
        reason: why it was refused or skipped.
    """

    slug: str
    at: datetime
    state: DeliveryState
    fate: str
    reason: str
    held_until: datetime | None = None
    ahead: timedelta = timedelta(0)


def received(connection: Connection, key: str) -> list[Received]:
    """Return the copies for the address whose key is `key`, the newest first.

    Looked up by campaign and address, which the ledger has an index for.
    """
    mine = (deliveries.c.campaign_id == campaigns.c.id) & (deliveries.c.email_key == key)
    query = (
        select(
            campaigns.c.slug,
            campaigns.c.created_at,
            deliveries.c.state,
            deliveries.c.fate,
            deliveries.c.reason,
            batches.c.send_at,
            batches.c.closed_at,
        )
        .select_from(campaigns.join(deliveries, mine).outerjoin(batches, deliveries.c.batch_id == batches.c.id))
        .order_by(campaigns.c.id.desc())
    )
    ahead = provider_ahead(connection)
    return [
        Received(
            slug=issue_of(row.slug),
            at=read_moment(row.send_at) if row.send_at else read_moment(row.closed_at or row.created_at),
            state=DeliveryState(row.state),
            fate=row.fate,
            reason=row.reason,
            held_until=read_moment(row.send_at) if row.send_at else None,
            ahead=ahead,
        )
        for row in connection.execute(query)
    ]


# --- Which pictures were sent ---------------------------------------------------------


def public_picture(
    workspace: Workspace, store: Store, slug: str, name: str, mark: str = ""
) -> tuple[bytes, str] | None:
    """Return the data and media type of an issue's picture, if whoever asks may see it.

    A draft's picture is for those who were sent its mark. What stands in a mail that went out, or is about
    to, stays where the mail says: under a name without a mark, as mail had it once, and after the file changed.

    Raises:
        ThemeError: the theme, which says how wide pictures are, cannot be read.
    """
    found = hosted_picture(workspace, slug, name)
    if found is None:
        return None
    is_known = hmac.compare_digest(mark.encode(), found.mark.encode())
    if is_known or _was_sent_with(store, slug, picture_path(slug, name, mark)):
        return found.data, found.media_type
    return None


def _was_sent_with(store: Store, slug: str, address: str) -> bool:
    """Whether a mail of the issue that was ever frozen, also of a canceled campaign, holds `address`."""
    with store.read() as connection:
        campaigns = campaigns_of(connection, slug)
    whole = re.compile(rf"{re.escape(address)}(?![\w.%~-])")  # and not only the beginning of a longer one
    return any(whole.search(campaign.message.html) for campaign in campaigns)
