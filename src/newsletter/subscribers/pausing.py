"""Pauses: subscribers who want no issue for a while and stay on the list."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from newsletter.storage.moment import now, read_moment, write_moment
from newsletter.storage.people import pauses, subscribers


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
