"""Unresolved deliveries: settled by SendGrid's own logs or by a person's word. Nothing else sends again."""

import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, exists, func, select, update

from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.campaigns.freezing import hand_over
from newsletter.campaigns.holds import LEAST_HOLD, time_at
from newsletter.campaigns.ledger import REJECTED_UNNAMED, anybody_accepted, finish_if_over, move_campaign, state_of
from newsletter.campaigns.lock import sole_sender
from newsletter.campaigns.model import Campaign
from newsletter.campaigns.records import campaigns_of
from newsletter.campaigns.states import OPEN, CampaignState, DeliveryState, check
from newsletter.errors import CampaignError
from newsletter.storage import Store
from newsletter.storage.ledger import batches, deliveries
from newsletter.storage.moment import read_moment, write_moment
from newsletter.storage.people import subscribers
from newsletter.subscribers.addresses import email_key
from newsletter.subscribers.vocabulary import Status
from newsletter.transports import DeliveryLogs, ProviderTime, Transport

_PAUSE = 10.5  # seconds between look-ups: SendGrid allows six a minute
_APART = timedelta(minutes=2)  # by which our clock and the provider's may differ
_SETTLING = timedelta(minutes=10)  # after its time, until a held message is in the logs


def count_unresolved(store: Store, campaign: Campaign, only: Collection[str] = ()) -> int:
    """Count the deliveries of an issue that are in doubt, or those to some addresses among them.

    Those of the issue's earlier campaigns count, too.

    Raises:
        CampaignError: one of the addresses is not in doubt.
    """
    with store.read() as connection:
        rules = _in_doubt([each.id for each in campaigns_of(connection, campaign.slug)], only)
        found = connection.scalar(select(func.count()).select_from(deliveries).where(*rules)) or 0
    if only and found != len({email_key(address) for address in only}):
        hint, command = "See who is unresolved.", f"newsletter status {campaign.slug} --people"
        raise CampaignError("not all of these addresses are unresolved", hint=hint, command=command)
    return found


def _does_not_tell() -> None:
    return None


def resolve(
    store: Store,
    campaign: Campaign,
    *,
    sent: bool,
    only: Collection[str] = (),
    provider_time: Callable[[], ProviderTime | None] = _does_not_tell,
    clock: Clock = SYSTEM_CLOCK,
) -> int:
    """Take a person's word for it that messages in doubt were sent, or were not.

    What was not sent is queued again, for `resume`; that of an earlier campaign in the one
    that followed it, and that of a canceled one waits for the issue to be sent again.

    Args:
        store: where the ledger is.
        campaign: the issue's latest.
        sent: what the person says.
        only: the addresses that it is about; without any, everybody in doubt.
        provider_time: tells the provider's time; asked only about messages that were held.
        clock: the time.

    Returns:
        How many were settled.

    Raises:
        CampaignError: the provider may still hold some of them, so nobody can know.
    """
    with store.read() as connection:
        held = any(_held_until(connection, each, only) for each in campaigns_of(connection, campaign.slug))
    now = provider_time() if held else None
    with store.write() as connection:
        settled = 0
        every = campaigns_of(connection, campaign.slug)
        for each in every:
            _refuse_undecided(connection, each, only, now)
            settled += _settle(connection, each, every[0], sent=sent, only=only)
            finish_if_over(connection, each.id, clock.now())
    return settled


def _settle(connection: Connection, campaign: Campaign, latest: Campaign, *, sent: bool, only: Collection[str]) -> int:
    mine = _in_doubt([campaign.id], only)
    after = DeliveryState.ACCEPTED if sent else DeliveryState.QUEUED
    is_followed = campaign.id != latest.id  # nothing more is sent by it
    if not sent and (is_followed or campaign.state in {CampaignState.CANCELLED, CampaignState.CANCELLING}):
        after = DeliveryState.CANCELLED
        if is_followed:
            hand_over(connection, latest, mine)
    check(DeliveryState.UNKNOWN, after)
    values: dict[str, object] = {"state": after, "reason": f"resolved by hand: {'sent' if sent else 'not sent'}"}
    if after is DeliveryState.QUEUED:
        values["batch_id"] = None
    return connection.execute(update(deliveries).where(*mine).values(values)).rowcount


