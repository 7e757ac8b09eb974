"""Undoing an unsubscribe, or a mark that an address bounces, that was made by mistake a moment ago.

This is no way around consent. It restores only what was just changed, only if nothing has
happened since, and the history keeps both: what was done, and that it was a mistake.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, update

from newsletter.errors import SubscriberError
from newsletter.storage.people import subscribers
from newsletter.subscribers import suppression
from newsletter.subscribers.consent import STATUS_BY_ENTRY, Consent, entry_on_the_list, history, record
from newsletter.subscribers.records import Subscriber, subscriber_by_id
from newsletter.subscribers.vocabulary import How, Reason, Status, What

A_MOMENT = timedelta(hours=1)
"""How long it can be undone; later on it takes the person's own word."""


def can_be_undone(connection: Connection, key: bytes, person: Subscriber, now: datetime | None = None) -> bool:
    """Whether the last thing that happened to `person` is that they were suppressed by hand, just now."""
    return _before(connection, key, person, now or datetime.now(tz=UTC)) is not None


def undo_suppression(connection: Connection, key: bytes, subscriber_id: int, now: datetime | None = None) -> Subscriber:
    """Make somebody what they were before they were unsubscribed, or marked as bounced, by mistake.

    Raises:
        SubscriberError: there is no such person, it is too long ago, or something else
            has happened to them since.
    """
    person = subscriber_by_id(connection, subscriber_id)
    before = _before(connection, key, person, now or datetime.now(tz=UTC)) if person else None
    if person is None or before is None:
        hint = "If they want to be on the list, resubscribe them with the wording that they agree to."
        raise SubscriberError("this can no longer be undone", hint=hint)
    suppression.lift(connection, key, person.email)
    status = STATUS_BY_ENTRY[before.what]
    connection.execute(update(subscribers).where(subscribers.c.id == person.id).values(status=status))
    what = What.REQUESTED if status is Status.PENDING else What.RESUBSCRIBED
    mistake = "unsubscribed" if person.status is Status.UNSUBSCRIBED else "marked as bounced"
    note = f"undone: they were {mistake} by mistake"
    record(connection, person.id, what, How.COMMAND, wording=before.wording, note=note)
    return subscriber_by_id(connection, person.id) or person


def _before(connection: Connection, key: bytes, person: Subscriber, now: datetime) -> Consent | None:
    """Return the entry by which they were on the list until that mistake, if it was one."""
    if person.status not in {Status.UNSUBSCRIBED, Status.BOUNCED}:
        return None
    if suppression.reason_for(connection, key, person.email) != Reason(person.status.value):
        return None
    *earlier, last = history(connection, person.id) or (None,)
    if last is None or (last.what, last.how) != (What(person.status.value), How.COMMAND):
        return None
    before = entry_on_the_list(one for one in earlier if one)
    return before if before is not None and now - last.at <= A_MOMENT else None
