"""Whoever needs a person's attention: rejected, or perhaps mailed and perhaps not."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, func, select, update

from newsletter.campaigns.closing import REJECTED_UNNAMED, anybody_accepted, move_campaign, state_of
from newsletter.campaigns.lock import sole_sender
from newsletter.campaigns.plan import Campaign
from newsletter.campaigns.records import campaigns_of
from newsletter.campaigns.states import OPEN, CampaignState, DeliveryState, check
from newsletter.errors import CampaignError
from newsletter.storage import Store
from newsletter.storage.ledger import deliveries
from newsletter.storage.people import subscribers
from newsletter.subscribers.vocabulary import Status


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
    """Name everybody who was refused or is in doubt, the doubtful first.

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
        state = state_of(connection, campaign.id)
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
