"""The start of a campaign: message and audience are frozen, in one transaction."""

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, insert, literal, not_, select, update
from sqlalchemy.exc import IntegrityError

from newsletter.campaigns.approval import refuse_unapproved
from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.campaigns.failpoints import reach
from newsletter.campaigns.journal import note_campaign, refuse_forgotten
from newsletter.campaigns.ledger import finish_if_over, move_campaign, skip_suppressed
from newsletter.campaigns.lock import sole_sender
from newsletter.campaigns.model import Campaign, Plan, new_ref, short
from newsletter.campaigns.records import campaigns_of, known_campaign, retired_name
from newsletter.campaigns.states import CampaignState, DeliveryState
from newsletter.errors import CampaignError, ChangedError, NobodyError
from newsletter.message import Message
from newsletter.storage import Store
from newsletter.storage.computer import record_computer, refuse_elsewhere
from newsletter.storage.ledger import campaigns, deliveries
from newsletter.storage.moment import write_moment
from newsletter.subscribers.audience import EVERYBODY, Audience, has_copy, people_in

FARTHEST_HOLD = timedelta(hours=72)
"""SendGrid keeps a message for this long and no longer."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the person who said yes had before them; it must still be so when all is frozen.

    Attributes:
        count: how many people would receive it.
        digest: of the message.
        after: the opaque name of the campaign of the same issue that this one follows, if any:
            one yes starts one campaign, and not another one after that.
    """

    count: int
    digest: str
    after: str = ""

    def is_yes(self, typed: str) -> bool:
        """Whether what a person typed is a yes to this: the number of people, or the word."""
        return typed.strip().lower().replace(",", "") in {"yes", str(self.count)}


