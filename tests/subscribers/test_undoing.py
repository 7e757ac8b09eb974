"""Undoing a mistake made by hand, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.errors import SubscriberError
from newsletter.storage import Store
from newsletter.subscribers.consent import history
from newsletter.subscribers.records import Subscriber, add_subscriber, get_subscriber, resubscribe
from newsletter.subscribers.suppression import reason_for, suppress
from newsletter.subscribers.undoing import can_be_undone, undo_suppression
from newsletter.subscribers.vocabulary import How, Reason, Status, What

ANA = "ana@example.org"


@pytest.mark.parametrize("pending", [False, True])
def test_a_slip_is_taken_back_to_how_it_was(store: Store, *, pending: bool) -> None:
    """Whoever had not confirmed their address still has to; both steps stay in the history."""
    person = _add(store, pending=pending)
    with store.write() as connection:
        suppress(connection, store.key, ANA, Reason.UNSUBSCRIBED)
        back = undo_suppression(connection, store.key, person.id)

        assert back == person
        assert reason_for(connection, store.key, ANA) is None
        last = history(connection, person.id)[-1]
        assert last.what is (What.REQUESTED if pending else What.RESUBSCRIBED)
        assert (last.wording, last.note) == ("Yes.", "undone: they were unsubscribed by mistake")
        assert len(history(connection, person.id)) == 3


@pytest.mark.parametrize("how", [How.TOKEN, How.EVENT, How.FORM, How.IMPORT])
def test_who_left_themselves_stays_away(store: Store, how: How) -> None:
    """Only what was done by hand here can have been a slip."""
    person = _add(store)
    with store.write() as connection:
        suppress(connection, store.key, ANA, Reason.UNSUBSCRIBED, how=how)
    _refuses(store, person)


@pytest.mark.parametrize(
    ("reason", "how"), [(Reason.COMPLAINED, How.COMMAND), (Reason.COMPLAINED, How.EVENT), (Reason.BOUNCED, How.EVENT)]
)
def test_a_graver_reason_stays(store: Store, reason: Reason, how: How) -> None:
    """Complaints are no slips of the hand, nor is a bounce that the provider reported."""
    person = _add(store)
    with store.write() as connection:
        suppress(connection, store.key, ANA, reason, how=how)
    _refuses(store, person)


def test_a_slip_is_taken_back_only_once_and_only_soon(store: Store) -> None:
    """A replayed request finds nothing to take back; so does one that comes an hour later."""
    person = _add(store)
    _refuses(store, person)
    with store.write() as connection:
        suppress(connection, store.key, ANA, Reason.UNSUBSCRIBED)
        later = datetime.now(tz=UTC) + timedelta(hours=2)
        with pytest.raises(SubscriberError):
            undo_suppression(connection, store.key, person.id, now=later)
        undo_suppression(connection, store.key, person.id)
    _refuses(store, person)


def test_who_came_back_and_left_again_stood_subscribed(store: Store) -> None:
    """What counts is how they stood last."""
    person = _add(store, pending=True)
    with store.write() as connection:
        suppress(connection, store.key, ANA, Reason.UNSUBSCRIBED, how=How.TOKEN)
        resubscribe(connection, store.key, ANA, wording="Again, please.", note="by phone")
        suppress(connection, store.key, ANA, Reason.UNSUBSCRIBED)
        assert undo_suppression(connection, store.key, person.id).status is Status.SUBSCRIBED


def test_nobody_is_not_brought_back(store: Store) -> None:
    """An id that nobody has is refused in words."""
    with store.write() as connection, pytest.raises(SubscriberError, match="can no longer be undone"):
        undo_suppression(connection, store.key, 4711)


def _add(store: Store, *, pending: bool = False) -> Subscriber:
    with store.write() as connection:
        return add_subscriber(connection, store.key, ANA, wording="Yes.", pending=pending)


def _refuses(store: Store, person: Subscriber) -> None:
    with store.write() as connection:
        known = get_subscriber(connection, ANA)
        assert not can_be_undone(connection, store.key, known)
        with pytest.raises(SubscriberError):
            undo_suppression(connection, store.key, person.id)
        assert get_subscriber(connection, ANA).status is known.status