def _held_until(connection: Connection, campaign: Campaign, only: Collection[str]) -> datetime | None:
    """Return until when the provider may hold messages in doubt, if they exist."""
    mine = select(func.max(batches.c.send_at)).join(deliveries, deliveries.c.batch_id == batches.c.id)
    held_until = connection.scalar(mine.where(*_in_doubt([campaign.id], only), batches.c.hold_id != ""))
    moments = [read_moment(held_until)] if held_until else []
    forgotten = select(func.max(batches.c.claimed_at)).where(batches.c.campaign_id == campaign.id, batches.c.size == 0)
    if campaign.plan.held and (restored_at := connection.scalar(forgotten)):  # batches that are not known any more
        moments.append(read_moment(restored_at) + max(LEAST_HOLD, campaign.plan.hold_time))
        moments += [campaign.chosen_at] if campaign.chosen_at else []
    return max(moments, default=None)


def _refuse_undecided(
    connection: Connection, campaign: Campaign, only: Collection[str], now: ProviderTime | None
) -> None:
    """Let messages in doubt pass that have gone out by now, if they exist."""
    held_until = _held_until(connection, campaign, only)
    if held_until and (minutes := _minutes_until(held_until, now)):
        hint, command = f"Try again in {minutes} minutes, or cancel them.", f"newsletter cancel {campaign.slug}"
        what = "SendGrid may still hold these messages, so it is too early to know whether they arrive"
        raise CampaignError(what, hint=hint, command=command)


def _minutes_until(moment: datetime, now: ProviderTime | None) -> int:
    """Return in how many minutes a moment is surely over by the provider's clock; none if it is.

    Raises:
        CampaignError: the provider does not tell its time.
    """
    if now is None:
        what = "SendGrid may still hold these messages, and its answer did not contain its time"
        raise CampaignError(what, hint="Nothing was changed. Try again when this computer is online.")
    return max(0, math.ceil((moment - now.earliest).total_seconds() / 60))


def look_up(store: Store, campaign: Campaign, transport: Transport, clock: Clock = SYSTEM_CLOCK) -> int:
    """Ask the provider about the messages in doubt; those that it knows were sent.

    One that it does not know stays in doubt: its logs may only be slow. It is asked about
    a whole batch at once; only where that tells too little, about one after the other.

    Returns:
        How many were settled.

    Raises:
        CampaignError: there are no logs, or the provider still holds some of them, and they say nothing yet.
        TransportError: it cannot be asked.
    """
    logs = _logs_of(transport)
    now = time_at(transport)
    apart = now.earliest - clock.now() if now else timedelta(0)
    with store.read() as connection:
        every = campaigns_of(connection, campaign.slug)
        for each in every:
            _refuse_held(connection, each, now)
        questions = [(each, question) for each in every for question in _questions(connection, each, clock, apart)]
    rest = _pauses(clock)
    settled = 0
    for each, question in questions:
        sent = _known_to(logs, each.ref, question, rest)
        if sent:
            settled += resolve(store, campaign, sent=True, only=sent, provider_time=lambda: now, clock=clock)
    return settled


def _logs_of(transport: Transport) -> DeliveryLogs:
    """Return where the provider can be asked what it took.

    Raises:
        CampaignError: it cannot be asked.
    """
    if transport.logs is None:
        hint, command = "Say yourself whether they were sent.", "--sent or --not-sent"
        raise CampaignError(f"{transport.name} has no logs to look in", hint=hint, command=command)
    return transport.logs


