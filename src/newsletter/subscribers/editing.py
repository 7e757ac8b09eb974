"""Correcting what is known of a person: their names and their language.

The address is not among it. Consent was given for one address; another one is another
subscription, with words of its own.
"""

from sqlalchemy import Connection, update

from newsletter.errors import SubscriberError
from newsletter.storage.people import subscribers
from newsletter.subscribers.names import clean_language, clean_name
from newsletter.subscribers.people import Person, person_by_id


def edit(connection: Connection, subscriber_id: int, *, first_name: str, last_name: str, language: str) -> Person:
    """Put these names and this language in the place of what is known; an empty one is taken away.

    Raises:
        SubscriberError: there is no such person, or the language is none.
    """
    if language.strip() and not clean_language(language):
        raise SubscriberError("this is not a language code", hint="Write it as en, es or pt-BR, or leave it empty.")
    values = {
        "first_name": clean_name(first_name),
        "last_name": clean_name(last_name),
        "language": clean_language(language),
    }
    connection.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(**values))
    person = person_by_id(connection, subscriber_id)
    if person is None:
        raise SubscriberError("this subscriber is no longer on the list", hint="Search the list.")
    return person
