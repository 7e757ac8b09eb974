"""The evidence that an import leaves: by which file and row, to which words, since when."""

from pathlib import Path

import pytest

from newsletter.storage import Store
from newsletter.subscribers.records import get_subscriber
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.undoing import undo_suppression
from newsletter.subscribers.vocabulary import Reason
from tests.subscribers.bringing import WORDS, bring_in, everybody, statuses, story

LIST = "email,name\nben@example.org,Ben\nana@example.org,Ana\n"


def test_farewell_by_a_file_says_which(store: Store, path: Path) -> None:
    """It names file and row like the joining, and claims no words that were agreed to."""
    bring_in(store, path, LIST)
    bring_in(store, path.with_name("gone.csv"), "Email,UNSUB_TIME\ncy@example.org,2024\nana@example.org,2024\n")
    joined, went = story(store, "ana@example.org")
    assert (joined.what, joined.file_name, joined.row, joined.wording) == ("subscribed", "list.csv", 3, WORDS)
    assert (went.what, went.file_name, went.row, went.wording) == ("unsubscribed", "gone.csv", 3, "")


def test_new_words_are_noted_once(store: Store, path: Path) -> None:
    """Who is known and agreed to other words gets an entry for these; the same file again adds nothing."""
    bring_in(store, path, LIST)
    bring_in(store, path, LIST)
    renewed = LIST + "cy@example.org,Cy\n"
    first = bring_in(store, path.with_name("new.csv"), renewed, wording="And the events.").tally
    again = bring_in(store, path.with_name("new.csv"), renewed, wording="And the events.").tally
    assert (first.renewed, first.known, first.new, again.renewed, again.known) == (2, 2, 1, 0, 3)
    assert [(one.what, one.wording, one.file_name, one.row) for one in story(store, "ana@example.org")] == [
        ("subscribed", WORDS, "list.csv", 3),
        ("renewed", "And the events.", "new.csv", 3),
    ]
    assert len(story(store, "cy@example.org")) == 1


def test_new_words_bring_nobody_back(store: Store, path: Path) -> None:
    """Who left and who has not confirmed stay what they are, and a slip that is taken back changes nothing there."""
    bring_in(store, path, LIST, pending=True)
    with store.write() as connection:
        suppress(connection, store.key, "ana@example.org", Reason.UNSUBSCRIBED)
    bring_in(store, path, LIST, wording="And the events.")
    assert statuses(store) == {"ben@example.org": "pending", "ana@example.org": "unsubscribed"}
    assert [one.what for one in story(store, "ana@example.org")] == ["requested", "unsubscribed"]
    with store.write() as connection:
        ben = get_subscriber(connection, "ben@example.org")
        suppress(connection, store.key, "ben@example.org", Reason.UNSUBSCRIBED)
        assert undo_suppression(connection, store.key, ben.id).status == "pending"


@pytest.mark.parametrize(
    ("headings", "cells", "note"),
    [
        (
            "MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LEID",
            "2,2024-03-01 12:00:00,2024-03-05 10:20:11,1",
            "opted in 2024-03-01 12:00:00, confirmed 2024-03-05 10:20:11",
        ),
        ("MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LEID", "2,,2024-03-05 10:20:11,1", "confirmed 2024-03-05 10:20:11"),
        ("Consent", "2024-05-01", "opted in 2024-05-01"),
        ("Consent", "yes", ""),
    ],
)
def test_when_somebody_agreed_is_noted(store: Store, path: Path, headings: str, cells: str, note: str) -> None:
    """The file's own times stand beside the time of the import, for newcomers and for those who agree anew."""
    nobody = "," * (headings.count(",") + 1)
    text = f"Email,{headings}\nnobody{nobody}\nana@example.org,{cells}\n"
    bring_in(store, path, "email\nben@example.org\n")
    bring_in(store, path, text)
    bring_in(store, path, text.replace("ana", "ben"), wording="And the events.")
    assert [one.note for one in story(store, "ana@example.org")] == [note]
    assert [one.note for one in story(store, "ben@example.org")] == ["", note]
    assert len(everybody(store)) == 2
