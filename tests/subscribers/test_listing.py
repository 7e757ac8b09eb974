"""Looking people up: by words, by filters, in order, and how many there are."""

import pytest

from newsletter.storage import Store
from newsletter.subscribers.listing import Query, by_status, count, people
from newsletter.subscribers.records import Profile, add_subscriber
from newsletter.subscribers.suppression import by_reason, find_suppression, suppress
from newsletter.subscribers.vocabulary import Reason, Status

PEOPLE = (
    ("ana.lima@example.org", "Ana", "Lima"),
    ("ben_50%@example.com", "Ben", "O'Brien"),
    ("dj@bücher.example", "Đorđe", "Müller"),
    ("cleo@example.org", "Cleo", "Lima"),
)


@pytest.fixture(autouse=True)
def _some_people(store: Store) -> None:
    with store.write() as connection:
        for email, first, last in PEOPLE:
            profile = Profile(first_name=first, last_name=last)
            add_subscriber(connection, store.key, email, profile, wording="Yes.", pending=first == "Ben")


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["Ana", "Ben", "Đorđe", "Cleo"]),
        ("LIMA", ["Ana", "Cleo"]),
        ("lima ana", ["Ana"]),
        ("Ana Lima", ["Ana"]),
        ("cleo example.org", ["Cleo"]),
        ("o'brien", ["Ben"]),
        ("50%", ["Ben"]),
        ("n_5", ["Ben"]),
        ("_", ["Ben"]),
        ("đorđe", ["Đorđe"]),
        ("MÜLLER", ["Đorđe"]),
        ("dj@BÜCHER.example", ["Đorđe"]),
        ("ana ben", []),
    ],
)
def test_each_word_is_found_in_address_or_name(store: Store, search: str, found: list[str]) -> None:
    """In any case, in any order; signs that the database gives a meaning to are plain signs."""
    with store.read() as connection:
        assert [one.first_name for one in people(connection, Query(search=search))] == found
        assert count(connection, Query(search=search)) == len(found)


def test_counting_can_stop_early(store: Store) -> None:
    """For "more than 2" nobody need count to a million."""
    with store.read() as connection:
        assert count(connection, Query(), most=3) == 3
        assert count(connection, Query(), most=100) == 4


def test_people_are_counted_by_status_and_suppressions_by_reason(store: Store) -> None:
    """Each person has one status; an address of which nothing is known can be suppressed, too."""
    with store.write() as connection:
        suppress(connection, store.key, "cleo@example.org", Reason.COMPLAINED)
        suppress(connection, store.key, "never@example.org", Reason.UNSUBSCRIBED)

        assert by_status(connection) == {
            Status.PENDING: 1,
            Status.SUBSCRIBED: 2,
            Status.UNSUBSCRIBED: 0,
            Status.BOUNCED: 0,
            Status.COMPLAINED: 1,
        }
        assert by_reason(connection) == {Reason.UNSUBSCRIBED: 1, Reason.COMPLAINED: 1}
        found = find_suppression(connection, store.key, "CLEO@example.org")
        assert found is not None
        assert found.reason is Reason.COMPLAINED
        assert find_suppression(connection, store.key, "ana.lima@example.org") is None
