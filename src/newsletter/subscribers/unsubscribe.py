"""Unsubscribing by the token in a mail, and undoing an unsubscribe that was a mistake.

Undoing is no way around consent. It gives back only what was just taken, only if nothing has
happened since, and the history keeps both.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, update

from newsletter.errors import SubscriberError
from newsletter.storage.people import subscribers
from newsletter.subscribers import suppression
from newsletter.subscribers.consent import Consent, history, record
from newsletter.subscribers.records import Subscriber, subscriber_by_id
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import How, Reason, Status, What


def unsubscribe(connection: Connection, key: bytes, subscriber_id: int) -> Subscriber | None:
    """Unsubscribe the reader whom a token names; once or many times is the same.

    Args:
        connection: a transaction that writes.
        key: the workspace's.
        subscriber_id: as `newsletter.subscribers.tokens.read_token` read it.

    Returns:
        The reader as they were before; nothing if their record was erased since. They are off
        the list already, so their token is as good as any.
    """
    person = subscriber_by_id(connection, subscriber_id)
    if person is not None:
        suppress(connection, key, person.email, Reason.UNSUBSCRIBED, how=How.TOKEN)
    return person


UNDO_WITHIN = timedelta(hours=1)
"""How long an unsubscribe can be undone; later on it takes the person's own word."""

_BEFORE: dict[What, Status] = {
    What.REQUESTED: Status.PENDING,
    What.SUBSCRIBED: Status.SUBSCRIBED,
    What.CONFIRMED: Status.SUBSCRIBED,
    What.RESUBSCRIBED: Status.SUBSCRIBED,
}


def can_undo_unsubscribe(connection: Connection, key: bytes, person: Subscriber, now: datetime | None = None) -> bool:
    """Whether the last thing that happened to `person` is that they were unsubscribed by hand, just now."""
    return _before(connection, key, person, now or datetime.now(tz=UTC)) is not None


def undo_unsubscribe(connection: Connection, key: bytes, subscriber_id: int, now: datetime | None = None) -> Subscriber:
    """Put somebody back on the list as they were before they were unsubscribed by mistake.

    Raises:
        SubscriberError: there is no such person, it is too long ago, or something else
            has happened to them since.
    """
    person = subscriber_by_id(connection, subscriber_id)
    entry = _before(connection, key, person, now or datetime.now(tz=UTC)) if person else None
    if person is None or entry is None:
        hint = "If they want to be on the list, bring them back with the words that they agree to."
        raise SubscriberError("this can no longer be undone", hint=hint)
    suppression.lift(connection, key, person.email)
    status = _BEFORE[entry.what]
    connection.execute(update(subscribers).where(subscribers.c.id == person.id).values(status=status))
    what = What.REQUESTED if status is Status.PENDING else What.RESUBSCRIBED
    note = "undone: they had been unsubscribed by mistake"
    record(connection, person.id, what, How.COMMAND, wording=entry.wording, note=note)
    return subscriber_by_id(connection, person.id) or person


def _before(connection: Connection, key: bytes, person: Subscriber, now: datetime) -> Consent | None:
    """Return the entry by which they were on the list until that mistake, if it can be undone."""
    if person.status is not Status.UNSUBSCRIBED:
        return None
    if suppression.reason_for(connection, key, person.email) is not Reason.UNSUBSCRIBED:
        return None
    *earlier, last = history(connection, person.id) or (None,)
    if last is None or (last.what, last.how) != (What.UNSUBSCRIBED, How.COMMAND):
        return None
    before = next((one for one in reversed(earlier) if one and one.what is not What.RENEWED), None)
    return before if before is not None and before.what in _BEFORE and now - last.at <= UNDO_WITHIN else None
