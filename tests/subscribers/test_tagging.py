"""Tagging everybody whom a query finds, and taking that back."""

import pytest
from sqlalchemy import Connection

from newsletter.errors import SubscriberError
from newsletter.storage import Store
from newsletter.subscribers import listing
from newsletter.subscribers.listing import Query, by_tag, people, tags_in_use
from newsletter.subscribers.records import Profile, add_subscriber


@pytest.fixture(autouse=True)
def _three_people(store: Store) -> None:
    with store.write() as connection:
        for name, tags in (("ana", ["news"]), ("ben", ["events", "news"]), ("cleo", [])):
            profile = Profile(first_name=name, tags=tags)
            add_subscriber(connection, store.key, f"{name}@example.org", profile, wording="Yes.")


def test_a_tag_is_given_to_those_who_lack_it_and_taken_back(store: Store) -> None:
    """Undoing touches those alone whom the step changed: who had the tag before keeps it."""
    with store.write() as connection:
        changed = listing.tag_all(connection, Query(), " Events ")
        assert _tags(connection) == {"ana": "events news", "ben": "events news", "cleo": "events"}

        assert listing.tag_these(connection, changed, remove=("events",)) == len(changed) == 2
        assert _tags(connection) == {"ana": "news", "ben": "events news", "cleo": ""}


def test_a_tag_is_taken_from_those_who_are_looked_for(store: Store) -> None:
    """The others keep it, and the same people get it back."""
    with store.write() as connection:
        changed = listing.untag_all(connection, Query(search="ana"), "news")
        assert _tags(connection) == {"ana": "", "ben": "events news", "cleo": ""}

        listing.tag_these(connection, changed, add=("news",))
        assert _tags(connection)["ana"] == "news"


def test_more_people_than_a_step_holds_are_all_tagged(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody falls between two steps, although each step changes what the next one looks through."""
    monkeypatch.setattr(listing, "_STEP", 2)
    with store.write() as connection:
        assert len(listing.untag_all(connection, Query(tags=("news",)), "news")) == 2
        assert len(listing.tag_all(connection, Query(), "x")) == 3
        assert set(_tags(connection).values()) == {"x", "events x"}


@pytest.mark.parametrize("name", ["", " , ", '"*'])
def test_a_tag_without_a_letter_is_refused(store: Store, name: str) -> None:
    """Nobody gets a tag that nobody could look for."""
    with store.write() as connection, pytest.raises(SubscriberError, match="letter or a digit"):
        listing.tag_all(connection, Query(), name)


def test_tags_in_use_are_counted(store: Store) -> None:
    """Each person counts once for each of their tags."""
    with store.read() as connection:
        assert by_tag(connection) == {"events": 1, "news": 2}
        assert tags_in_use(connection) == ("events", "news")


def _tags(connection: Connection) -> dict[str, str]:
    return {one.first_name: " ".join(one.tags) for one in people(connection, Query())}
