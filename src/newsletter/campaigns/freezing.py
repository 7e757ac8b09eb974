"""The start of a campaign: message and audience are frozen, in one transaction."""

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from newsletter.campaigns.approval import refuse_unapproved
from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.campaigns.closing import move_campaign
from newsletter.campaigns.failpoints import reach
from newsletter.campaigns.journal import note_campaign, refuse_forgotten
from newsletter.campaigns.leavers import skip_suppressed
from newsletter.campaigns.lock import sole_sender
from newsletter.campaigns.plan import Campaign, Plan, short
from newsletter.campaigns.records import find_campaign, known_campaign, read_campaign
from newsletter.campaigns.refs import new_ref
from newsletter.campaigns.states import CampaignState, DeliveryState
from newsletter.errors import CampaignError, ChangedError
from newsletter.message import Message
from newsletter.storage import Store
from newsletter.storage.computer import record_computer, refuse_elsewhere
from newsletter.storage.ledger import campaigns, deliveries
from newsletter.storage.moment import write_moment
from newsletter.storage.people import subscribers
from newsletter.subscribers.audience import people_in

FARTHEST_HOLD = timedelta(hours=72)
"""SendGrid keeps a message for this long and no longer."""

_RETIRED = "#"  # no slug has one


@dataclass(frozen=True, slots=True)
class Seen:
    """What the person who said yes had before them; it must still be so when all is frozen.

    Attributes:
        count: how many people would receive it.
        digest: of the message.
        after: the opaque name of the cancelled campaign that this one follows, if any: one
            yes starts one campaign, and not another one after that was cancelled.
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
        slug: the issue's name; it can be sent once, for ever, unless that is cancelled.
        plan: how it goes out and to whom.
        seen: what was confirmed; if it has changed meanwhile, nothing is frozen.
        due_at: the time that was chosen; without one the campaign starts now.
        clock: the time.

    Raises:
        CampaignError: the issue was sent before, lacks an approval that the plan wants, or
            nobody would receive it.
        ChangedError: what was confirmed is not so any more.
        BusyError: the campaign before it is still being cancelled.
    """
    reach("before-freeze")
    now = clock.now()
    try:
        with _predecessor_at_rest(store, slug), store.write() as connection:
            refuse_elsewhere(connection)
            before = refuse_second(connection, slug)
            refuse_forgotten(store, connection, slug)
            _refuse_unseen(seen, message, before)
            refuse_unapproved(connection, slug, message.digest, plan)
            _retire(connection, before)
            campaign_id = _insert_campaign(connection, message, slug, plan, now, due_at)
            frozen = _freeze_audience(connection, campaign_id, wanted(slug, plan))
            _check_count(frozen, seen)
            skip_suppressed(connection, store.key, campaign_id)
            connection.execute(campaigns.update().where(campaigns.c.id == campaign_id).values(frozen=frozen))
            record_computer(connection)
            reach("inside-freeze")
    except IntegrityError as err:  # PostgreSQL: another process froze it at the same moment
        raise _sent_before(slug) from err
    reach("after-freeze")
    campaign = known_campaign(store, slug)
    note_campaign(store, campaign)
    return campaign


def wanted(slug: str, plan: Plan) -> Select[Any]:
    """Return the query for everybody who is to get an issue and has not got it.

    That is the plan's audience, less those whom an earlier campaign of the same issue had
    reached (or may have) before it was cancelled.
    """
    return people_in(plan.audience).where(subscribers.c.email_key.not_in(reached(slug)))


SURELY = (DeliveryState.ACCEPTED,)
PERHAPS = (DeliveryState.UNKNOWN, DeliveryState.IN_FLIGHT)


def reached(slug: str, states: Collection[DeliveryState] = SURELY + PERHAPS) -> Select[tuple[str]]:
    """Return the query for the address keys that a cancelled campaign of this issue had reached, or may have."""
    return (
        select(deliveries.c.email_key)
        .join(campaigns, campaigns.c.id == deliveries.c.campaign_id)
        .where(campaigns.c.state == CampaignState.CANCELLED, deliveries.c.state.in_(states))
        .where((campaigns.c.slug == slug) | campaigns.c.slug.startswith(f"{slug}{_RETIRED}", autoescape=True))
    )


