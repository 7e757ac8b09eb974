"""Correcting names and language."""

import pytest

from newsletter.errors import SubscriberError
from newsletter.storage import Store
from newsletter.subscribers.consent import history
from newsletter.subscribers.records import Profile, add_subscriber, edit


def test_names_and_language_are_corrected_and_cleaned(store: Store) -> None:
    """Nothing else changes, and the history is about consent alone."""
    with store.write() as connection:
        profile = Profile(first_name="Anna", last_name="Lima", tags=["news"])
        ana = add_subscriber(connection, store.key, "ana@example.org", profile, wording="Yes.")
        after = edit(connection, ana.id, first_name=" Ana\n", last_name="", language="pt_br")

        assert (after.first_name, after.last_name, after.language) == ("Ana", "", "pt-BR")
        assert (after.email, after.tags, after.status, after.created_at) == (
            ana.email, ana.tags, ana.status, ana.created_at,
        )  # fmt: skip
        assert len(history(connection, ana.id)) == 1


def test_what_is_no_language_is_refused(store: Store) -> None:
    """And nothing is changed by halves."""
    with store.write() as connection:
        ana = add_subscriber(connection, store.key, "ana@example.org", Profile(first_name="Ana"), wording="Yes.")
        with pytest.raises(SubscriberError, match="not a language code"):
            edit(connection, ana.id, first_name="X", last_name="", language="klingon")
        assert edit(connection, ana.id, first_name="Ana", last_name="", language="") == ana


def test_nobody_is_told(store: Store) -> None:
    """An id that nobody has is refused."""
    with store.write() as connection, pytest.raises(SubscriberError, match="no longer on the list"):
        edit(connection, 4711, first_name="X", last_name="", language="")
