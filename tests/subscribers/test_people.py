"""One person at a time: add, find, leave, come back."""

import pytest
from sqlalchemy import select

from newsletter.errors import AddressError, SubscriberError
from newsletter.storage import Store
from newsletter.storage.people import suppressions
from newsletter.subscribers.audience import count, left_out, people_in
from newsletter.subscribers.consent import history
from newsletter.subscribers.records import (
    Profile,
    add_subscriber,
    confirm,
    find_subscriber,
    get_subscriber,
    resubscribe,
)
from newsletter.subscribers.suppression import suppress, suppressed_among
from newsletter.subscribers.vocabulary import How, Reason, Status, What

WORDING = "I would like the monthly newsletter."


def test_added_person_is_found_however_the_address_is_written(store: Store) -> None:
    """Case, and the way an international domain is written, make no difference."""
    with store.write() as connection:
        profile = Profile(first_name="Ana", last_name="Lima", tags=("group", "news"), source="paper form")
        added = add_subscriber(connection, store.key, " Ana.Lima@Bücher.example.org ", profile, wording=WORDING)
    with store.read() as connection:
        assert added == find_subscriber(connection, "ana.LIMA@xn--bcher-kva.EXAMPLE.org")
        assert find_subscriber(connection, "analima@bücher.example.org") is None
    assert (
        added.first_name,
        added.last_name,
        added.tags,
        added.source,
        added.status,
    ) == ("Ana", "Lima", ("group", "news"), "paper form", Status.SUBSCRIBED)


def test_consent_is_kept_word_for_word(store: Store) -> None:
    """What somebody agreed to can be shown later."""
    with store.write() as connection:
        person = add_subscriber(connection, store.key, "ana@example.org", wording=WORDING, pending=True)
        confirm(connection, person.id, how=How.TOKEN)
        entries = history(connection, person.id)
    assert [(entry.what, entry.how, entry.wording) for entry in entries] == [
        (What.REQUESTED, How.COMMAND, WORDING),
        (What.CONFIRMED, How.TOKEN, ""),
    ]


def test_same_address_is_not_added_twice(store: Store) -> None:
    """A second record of a mailbox would be a second mail."""
    with store.write() as connection:
        add_subscriber(connection, store.key, "ana@example.org", wording=WORDING)
        with pytest.raises(SubscriberError, match="already"):
            add_subscriber(connection, store.key, "ANA@example.org", wording=WORDING)


@pytest.mark.parametrize(("wording", "note"), [("", "by phone"), (" \n", "by phone"), ("Add me again.", " ")])
def test_empty_evidence_is_refused(store: Store, wording: str, note: str) -> None:
    """No words are no consent, and coming back takes a reason; the suppression stays."""
    with store.write() as connection:
        suppress(connection, store.key, "ana@example.org", Reason.UNSUBSCRIBED)
        with pytest.raises(SubscriberError, match="must not be empty"):
            resubscribe(connection, store.key, "ana@example.org", wording=wording, note=note)
        if not wording.strip():
            with pytest.raises(SubscriberError, match="must not be empty"):
                add_subscriber(connection, store.key, "ben@example.org", wording=wording)
        assert suppressed_among(connection, store.key, ["ana@example.org"]) == {"ana@example.org"}


@pytest.mark.parametrize("reason", Reason)
def test_suppressed_person_is_in_no_audience(store: Store, reason: Reason) -> None:
    """Whoever is suppressed, for whatever reason, is not mailed and is counted as left out."""
    with store.write() as connection:
        for name in ("ana", "ben"):
            add_subscriber(connection, store.key, f"{name}@example.org", wording=WORDING)
        assert suppress(connection, store.key, "ANA@example.org", reason)
        assert [row.email for row in connection.execute(people_in())] == ["ben@example.org"]
        assert {reason.status.value: 1} == left_out(connection)
        assert {"ana@example.org"} == suppressed_among(
            connection, store.key, ["ana@example.org", "ben@example.org", "cy@example.org"]
        )


def test_graver_reason_stays(store: Store) -> None:
    """A later bounce does not make a complaint look harmless."""
    with store.write() as connection:
        add_subscriber(connection, store.key, "ana@example.org", wording=WORDING)
        suppress(connection, store.key, "ana@example.org", Reason.COMPLAINED)
        assert not suppress(connection, store.key, "ana@example.org", Reason.BOUNCED)
        assert get_subscriber(connection, "ana@example.org").status is Status.COMPLAINED


def test_stranger_can_be_suppressed_in_advance(store: Store) -> None:
    """An address that is not on the list yet cannot come onto it after it was suppressed."""
    with store.write() as connection:
        assert suppress(connection, store.key, "ana@example.org", Reason.UNSUBSCRIBED)
        with pytest.raises(SubscriberError, match="is suppressed"):
            add_subscriber(connection, store.key, "ana@example.org", wording=WORDING)


def test_suppressions_name_nobody(store: Store) -> None:
    """The list holds neither address nor name."""
    with store.write() as connection:
        suppress(connection, store.key, "ana@example.org", Reason.UNSUBSCRIBED)
        rows = connection.execute(select(suppressions)).all()
    assert "ana" not in repr(rows)


def test_coming_back_is_recorded(store: Store) -> None:
    """Only a resubscription with words and a reason makes somebody mailable again."""
    with store.write() as connection:
        person = add_subscriber(connection, store.key, "ana@example.org", wording=WORDING)
        suppress(connection, store.key, "ana@example.org", Reason.UNSUBSCRIBED)
        resubscribe(connection, store.key, "ana@example.org", wording="Please add me again.", note="by phone")
        assert count(connection) == 1
        assert suppressed_among(connection, store.key, ["ana@example.org"]) == set()
        last = history(connection, person.id)[-1]
    assert (last.what, last.wording, last.note) == (What.RESUBSCRIBED, "Please add me again.", "by phone")


@pytest.mark.parametrize(
    "text", ["", "ana", "ana@", "@example.org", "a b@example.org", "ana@example", "аna@example.org"]
)
def test_what_is_no_address_is_refused_with_a_reason(store: Store, text: str) -> None:
    """Nothing is added for it, and the reason does not repeat what was typed."""
    with store.write() as connection, pytest.raises(AddressError) as caught:
        add_subscriber(connection, store.key, text, wording=WORDING)
    assert caught.value.what
    assert not text or text not in caught.value.what
