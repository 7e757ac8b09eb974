"""The start of a campaign: message and audience are frozen, in one transaction."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.campaigns.failpoints import reach
from newsletter.campaigns.journal import note_campaign, refuse_forgotten
from newsletter.campaigns.plan import Campaign, Plan
from newsletter.campaigns.records import known_campaign, read_campaign
from newsletter.campaigns.refs import new_ref
from newsletter.campaigns.states import CampaignState, DeliveryState
from newsletter.errors import CampaignError
from newsletter.message import Message
from newsletter.storage import Store
from newsletter.storage.ledger import campaigns, deliveries
from newsletter.storage.moment import write_moment
from newsletter.storage.people import subscribers
from newsletter.subscribers.audience import audience

FARTHEST_HOLD = timedelta(hours=72)
"""SendGrid keeps a message for this long and no longer."""

_RETIRED = "#"  # no slug has one


def start(
    store: Store,
    message: Message,
    *,
    slug: str,
    plan: Plan,
    expected: int | None = None,
    due_at: datetime | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> Campaign:
    """Freeze `message` and everybody whom the plan's tags choose; nothing is sent yet.

    From here on the campaign works from the frozen copy only: editing the issue, the
    settings or the list cannot change what the rest receive.

    Args:
        store: where the ledger is.
        message: what everybody receives.
        slug: the issue's name; it can be sent once, for ever.
        plan: how it goes out and to whom.
        expected: how many people were confirmed; if their number has changed meanwhile,
            nothing is frozen.
        due_at: the time that was chosen; without one the campaign starts now.
        clock: the time.

    Raises:
        CampaignError: the issue was sent before, or nobody would receive it.
    """
    reach("before-freeze")
    now = clock.now()
    try:
        with store.write() as connection:
            refuse_second(connection, slug)
            refuse_forgotten(store, connection, slug)
            _retire_cancelled(connection, slug)
            campaign_id = _insert_campaign(connection, message, slug, plan, now, due_at)
            frozen = _freeze_audience(connection, campaign_id, wanted(slug, plan))
            _check_count(frozen, expected)
            connection.execute(campaigns.update().where(campaigns.c.id == campaign_id).values(frozen=frozen))
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
    person = audience(plan.tags, plan.not_tags)
    return person.where(subscribers.c.email_key.not_in(reached(slug)))


def reached(slug: str) -> Select[tuple[str]]:
    """Return the query for the address keys that a cancelled campaign of this issue had reached."""
    sent = [DeliveryState.ACCEPTED, DeliveryState.UNKNOWN, DeliveryState.IN_FLIGHT]
    return (
        select(deliveries.c.email_key)
        .join(campaigns, campaigns.c.id == deliveries.c.campaign_id)
        .where(campaigns.c.state == CampaignState.CANCELLED, deliveries.c.state.in_(sent))
        .where((campaigns.c.slug == slug) | campaigns.c.slug.startswith(f"{slug}{_RETIRED}", autoescape=True))
    )


def refuse_second(connection: Connection, slug: str) -> None:
    """Let an issue pass that was never sent, or whose sending was cancelled.

    Raises:
        CampaignError: it was; the error says whether it goes on, and who is new since.
    """
    row = connection.execute(select(campaigns).where(campaigns.c.slug == slug)).one_or_none()
    if row is None or row.state == CampaignState.CANCELLED:
        return
    campaign = read_campaign(row)
    raise _sent_before(slug, campaign, _newcomers(connection, campaign))


def _newcomers(connection: Connection, campaign: Campaign) -> int:
    """Count those of the audience who were not there when the campaign was frozen."""
    now = audience(campaign.plan.tags, campaign.plan.not_tags).order_by(None).subquery()
    had = select(deliveries.c.email_key).where(deliveries.c.campaign_id == campaign.id)
    query = select(func.count()).select_from(now).where(now.c.email_key.not_in(had))
    return connection.scalar(query) or 0


def _retire_cancelled(connection: Connection, slug: str) -> None:
    """Give a cancelled campaign's name free; under another one it stays in the ledger."""
    old = campaigns.c.slug == slug
    row = connection.execute(select(campaigns.c.id).where(old)).one_or_none()
    if row is not None:
        connection.execute(update(campaigns).where(old).values(slug=f"{slug}{_RETIRED}{row.id}"))


def _sent_before(slug: str, campaign: Campaign | None = None, joined: int = 0) -> CampaignError:
    unfinished = campaign is None or campaign.state in {CampaignState.SENDING, CampaignState.PAUSED}
    if unfinished:
        hint = f"Look at it with: newsletter status {slug}\nGo on with it with: newsletter resume {slug}"
        return CampaignError(f"{slug} is being sent already; an issue is sent once", hint=hint)
    if campaign is not None and campaign.state is CampaignState.SCHEDULED:
        hint = f"Stop it first if you want to change it: newsletter cancel {slug}"
        return CampaignError(f"{slug} is scheduled already; an issue is sent once", hint=hint)
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
    mine = select(func.count()).select_from(deliveries).where(deliveries.c.campaign_id == campaign_id)
    return connection.scalar(mine) or 0


def _check_count(frozen: int, expected: int | None) -> None:
    if frozen == 0:
        hint = "Look at the list with: newsletter subscribers list"
        raise CampaignError("nobody would receive this: the audience is empty", hint=hint)
    if expected is not None and frozen != expected:
        hint = "Nothing was sent. Run the command again and look at the new number."
        raise CampaignError(f"the list changed while you were looking: {frozen} people, not {expected}", hint=hint)
