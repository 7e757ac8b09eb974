"""Leaving by the token in a mail: the reader's own way out, which asks them nothing."""

from newsletter.storage import Store
from newsletter.subscribers.people import Person, person_by_id
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.tokens import read_token
from newsletter.subscribers.vocabulary import How, Reason


def whose(store: Store, token: str) -> Person | None:
    """Return the reader whose token this is, if they are on the list."""
    number = read_token(store.key, token)
    if number is None:
        return None
    with store.read() as connection:
        return person_by_id(connection, number)


def leave(store: Store, token: str) -> bool:
    """Take the reader whose token this is off the list; once or many times is the same.

    Returns:
        Whether the token is one of ours. Somebody whose record was erased since is off
        the list already, so theirs is as good as any.
    """
    number = read_token(store.key, token)
    if number is None:
        return False
    with store.write() as connection:
        person = person_by_id(connection, number)
        if person is not None:
            suppress(connection, store.key, person.email, Reason.UNSUBSCRIBED, how=How.TOKEN)
    return True