def refuse_second(connection: Connection, slug: str) -> Campaign | None:
    """Let an issue pass that was never sent, or whose sending was cancelled.

    Returns:
        The cancelled campaign, if there is one.

    Raises:
        CampaignError: it was sent; the error says whether it goes on, and who is new
            since. Or a crash came between its cancelling, so that nobody knows yet what
            had been sent.
    """
    row = connection.execute(select(campaigns).where(campaigns.c.slug == slug)).one_or_none()
    if row is None:
        return None
    campaign = read_campaign(row)
    if campaign.state is CampaignState.CANCELLING:
        hint, command = "Finish that first.", f"newsletter cancel {slug}"
        raise CampaignError(f"cancelling {slug} is not over, or was interrupted", hint=hint, command=command)
    if campaign.state is not CampaignState.CANCELLED:
        raise _sent_before(slug, campaign, _newcomers(connection, campaign))
    return campaign


def _newcomers(connection: Connection, campaign: Campaign) -> int:
    """Count those of the audience who were not there when the campaign was frozen."""
    now = people_in(campaign.plan.audience).order_by(None).subquery()
    had = select(deliveries.c.email_key).where(deliveries.c.campaign_id == campaign.id)
    new = now.c.email_key.not_in(had) & now.c.email_key.not_in(reached(campaign.slug))
    query = select(func.count()).select_from(now).where(new)
    return connection.scalar(query) or 0


@contextlib.contextmanager
def _predecessor_at_rest(store: Store, slug: str) -> Iterator[None]:
    """Keep a cancelled campaign of this issue as it is: what is still held may be called back a moment later."""
    before = find_campaign(store, slug)
    if before is None or before.state is not CampaignState.CANCELLED:
        yield
        return
    with sole_sender(store, before):
        yield


def _retire(connection: Connection, cancelled: Campaign | None) -> None:
    """Give a cancelled campaign's name free; under another one it stays in the ledger."""
    if cancelled is not None:
        name = f"{cancelled.slug}{_RETIRED}{cancelled.id}"
        connection.execute(update(campaigns).where(campaigns.c.id == cancelled.id).values(slug=name))


def earlier_campaigns(connection: Connection, slug: str) -> list[Campaign]:
    """Return the cancelled campaigns of an issue that another one has followed, the latest first."""
    retired = campaigns.c.slug.startswith(f"{slug}{_RETIRED}", autoescape=True)
    rows = connection.execute(select(campaigns).where(retired).order_by(campaigns.c.id.desc()))
    return [read_campaign(row) for row in rows]


def with_earlier(connection: Connection, campaign: Campaign) -> list[Campaign]:
    """Return a campaign as it is now, and the cancelled ones of the same issue before it."""
    now = connection.execute(select(campaigns).where(campaigns.c.id == campaign.id)).one()
    return [read_campaign(now), *earlier_campaigns(connection, campaign.slug)]


def hand_over(connection: Connection, campaign: Campaign, people: Collection[ColumnElement[bool]]) -> None:
    """Freeze some deliveries of an earlier, cancelled campaign of the same issue for this one, too.

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
        move_campaign(connection, campaign.id, CampaignState.PAUSED, reason="people were added who had been in doubt")


def _sent_before(slug: str, campaign: Campaign | None = None, joined: int = 0) -> CampaignError:
    unfinished = campaign is None or campaign.state in {CampaignState.SENDING, CampaignState.PAUSED}
    if unfinished:
        hint, command = "Look how far it is, and go on with it.", f"newsletter status {slug}, newsletter resume {slug}"
        return CampaignError(f"{slug} is being sent already; an issue is sent once", hint=hint, command=command)
    if campaign is not None and campaign.state is CampaignState.SCHEDULED:
        hint, command = "Stop it first if you want to change it.", f"newsletter cancel {slug}"
        return CampaignError(f"{slug} is scheduled already; an issue is sent once", hint=hint, command=command)
    people = "One person has" if joined == 1 else f"{joined} people have"
    since = f"{people} joined since; they will get your next issue." if joined else "Nobody has joined since."
    return CampaignError(f"{slug} was sent already, and nobody gets an issue twice", hint=since)


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
            f"the issue changed while you were looking: it is version {short(message.digest)} now, "
            f"not {short(seen.digest)}",
            hint="Nothing was sent. Look at it once more, and say yes again.",
        )
    if (before.ref if before else "") != seen.after:
        hint = "Nothing was sent. Look at it once more, and say yes again."
        raise ChangedError("it was sent and cancelled since you said yes", hint=hint)


def _check_count(frozen: int, seen: Seen | None) -> None:
    if frozen == 0:
        hint, command = "Look at the list of people.", "newsletter subscribers list"
        raise CampaignError("nobody would receive this: the audience is empty", hint=hint, command=command)
    if seen is not None and frozen != seen.count:
        hint = "Nothing was sent. Look at the new number, and say yes again."
        raise ChangedError(f"the list changed while you were looking: {frozen} people, not {seen.count}", hint=hint)