def start(
    store: Store,
    message: Message,
    *,
    slug: str,
    plan: Plan,
    seen: Seen | None = None,
    due_at: datetime | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> Campaign:
    """Freeze `message` and the plan's whole audience; nothing is sent yet.

    From here on the campaign works from the frozen copy only: editing the issue, the
    settings or the list cannot change what the rest receive.

    Args:
        store: where the ledger is.
        message: what everybody receives.
        slug: the issue's name; nobody gets it twice, however often it is sent.
        plan: how it goes out and to whom.
        seen: what was confirmed; if it has changed meanwhile, nothing is frozen.
        due_at: the time that was chosen; without one the campaign starts now.
        clock: the time.

    Raises:
        CampaignError: the issue was sent before and this is not to the rest, lacks an approval
            that the plan wants, or nobody would receive it.
        ChangedError: what was confirmed is not so any more.
        BusyError: the campaign before it is still being sent or cancelled.
    """
    reach("before-freeze")
    now = clock.now()
    try:
        with _predecessor_at_rest(store, slug, rest=plan.rest), store.write() as connection:
            refuse_elsewhere(connection)
            before = refuse_second(connection, slug, rest=plan.rest)
            refuse_forgotten(store, connection, slug)
            _refuse_unseen(seen, message, before)
            refuse_unapproved(connection, slug, message.digest, plan)
            _retire(connection, before, now)
            campaign_id = _insert_campaign(connection, message, slug, plan, now, due_at)
            frozen = _freeze_audience(connection, campaign_id, wanted(slug, plan.audience))
            _check_count(frozen, seen)
            skip_suppressed(connection, store.key, campaign_id)
            connection.execute(campaigns.update().where(campaigns.c.id == campaign_id).values(frozen=frozen))
            record_computer(connection)
            reach("inside-freeze")
    except IntegrityError as err:  # PostgreSQL: another process froze it at the same moment
        raise _under_way(slug) from err
    reach("after-freeze")
    campaign = known_campaign(store, slug)
    note_campaign(store, campaign)
    return campaign


def wanted(slug: str, audience: Audience) -> Select[Any]:
    """Return the query for those of an audience who do not have an issue.

    Left out is everybody whom an earlier campaign of the issue has reached or may have
    reached, at whichever address, or whom the provider rejected. Whoever it canceled or
    skipped does not have it.
    """
    return people_in(audience).where(not_(settled(slug)))


HAVE, PERHAPS = (DeliveryState.ACCEPTED,), (DeliveryState.UNKNOWN, DeliveryState.IN_FLIGHT, DeliveryState.QUEUED)
REJECTED = (DeliveryState.REFUSED,)


def settled(slug: str, states: Collection[DeliveryState] = HAVE + PERHAPS + REJECTED) -> ColumnElement[bool]:
    """Return the rule for subscribers whose copy of an issue came to one of these states.

    A rejection counts unless its campaign was canceled: then the issue was at fault, perhaps.
    """
    again = (deliveries.c.state == DeliveryState.REFUSED) & (campaigns.c.state == CampaignState.CANCELLED)
    return has_copy(slug, states, not_(again))


def count_rest(connection: Connection, slug: str, audience: Audience = EVERYBODY) -> int:
    """Return how many of an audience do not have an issue."""
    people = wanted(slug, audience).order_by(None).subquery()
    return connection.scalar(select(func.count()).select_from(people)) or 0


def refuse_second(connection: Connection, slug: str, *, rest: bool = False) -> Campaign | None:
    """Let an issue pass that was never sent, or whose sending was canceled, or whose rest is wanted.

    Returns:
        The latest campaign before this one, if there is one.

    Raises:
        CampaignError: it was sent; the error says whether it goes on, and who does not have
            it. Or a crash interrupted its cancelling, so that nobody knows yet what
            had been sent.
    """
    every = campaigns_of(connection, slug)
    for campaign in every:
        _refuse_unended(connection, campaign)
    latest = every[0] if every else None
    if rest and latest is None:
        hint, command = "Send it first.", f"newsletter send {slug}"
        raise CampaignError(f"{slug} was never sent, so --rest has nothing to add to", hint=hint, command=command)
    if latest is not None and latest.state is not CampaignState.CANCELLED and not rest:
        raise _sent_before(slug, count_rest(connection, slug))
    return latest


def _refuse_unended(connection: Connection, campaign: Campaign) -> None:
    """Let a campaign pass of which nothing is left to send; what nobody knows of may stay so."""
    slug = campaign.slug
    if campaign.state is CampaignState.CANCELLING:
        hint, command = "Finish that first.", f"newsletter cancel {slug}"
        raise CampaignError(f"{slug} is being canceled, or that was interrupted", hint=hint, command=command)
    if campaign.state is CampaignState.SCHEDULED:
        hint, command = "To change it, cancel that first.", f"newsletter cancel {slug}"
        raise CampaignError(f"{slug} is already scheduled", hint=hint, command=command)
    if is_unended(connection, campaign):
        raise _under_way(slug)


def is_unended(connection: Connection, campaign: Campaign) -> bool:
    """Whether some of a campaign is still to be sent, or on its way at this moment."""
    if campaign.state not in {CampaignState.SCHEDULED, CampaignState.SENDING, CampaignState.PAUSED}:
        return False
    left = deliveries.c.state.in_([DeliveryState.QUEUED, DeliveryState.IN_FLIGHT])
    query = select(deliveries.c.id).where(deliveries.c.campaign_id == campaign.id, left)
    return connection.execute(query.limit(1)).first() is not None


@contextlib.contextmanager
def _predecessor_at_rest(store: Store, slug: str, *, rest: bool) -> Iterator[None]:
    """Keep the issue's last campaign as it is: what is still held may be called back a moment later."""
    with store.read() as connection:
        before = refuse_second(connection, slug, rest=rest)
    with sole_sender(store, before) if before else contextlib.nullcontext():
        yield


def _retire(connection: Connection, before: Campaign | None, now: datetime) -> None:
    """Free the issue's name for the next campaign; under another name this one stays in the ledger."""
    if before is not None:
        finish_if_over(connection, before.id, now)  # a crash may have come before that
        renamed = update(campaigns).where(campaigns.c.id == before.id).values(slug=retired_name(before))
        connection.execute(renamed)


def hand_over(connection: Connection, campaign: Campaign, people: Collection[ColumnElement[bool]]) -> None:
    """Freeze some deliveries of an earlier campaign of the same issue for this one, too.

    They were left out of it while they were in doubt, and have turned out not to be sent.
    """
    if campaign.state in {CampaignState.CANCELLED, CampaignState.CANCELLING}:
        return  # sending the issue again freezes them anyway
    names = ["subscriber_id", "email", "email_key", "first_name", "last_name"]
    had = select(deliveries.c.email_key).where(deliveries.c.campaign_id == campaign.id)
    chosen = select(literal(campaign.id), *(deliveries.c[name] for name in names), literal(DeliveryState.QUEUED.value))
    missing = chosen.where(*people, deliveries.c.email != "", deliveries.c.email_key.not_in(had))
    before = _count(connection, campaign.id)
    connection.execute(insert(deliveries).from_select(["campaign_id", *names, "state"], missing))
    added = _count(connection, campaign.id) - before  # PostgreSQL's driver does not tell
    mine = campaigns.update().where(campaigns.c.id == campaign.id)
    connection.execute(mine.values(frozen=campaigns.c.frozen + added))
    if added and campaign.state is CampaignState.FINISHED:
        move_campaign(
            connection, campaign.id, CampaignState.PAUSED, reason="subscribers with unresolved messages were added"
        )


def _under_way(slug: str) -> CampaignError:
    hint = "Wait until it is done, or resume or cancel it first."
    command = f"newsletter status {slug}, newsletter resume {slug}, newsletter cancel {slug}"
    return CampaignError(f"{slug} is already being sent", hint=hint, command=command)


def _sent_before(slug: str, lacking: int) -> CampaignError:
    what = f"{slug} was already sent, and nobody gets an issue twice"
    if not lacking:
        return CampaignError(what, hint="Everyone has it.")
    who = "1 subscriber does" if lacking == 1 else f"{lacking:,} subscribers do"
    hint = f"{who} not have it yet. Send it to the rest."
    return CampaignError(what, hint=hint, command=f"newsletter send {slug} --rest")


def _insert_campaign(
    connection: Connection, message: Message, slug: str, plan: Plan, now: datetime, due_at: datetime | None
) -> int:
    waits = due_at is not None and (not plan.held or due_at - now > FARTHEST_HOLD)
    goes_out = due_at or (now + plan.hold_time if plan.held else None)
    row = insert(campaigns).values(
        ref=new_ref(),
        slug=slug,
        state=CampaignState.SCHEDULED if waits else CampaignState.SENDING,
        message=message.to_json(),
        digest=message.digest,
        plan=plan.to_json(),
        frozen=0,
        created_at=write_moment(now),
        due_at=write_moment(goes_out) if goes_out else None,
    )
    return int(connection.execute(row.returning(campaigns.c.id)).scalar_one())


def _freeze_audience(connection: Connection, campaign_id: int, people: Select[Any]) -> int:
    person = people.subquery()
    columns = (person.c.id, person.c.email, person.c.email_key, person.c.first_name, person.c.last_name)
    chosen = select(literal(campaign_id), *columns, literal(DeliveryState.QUEUED.value)).order_by(person.c.id)
    names = ["campaign_id", "subscriber_id", "email", "email_key", "first_name", "last_name", "state"]
    connection.execute(insert(deliveries).from_select(names, chosen))
    return _count(connection, campaign_id)


def _count(connection: Connection, campaign_id: int) -> int:
    mine = select(func.count()).select_from(deliveries).where(deliveries.c.campaign_id == campaign_id)
    return connection.scalar(mine) or 0


def _refuse_unseen(seen: Seen | None, message: Message, before: Campaign | None) -> None:
    if seen is None:
        return
    if message.digest != seen.digest:
        raise ChangedError(
            f"the issue changed after you saw it: it is version {short(message.digest)} now, not {short(seen.digest)}",
            hint="Nothing was sent. Check it again, then confirm.",
        )
    if (before.ref if before else "") != seen.after:
        hint = "Nothing was sent. Check it again, then confirm."
        raise ChangedError("it was sent after you confirmed", hint=hint)


def _check_count(frozen: int, seen: Seen | None) -> None:
    if frozen == 0:
        raise nobody()
    if seen is not None and frozen != seen.count:
        hint = "Nothing was sent. Check the new number, then confirm."
        raise ChangedError(f"the list changed after you saw it: {frozen:,} subscribers, not {seen.count:,}", hint=hint)


def nobody() -> NobodyError:
    """Return the error for an audience in which nobody is."""
    hint, command = "See the list of subscribers.", "newsletter subscribers list"
    return NobodyError("nobody would receive this: the audience is empty", hint=hint, command=command)
