"""Events of deliveries, and the rules by which they stop a campaign."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.campaigns.ledger import finish_if_over, move_campaign, state_of
from newsletter.campaigns.model import read_delivery_ref
from newsletter.campaigns.records import issue_of
from newsletter.campaigns.states import BatchState, CampaignState, DeliveryState, check
from newsletter.storage import Store
from newsletter.storage.ledger import batches, campaigns, deliveries
from newsletter.storage.ledger import events as table
from newsletter.storage.moment import read_moment, write_moment
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import How, Reason
from newsletter.transports.events import Event, Kind

# --- Stop rules -----------------------------------------------------------------------
#
# A held campaign is handed over as a whole before anybody can complain: then the rules speak
# in its report, and while the provider still holds something of it a person can cancel that.
#
# Mailbox providers punish a sender from 0.3 % of complaints
# (https://support.google.com/a/answer/81126); the next batch would only make it worse.

MOST_COMPLAINTS = 0.003
LEAST_COMPLAINTS = 3  # in a small campaign one is 1 %, and no verdict
WARNING = 0.001
MOST_BOUNCES = 0.05
LEAST_BOUNCES = 3


def pause_if_bad(connection: Connection, campaign_id: int) -> list[str]:
    """Pause a campaign that is being sent, if a rule says so; return its name then."""
    if state_of(connection, campaign_id, keep=True) is not CampaignState.SENDING:
        return []
    reason = verdict(connection, campaign_id)
    if not reason:
        return []
    move_campaign(connection, campaign_id, CampaignState.PAUSED, reason=reason)
    return [issue_of(connection.execute(select(campaigns.c.slug).where(campaigns.c.id == campaign_id)).scalar_one())]


def verdict(connection: Connection, campaign_id: int) -> str:
    """Return why a campaign should stop, or should have been stopped; nothing if all is well."""
    return complaint_verdict(*_complaints(connection, campaign_id)) or _stale_batch(connection, campaign_id)


def verdicts(connection: Connection, campaign_ids: Collection[int]) -> dict[str, str]:
    """Return the same for several campaigns, by name; only of those of which there is something to say."""
    query = select(campaigns.c.id, campaigns.c.slug).where(campaigns.c.id.in_(campaign_ids)).order_by(campaigns.c.id)
    found = {issue_of(row.slug): verdict(connection, row.id) for row in connection.execute(query).all()}
    return {slug: reason for slug, reason in found.items() if reason}


def complaint_verdict(complaints: int, accepted: int) -> str:
    """Return why so many complaints stop a campaign, or nothing."""
    if complaints < LEAST_COMPLAINTS or complaints < MOST_COMPLAINTS * accepted:
        return ""
    return f"{complaints} of {accepted} readers marked it as spam; the limit is 0.3 %"


def _complaints(connection: Connection, campaign_id: int) -> tuple[int, int]:
    query = (
        select(func.count().filter(deliveries.c.fate == Kind.COMPLAINED), func.count())
        .select_from(deliveries)
        .where(deliveries.c.campaign_id == campaign_id, deliveries.c.state == DeliveryState.ACCEPTED)
    )
    complaints, accepted = connection.execute(query).one()
    return complaints, accepted


def _stale_batch(connection: Connection, campaign_id: int) -> str:
    """Return why one batch's bounces stop a campaign, or nothing."""
    bounced = func.count().filter(deliveries.c.fate == Kind.BOUNCED)
    query = (
        select(bounced.label("bounced"), func.count().label("size"))
        .select_from(deliveries)
        .where(deliveries.c.campaign_id == campaign_id, deliveries.c.batch_id.is_not(None))
        .group_by(deliveries.c.batch_id)
        .having(bounced >= LEAST_BOUNCES, bounced >= MOST_BOUNCES * func.count())
    )
    row = connection.execute(query.limit(1)).one_or_none()
    return f"{row.bounced} of {row.size} addresses in one batch do not exist; the limit is 5 %" if row else ""


# --- Events ---------------------------------------------------------------------------
#
# Events come late, twice and in any order, so applying one is the same as applying it ten
# times, and no order of several makes a difference.

EVENTS_PATH = "/events/sendgrid"
"""Where the public pages take in what SendGrid tells."""

_PART = 500  # events in one transaction

_FATES = (
    *(Kind.PROCESSED, Kind.DEFERRED, Kind.DROPPED, Kind.DELIVERED),
    *(Kind.OPENED, Kind.CLICKED, Kind.BLOCKED, Kind.BOUNCED, Kind.UNSUBSCRIBED, Kind.COMPLAINED),
)
"""A later one outweighs an earlier one, whichever comes first."""

_EARLY = {Kind.PROCESSED, Kind.DEFERRED, Kind.DROPPED}
"""What is also told of a copy that was called back, and so never left the provider."""

