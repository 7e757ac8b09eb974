"""Taking back a slip of the hand: somebody was taken off the list by mistake, a moment ago.

This is no way round consent. It gives back only what was just taken, only if nothing has
happened since, and the history keeps both: what was done, and that it was a slip.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, update

from newsletter.errors import SubscriberError
from newsletter.storage.people import subscribers
from newsletter.subscribers import suppression
from newsletter.subscribers.consent import Consent, history, record
from newsletter.subscribers.people import Person, person_by_id
from newsletter.subscribers.vocabulary import How, Reason, Status, What

A_MOMENT = timedelta(hours=1)
"""How long after it a slip can be taken back; later on it takes the person's own word."""

_STOOD: dict[What, Status] = {
    What.REQUESTED: Status.PENDING,
    What.SUBSCRIBED: Status.SUBSCRIBED,
    What.CONFIRMED: Status.SUBSCRIBED,
    What.RESUBSCRIBED: Status.SUBSCRIBED,
}


def can_be_taken_back(connection: Connection, key: bytes, person: Person, now: datetime | None = None) -> bool:
    """Whether the last thing that happened to `person` is that they were unsubscribed by hand, just now."""
    return _before(connection, key, person, now or datetime.now(tz=UTC)) is not None


def take_back_unsubscribing(
    connection: Connection, key: bytes, subscriber_id: int, now: datetime | None = None
) -> Person:
    """Let somebody stand on the list as they stood before they were unsubscribed by mistake.

    Raises:
        SubscriberError: there is no such person, it is too long ago, or something else
            has happened to them since.
    """
    person = person_by_id(connection, subscriber_id)
    stood = _before(connection, key, person, now or datetime.now(tz=UTC)) if person else None
    if person is None or stood is None:
        hint = "If they want to be on the list, resubscribe them with the wording that they agree to."
        raise SubscriberError("this can no longer be undone", hint=hint)
    suppression.lift(connection, key, person.email)
    status = _STOOD[stood.what]
    connection.execute(update(subscribers).where(subscribers.c.id == person.id).values(status=status))
    what = What.REQUESTED if status is Status.PENDING else What.RESUBSCRIBED
    note = "undone: they were unsubscribed by mistake"
    record(connection, person.id, what, How.COMMAND, wording=stood.wording, note=note)
    return person_by_id(connection, person.id) or person


def _before(connection: Connection, key: bytes, person: Person, now: datetime) -> Consent | None:
    """Return the entry by which they were on the list until the slip, if it was one."""
    if person.status is not Status.UNSUBSCRIBED:
        return None
    if suppression.reason_for(connection, key, person.email) is not Reason.UNSUBSCRIBED:
        return None
    *earlier, last = history(connection, person.id) or (None,)
    if last is None or (last.what, last.how) != (What.UNSUBSCRIBED, How.COMMAND):
        return None
    before = next((one for one in reversed(earlier) if one and one.what is not What.RENEWED), None)
    return before if before is not None and before.what in _STOOD and now - last.at <= A_MOMENT else None
