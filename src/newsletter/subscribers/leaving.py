"""Unsubscribing by the token in a mail: the reader's own way out, which asks them nothing."""

from sqlalchemy import Connection

from newsletter.subscribers.people import Person, person_by_id
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import How, Reason


def unsubscribe(connection: Connection, key: bytes, subscriber_id: int) -> Person | None:
    """Unsubscribe the reader whom a token names; once or many times is the same.

    Args:
        connection: a transaction that writes.
        key: the workspace's.
        subscriber_id: as `newsletter.subscribers.tokens.read_token` read it.

    Returns:
        The reader as they were before; nothing if their record was erased since. They are off
        the list already, so their token is as good as any.
    """
    person = person_by_id(connection, subscriber_id)
    if person is not None:
        suppress(connection, key, person.email, Reason.UNSUBSCRIBED, how=How.TOKEN)
    return person