def _known_to(logs: DeliveryLogs, ref: str, question: "_Question", rest: Iterator[None]) -> list[str]:
    next(rest)
    told = logs.took_between(ref, question.since, question.until)
    sent = [] if told is None else _among(question.emails, told.sure)
    single = question.emails if told is None else _among(question.emails, told.dropped - told.sure)
    for email in single:
        next(rest)
        sent += [email] if logs.took(ref, email, question.since) else []
    return sent


@dataclass(frozen=True, slots=True)
class _Question:
    """Messages in doubt that travelled together, and when they did, in UTC."""

    since: str
    until: str
    emails: list[str]


def _questions(connection: Connection, campaign: Campaign, clock: Clock, apart: timedelta) -> list[_Question]:
    """Ask for the time that this computer's clock told then, and for that which the provider's may have told."""
    query = (
        select(deliveries.c.email, deliveries.c.batch_id, batches.c.claimed_at, batches.c.closed_at)
        .outerjoin(batches, batches.c.id == deliveries.c.batch_id)
        .where(*_in_doubt([campaign.id], ()))
        .order_by(deliveries.c.id)
    )
    found: dict[int | None, _Question] = {}
    for row in connection.execute(query):
        began = read_moment(row.claimed_at) if row.claimed_at else campaign.created_at
        ended = read_moment(row.closed_at) if row.closed_at else clock.now()
        moments = [began, ended, began + apart, ended + apart]
        window = (write_moment(min(moments) - _APART), write_moment(max(moments) + _APART))
        found.setdefault(row.batch_id, _Question(*window, [])).emails.append(row.email)
    return list(found.values())


def _refuse_held(connection: Connection, campaign: Campaign, now: ProviderTime | None) -> None:
    """What is held is in no log for certain, and a called-back copy could pass for one that was sent."""
    held = select(func.max(batches.c.send_at)).where(batches.c.campaign_id == campaign.id, batches.c.hold_id != "")
    latest = connection.scalar(held)
    if latest and (minutes := _minutes_until(read_moment(latest) + _SETTLING, now)):
        hint = f"Try again in {minutes} minutes."
        raise CampaignError("SendGrid may still hold some of these messages, so its logs cannot tell yet", hint=hint)


def _among(emails: Collection[str], known: Collection[str]) -> list[str]:
    keys = {email_key(email) for email in known}
    return [email for email in emails if email_key(email) in keys]


def _pauses(clock: Clock) -> Iterator[None]:
    """Let the first question pass at once, and each further one after a pause."""
    yield
    while True:
        clock.sleep(_PAUSE)
        yield


def _in_doubt(campaigns: Collection[int], only: Collection[str]) -> list[ColumnElement[bool]]:
    rules = [deliveries.c.campaign_id.in_(campaigns), deliveries.c.state == DeliveryState.UNKNOWN]
    return [*rules, deliveries.c.email_key.in_([email_key(address) for address in only])] if only else rules


# --- What may be asked about, and whoever was rejected for the sender's fault ---------


@dataclass(frozen=True, slots=True)
class Doubt:
    """One such person."""

    email: str
    state: DeliveryState
    reason: str

    def as_document(self) -> dict[str, str]:
        """Return it as JSON takes it."""
        return {"email": self.email, "state": self.state.value, "reason": self.reason}


def needing_a_person(connection: Connection, campaign: Campaign) -> Iterator[Doubt]:
    """Name everybody who was refused or is in doubt, the unresolved first.

    Whoever is so since an earlier campaign of the issue is among them, but for those whom a
    canceled one refused: they were tried again.
    """
    every = campaigns_of(connection, campaign.slug)
    mine = deliveries.c.campaign_id.in_(
        [each.id for each in every if each.id == campaign.id or each.state is not CampaignState.CANCELLED]
    )
    before = deliveries.c.campaign_id.in_([each.id for each in every]) & (deliveries.c.state == DeliveryState.UNKNOWN)
    states = [DeliveryState.UNKNOWN, DeliveryState.REFUSED]
    query = (
        select(deliveries.c.email, deliveries.c.state, deliveries.c.reason)
        .where((mine & deliveries.c.state.in_(states)) | before)
        .order_by(deliveries.c.state.desc(), deliveries.c.id)
    )
    for row in connection.execute(query):
        yield Doubt(row.email, DeliveryState(row.state), row.reason)