_RESTING = {
    DeliveryState.QUEUED,
    DeliveryState.UNKNOWN,
    DeliveryState.REFUSED,
    DeliveryState.SKIPPED,
    DeliveryState.CANCELLED,
}
"""States that an event disproves: the message was taken after all."""


@dataclass
class Applied:
    """What a number of events came to."""

    new: int = 0
    repeated: int = 0
    foreign: int = 0  # about no delivery of ours
    settled: int = 0  # doubts that are none any more
    suppressed: int = 0
    paused: list[str] = field(default_factory=list)
    campaigns: set[int] = field(default_factory=set)  # of which something was told


def apply_events(store: Store, events: Iterable[Event], clock: Clock = SYSTEM_CLOCK) -> Applied:
    """Record events, a few hundred in each transaction, and do what follows from them."""
    applied = Applied()
    stream = iter(events)

    def number_of(event: Event) -> int:
        return read_delivery_ref(store.key, event.ref) or 0

    # In the order of the ledger's own steps: two that wait for each other end neither.
    while part := sorted(islice(stream, _PART), key=number_of):
        with store.write() as connection:
            touched = {campaign for event in part for campaign in _apply(connection, store.key, event, applied)}
            applied.campaigns |= touched
            for campaign_id in sorted(touched):
                applied.paused += pause_if_bad(connection, campaign_id)
                finish_if_over(connection, campaign_id, clock.now())
    return applied


def _apply(connection: Connection, key: bytes, event: Event, applied: Applied) -> Iterator[int]:
    """Apply one event; give the id of the campaign that it concerns, if that is new."""
    applied.suppressed += _suppress(connection, key, event)
    number = read_delivery_ref(key, event.ref)
    mine = select(deliveries).where(deliveries.c.id == number).with_for_update()  # or a lesser fate could win a race
    row = connection.execute(mine).one_or_none() if number else None
    if row is None:
        applied.foreign += 1
        return
    if not _record(connection, row.id, event):
        applied.repeated += 1
        return
    applied.new += 1
    if event.kind in _EARLY and _was_called_back(connection, event):
        return
    changes: dict[str, str] = {}
    if _weight(event.kind) > (_weight(Kind(row.fate)) if row.fate else -1):
        changes["fate"] = event.kind
    state = DeliveryState(row.state)
    if state in _RESTING:
        check(state, DeliveryState.ACCEPTED)
        changes |= {"state": DeliveryState.ACCEPTED, "reason": "the provider reported it"}
        applied.settled += state is DeliveryState.UNKNOWN
    if changes:
        connection.execute(update(deliveries).where(deliveries.c.id == row.id).values(changes))
    yield row.campaign_id


def _was_called_back(connection: Connection, event: Event) -> bool:
    """Whether an event tells of a copy whose batch was called back, or can be at that moment.

    The same person may have another copy by now, in another batch: of that one it says nothing.
    Nor does anything follow from a batch that a restored database does not know, or if none is named.
    """
    batch = connection.execute(select(batches).where(batches.c.ref == event.batch)).one_or_none()
    if batch is None:
        return True
    if not batch.hold_id:
        return False
    # A held batch is only unknown if it was to be called back, and nobody knows whether that was in time.
    stopped = batch.state in {BatchState.RETURNED, BatchState.CANCELLED, BatchState.UNKNOWN}
    return stopped or event.at < read_moment(batch.send_at)


def _weight(kind: Kind) -> int:
    return _FATES.index(kind)


def _record(connection: Connection, delivery_id: int, event: Event) -> bool:
    """Keep an event; return whether it was new."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    row = dialect.insert(table).values(
        event_key=event.key,
        delivery_id=delivery_id,
        kind=event.kind,
        detail=event.detail,
        at=write_moment(event.at),
    )
    return bool(connection.execute(row.on_conflict_do_nothing()).rowcount)


_REASONS = {
    Kind.BOUNCED: Reason.BOUNCED,
    Kind.UNSUBSCRIBED: Reason.UNSUBSCRIBED,
    Kind.COMPLAINED: Reason.COMPLAINED,
}


def _suppress(connection: Connection, key: bytes, event: Event) -> bool:
    """See to it that whoever left, complained or has no inbox is not mailed again.

    That holds for events which name no delivery, too: a bounce that comes hours later
    often names only the address. `blocked` is no bounce: the inbox exists.
    """
    reason = _REASONS.get(event.kind)
    if event.kind is Kind.DROPPED and event.detail in {"unsubscribed", "bounced", "complained"}:
        reason = Reason(event.detail)
    if reason is None or "@" not in event.email:
        return False
    return suppress(connection, key, event.email, reason, how=How.EVENT)
