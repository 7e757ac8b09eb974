"""Suppressions shared with the provider: taken over from it, and told to it while it holds mail."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Select, select

from newsletter.campaigns.clock import CLOCKS_APART, SYSTEM_CLOCK, Clock
from newsletter.campaigns.holds import time_at
from newsletter.campaigns.model import Plan
from newsletter.campaigns.states import BatchState, DeliveryState
from newsletter.errors import TransportError
from newsletter.storage import Store
from newsletter.storage.ledger import batches, deliveries
from newsletter.storage.moment import read_moment, write_moment
from newsletter.storage.people import facts, set_fact
from newsletter.subscribers.addresses import email_key
from newsletter.subscribers.requests import Kind, open_requests
from newsletter.subscribers.suppression import suppress_all, suppressed_among
from newsletter.subscribers.vocabulary import How, Reason
from newsletter.transports import ProviderTime, SuppressionLists, Transport
from newsletter.transports.opening import open_transport
from newsletter.workspace import Workspace

_FACT = "suppressions read until"
_OVERLAP = timedelta(days=2)  # entries may appear late, or move while pages are turned
_RECENT = timedelta(minutes=10)
_PART = 1000


@dataclass
class Synced:
    """What came of it, in people.

    Attributes:
        found: how many the provider's lists name, by reason; blocked ones stay on our list.
        changed: how many of them may no longer be mailed who could be before.
        told: how many who left here the provider was told of, since it still holds mail to them.
    """

    found: dict[str, int] = field(default_factory=dict)
    changed: int = 0
    told: int = 0


def sync(store: Store, transport: Transport, clock: Clock = SYSTEM_CLOCK) -> Synced:
    """Take over the provider's suppressions since the last time, a little overlapping.

    Nobody is ever subscribed by this. An address that was only blocked is no bounce: its
    inbox exists.

    Raises:
        TransportError: there are no such lists, or they cannot be read; what was taken over before stays.
    """
    lists = transport.suppression_lists
    if lists is None:
        raise TransportError(f"{transport.name} has no suppression lists")
    begun = clock.now()
    synced = Synced()
    for part in _parts(lists, _since(store), synced):
        with store.write() as connection:
            # Whoever has just come back is still on the provider's list until it was told.
            for request in open_requests(connection, (Kind.RELEASE,)):
                part.pop(email_key(request.email), None)
            synced.changed += suppress_all(connection, store.key, part, how=How.EVENT, note="from SendGrid's lists")
    known = time_at(transport)
    there = known.earliest if known else begun - CLOCKS_APART
    synced.told = _tell(store, lists, there)
    with store.work() as connection:
        set_fact(connection, _FACT, write_moment(there))
    return synced


def sync_again(store: Store, transport: Transport, clock: Clock = SYSTEM_CLOCK) -> bool:
    """Sync unless there is nothing to read, or that was done a moment ago; return whether all is known.

    If the lists cannot be read, the provider still keeps to them itself.
    """
    if transport.suppression_lists is None:
        return True
    last = _last(store)
    if last is None or clock.now() - last > _RECENT:
        try:
            sync(store, transport, clock)
        except TransportError:
            return False
    return True


def held_for(connection: Connection, email: str, now: datetime) -> list[str]:
    """Return the spellings of `email` to which the provider holds a message, or may, if it is `now` there."""
    mine = _held(now).where(deliveries.c.email_key == email_key(email))
    return sorted({row.email for row in connection.execute(mine)})


def _since(store: Store) -> int:
    last = _last(store)
    moment = last - _OVERLAP if last else datetime(2009, 1, 1, tzinfo=UTC)  # older than SendGrid
    return int(moment.timestamp())


def _last(store: Store) -> datetime | None:
    with store.read() as connection:
        last = connection.scalar(select(facts.c.value).where(facts.c.name == _FACT))
    return read_moment(last) if last else None


def _parts(lists: SuppressionLists, since: int, synced: Synced) -> Iterator[dict[str, Reason]]:
    part: dict[str, Reason] = {}
    for entry in lists.read(since):
        synced.found[entry.reason] = synced.found.get(entry.reason, 0) + 1
        if entry.reason != "blocked" and "@" in entry.email:
            folded = email_key(entry.email)
            part[folded] = max(part.get(folded, Reason.BOUNCED), Reason(entry.reason), key=_weight)
        if len(part) >= _PART:
            yield part
            part = {}
    if part:
        yield part


def _weight(reason: Reason) -> int:
    return reason.weight


def _tell(store: Store, lists: SuppressionLists, now: datetime) -> int:
    """Have the provider drop mail that it still holds for people who have left meanwhile."""
    with store.read() as connection:
        unsubscribed = _held_unsubscribed(connection, store.key, now)
    for start in range(0, len(unsubscribed), _PART):
        lists.add(unsubscribed[start : start + _PART])
    return len(unsubscribed)


def _held_unsubscribed(connection: Connection, key: bytes, now: datetime) -> list[str]:
    rows = connection.execute(_held(now)).all()
    left = suppressed_among(connection, key, [row.email_key for row in rows])
    return [row.email for row in rows if row.email_key in left]


def _held(now: datetime) -> Select[tuple[str, str]]:
    """Return the query for everybody for whom the provider holds a message, or may."""
    batch = [batches.c.state.in_([BatchState.ACCEPTED, BatchState.UNKNOWN, BatchState.IN_FLIGHT])]
    mail = [deliveries.c.state.in_([DeliveryState.ACCEPTED, DeliveryState.UNKNOWN, DeliveryState.IN_FLIGHT])]
    return (
        select(deliveries.c.email, deliveries.c.email_key)
        .join(batches, batches.c.id == deliveries.c.batch_id)
        .where(*batch, *mail, batches.c.send_at > write_moment(now))
    )


# --- The provider of a frozen campaign ------------------------------------------------


def campaign_transport(workspace: Workspace, plan: Plan) -> Transport:
    """Open the transport that a campaign was frozen for.

    What readers are told and what is recorded of them stays as it was when somebody said
    yes; secrets, hosts and the like are those of today.

    Raises:
        TransportError: a secret that it needs is missing.
    """
    now = workspace.settings
    privacy = replace(now.privacy, open_tracking=plan.open_tracking, click_tracking=plan.click_tracking)
    settings = replace(now, privacy=privacy, web=replace(now.web, public_url=plan.public_url))
    return open_transport(replace(workspace, settings=settings), plan.transport)


def time_at_sendgrid(workspace: Workspace) -> ProviderTime | None:
    """Return what time it is at SendGrid, the only one that holds mail.

    Raises:
        TransportError: the key is missing, without which it cannot be asked.
    """
    return time_at(open_transport(workspace, "sendgrid"))


def withdraw(workspace: Workspace, store: Store, email: str, clock: Clock = SYSTEM_CLOCK) -> bool:
    """Have SendGrid drop what it still holds for somebody who leaves.

    Returns:
        Whether it holds anything; if that is over for a day, it is not asked.

    Raises:
        TransportError: it could not be told. `newsletter.campaigns.syncing.sync` tells it
            later, unless the person is erased before.
    """
    with store.read() as connection:
        if not held_for(connection, email, clock.now() - CLOCKS_APART):
            return False
    transport = open_transport(workspace, "sendgrid")
    known = time_at(transport)
    with store.read() as connection:
        held = held_for(connection, email, known.earliest if known else clock.now() - CLOCKS_APART)
    if held and transport.suppression_lists:
        transport.suppression_lists.add(held)
    return bool(held)


def withdraw_before_erasing(workspace: Workspace, store: Store, email: str) -> bool:
    """Do the same for somebody who is about to be erased: afterwards nobody would know whose message it is.

    Raises:
        TransportError: it could not be told; they must not be erased before.
    """
    try:
        return withdraw(workspace, store, email)
    except TransportError as err:
        what = f"SendGrid still holds a message to them, and could not be told to drop it ({err.what})"
        hint = "Nothing was erased, because that message would still reach them. Try again when SendGrid answers."
        raise TransportError(what, hint=hint) from err


def readmit(workspace: Workspace, email: str) -> bool:
    """Have SendGrid mail somebody again who left and came back; return whether it is asked at all.

    Raises:
        TransportError: it could not be told, and so goes on dropping mail to them.
    """
    if workspace.settings.delivery.transport != "sendgrid":
        return False
    transport = open_transport(workspace, "sendgrid")
    if transport.suppression_lists:
        transport.suppression_lists.remove(email)
    return True