def queue_rejected(store: Store, campaign: Campaign) -> int:
    """Queue those again whose rejection may be the sender's, once a person says that its cause is fixed.

    It may be if it names nobody, or if the campaign reached nobody at all, whatever it says.
    Left out are those who are subscribed no more, and those who have the issue by another
    campaign, may have it or are to get it.

    Returns:
        How many are queued again.

    Raises:
        CampaignError: the campaign was cancelled.
        BusyError: it is being sent at this moment.
    """
    check(DeliveryState.REFUSED, DeliveryState.QUEUED)
    with sole_sender(store, campaign), store.write() as connection:
        state = state_of(connection, campaign.id, keep=True)
        if state in {CampaignState.CANCELLING, CampaignState.CANCELLED}:
            raise CampaignError(f"{campaign.slug} was canceled; send it again instead")
        again = update(deliveries).where(_may_be_senders(connection, campaign), *_lacking(connection, campaign))
        number = connection.execute(again.values(state=DeliveryState.QUEUED, batch_id=None)).rowcount
        if number and state is CampaignState.FINISHED:
            reason = "rejected subscribers were queued again"
            move_campaign(connection, campaign.id, CampaignState.PAUSED, reason=reason)
    return number


def count_rejected(connection: Connection, campaign: Campaign) -> int:
    """Return how many `queue_rejected` would queue again."""
    return _count(connection, _may_be_senders(connection, campaign), *_lacking(connection, campaign))


def why_not_again(connection: Connection, campaign: Campaign) -> str:
    """Return in words who is not queued again although the rejection may be the sender's; else nothing."""
    found = _may_be_senders(connection, campaign)
    subscribed, lacks = _lacking(connection, campaign)
    left, served = _count(connection, found, ~subscribed), _count(connection, found, subscribed, ~lacks)
    told = [f"{left:,} of them unsubscribed since then, or are suppressed"] if left else []
    told += [f"{served:,} of them have it, or will get it, from another send"] if served else []
    return "; ".join(told)


def _count(connection: Connection, *rules: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(deliveries).where(*rules)) or 0


def _may_be_senders(connection: Connection, campaign: Campaign) -> ColumnElement[bool]:
    """The rule for whom a campaign rejected for what may be the sender's fault."""
    proven = anybody_accepted(connection, campaign.id)
    rejected = REJECTED_UNNAMED if proven else deliveries.c.state == DeliveryState.REFUSED
    return (deliveries.c.campaign_id == campaign.id) & rejected


def _lacking(connection: Connection, campaign: Campaign) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The rules for who may be mailed, and has the issue by no other campaign."""
    others = [each.id for each in campaigns_of(connection, campaign.slug) if each.id != campaign.id]
    return _still_subscribed(), ~_served_by(others)


def _still_subscribed() -> ColumnElement[bool]:
    """Whoever was suppressed is subscribed no more; an address that was given up may be anything by now."""
    same = (subscribers.c.id == deliveries.c.subscriber_id) & (subscribers.c.email_key == deliveries.c.email_key)
    return exists().where(same, subscribers.c.status == Status.SUBSCRIBED.value)


def _served_by(others: Collection[int]) -> ColumnElement[bool]:
    """Whoever has a copy by another campaign, may have one, or is to get one."""
    other = deliveries.alias()
    same = (other.c.email_key == deliveries.c.email_key) | (other.c.subscriber_id == deliveries.c.subscriber_id)
    return exists().where(other.c.campaign_id.in_(others), same, other.c.state.in_([*OPEN, DeliveryState.ACCEPTED]))
