"""The readers whose names try a mail the hardest: the longest name on the list, and the emptiest."""

from sqlalchemy import Connection, func, select

from newsletter.storage.people import subscribers
from newsletter.subscribers.people import Person, to_person
from newsletter.subscribers.vocabulary import Status

_LENGTH = func.length(subscribers.c.first_name) + func.length(subscribers.c.last_name)


def has_readers(connection: Connection) -> bool:
    """Whether anybody on the list would get a mail."""
    query = select(subscribers.c.id).where(subscribers.c.status == Status.SUBSCRIBED).limit(1)
    return connection.scalar(query) is not None


def longest_name(connection: Connection) -> Person | None:
    """Return the subscriber with the longest first and last name, if there is any subscriber."""
    return _first(connection, backwards=True)


def emptiest_name(connection: Connection) -> Person | None:
    """Return the subscriber of whose name the list knows least, if there is any subscriber."""
    return _first(connection, backwards=False)


def _first(connection: Connection, *, backwards: bool) -> Person | None:
    query = select(subscribers).where(subscribers.c.status == Status.SUBSCRIBED)
    order = _LENGTH.desc() if backwards else _LENGTH
    row = connection.execute(query.order_by(order, subscribers.c.id).limit(1)).one_or_none()
    return None if row is None else to_person(row)
