"""Subscribers who stay on the list and want fewer issues: none for a while, or one a month."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, not_, select

from newsletter.storage.ledger import IS_CORRECTION, WAS_PRACTICE, campaigns, deliveries
from newsletter.storage.moment import now, read_moment, write_moment
from newsletter.storage.people import pauses, subscribers
from newsletter.subscribers.listing import has_tag

ONCE_A_MONTH = "once a month"
"""The tag of whoever wants no more than one issue a month: staff see it, and can set it, like any other."""

_MONTH = timedelta(days=25)  # a monthly issue may be some days early
_HAS_OR_MAY = ("accepted", "unknown", "in_flight", "queued")


def pause(connection: Connection, subscriber_id: int, until: datetime) -> None:
    """Send this subscriber no issue before `until`."""
    resume(connection, subscriber_id)
    connection.execute(insert(pauses).values(subscriber_id=subscriber_id, until=write_moment(until)))


def resume(connection: Connection, subscriber_id: int) -> None:
    """Send this subscriber issues again."""
    connection.execute(delete(pauses).where(pauses.c.subscriber_id == subscriber_id))


def paused_until(connection: Connection, subscriber_id: int) -> datetime | None:
    """Return until when this subscriber is paused, or nothing."""
    mine = select(pauses.c.until).where(pauses.c.subscriber_id == subscriber_id, pauses.c.until > now())
    found = connection.scalar(mine)
    return read_moment(found) if found else None


def is_paused() -> ColumnElement[bool]:
    """Return the condition that a subscriber is paused now."""
    return subscribers.c.id.in_(select(pauses.c.subscriber_id).where(pauses.c.until > now()))


def has_enough() -> ColumnElement[bool]:
    """Return the condition that a subscriber wants one issue a month, and has been sent one or is about to be.

    A practice send reached nobody, and a correction is no issue of its own. What goes out in more than a month is
    too far away to be this month's.
    """
    at, today = func.coalesce(campaigns.c.due_at, campaigns.c.created_at), datetime.now(tz=UTC)
    recent = (
        select(deliveries.c.id)
        .join(campaigns, campaigns.c.id == deliveries.c.campaign_id)
        .where(at > write_moment(today - _MONTH), at < write_moment(today + _MONTH))
        .where(deliveries.c.state.in_(_HAS_OR_MAY), not_(WAS_PRACTICE), not_(IS_CORRECTION))
    )
    keys, ids = recent.with_only_columns(deliveries.c.email_key), recent.with_only_columns(deliveries.c.subscriber_id)
    return and_(has_tag(ONCE_A_MONTH), subscribers.c.email_key.in_(keys) | subscribers.c.id.in_(ids))
