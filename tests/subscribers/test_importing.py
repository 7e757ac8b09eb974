"""Imports: what comes in, what stays out and why, and that doing it twice is doing it once."""

from pathlib import Path

import pytest

from newsletter.storage import Store
from newsletter.subscribers.audience import people_in
from newsletter.subscribers.consent import history
from newsletter.subscribers.importer import ImportOptions, import_list, open_list, preview
from newsletter.subscribers.records import get_subscriber
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import Reason, Status
from tests.subscribers.bringing import WORDS, bring_in, emails, everybody


def test_consent_is_kept_with_file_and_line(store: Store, path: Path) -> None:
    """Each person's history says which words, which file and which line they came in by."""
    bring_in(store, path, 'Name,Email\n"Ana\nLima",ana@example.org\nBen,ben@example.org\n', source="spring fair")
    with store.read() as connection:
        person = get_subscriber(connection, "ben@example.org")
        (entry,) = history(connection, person.id)
    assert (entry.wording, entry.file_name, entry.row, person.source) == (WORDS, "list.csv", 4, "spring fair")


def test_import_brings_nobody_back(store: Store, path: Path) -> None:
    """Whoever left, was suppressed as a stranger, or bounced stays away; the report counts them."""
    text = "email,name\nana@example.org,Ana\nben@example.org,Ben\ncy@example.org,Cy\n"
    bring_in(store, path, "email\nana@example.org\n")
    with store.write() as connection:
        suppress(connection, store.key, "Ana@example.org", Reason.UNSUBSCRIBED)
        suppress(connection, store.key, "cy@example.org", Reason.COMPLAINED)
    tally = bring_in(store, path, text, update=True).tally
    assert (tally.new, tally.left, tally.suppressed) == (1, 1, 1)
    assert [(one.email, one.first_name, one.status) for one in everybody(store)] == [
        ("ana@example.org", "", Status.UNSUBSCRIBED),
        ("ben@example.org", "Ben", Status.SUBSCRIBED),
    ]


def test_name_is_never_replaced_by_nothing(store: Store, path: Path) -> None:
    """A list without names takes none away, whether it updates or not; what was empty is filled."""
    bring_in(store, path, "email,first name,last name,tags\nana@example.org,Ana,,news\n")
    bring_in(store, path, "email,first name,last name,tags\nana@example.org,,,\n")
    bring_in(store, path, "email,first name,last name\nana@example.org,,\n", update=True)
    assert bring_in(store, path, "email,first name,last name\nana@example.org,Anna,Lima\n").tally.updated == 1
    assert [(one.first_name, one.last_name, one.tags) for one in everybody(store)] == [("Ana", "Lima", ("news",))]


def test_update_takes_what_the_file_says(store: Store, path: Path) -> None:
    """With --update names change and tags become exactly those of the file; each change is told."""
    bring_in(store, path, "email,first name,tags\nana@example.org,Ana,news\n")
    report = bring_in(store, path, "email,first name,tags\nana@example.org,Anna,events\n", update=True)
    assert [(one.first_name, one.tags) for one in everybody(store)] == [("Anna", ("events",))]
    assert report.tally.examples["updated"] == ["line 2: Ana → Anna, news → events"]


def test_update_takes_away_tags_that_the_file_has_not(store: Store, path: Path) -> None:
    """With --update an emptied cell takes the tags away; without it, or without such a column, they stay."""
    bring_in(store, path, "email,tags\nana@example.org,news\n")
    bring_in(store, path, "email,tags\nana@example.org,\n")
    bring_in(store, path, "email\nana@example.org\n", update=True)
    assert [one.tags for one in everybody(store)] == [("news",)]
    assert bring_in(store, path, "email,tags\nana@example.org,\n", update=True).tally.updated == 1
    assert [one.tags for one in everybody(store)] == [()]


def test_second_import_changes_nothing(store: Store, path: Path) -> None:
    """The same file again finds everybody known."""
    text = "email,name,tags\nana@example.org,Ana Lima,a\nANA@example.org,,b\nben@example.org,Ben,\n"
    bring_in(store, path, text)
    before = everybody(store)
    tally = bring_in(store, path, text).tally
    assert (tally.new, tally.known, tally.updated, everybody(store)) == (0, 2, 0, before)


def test_duplicates_are_folded(store: Store, path: Path) -> None:
    """Rows about one mailbox become one person with all that they say, near each other or far apart."""
    rows = ["email,first name,last name,tags", "ana@example.org,Ana,,a", "Ana@EXAMPLE.org,,Lima,b"]
    rows += [f"reader{number}@example.org,,," for number in range(5_000)]
    report = bring_in(store, path, "\n".join([*rows, "ANA@example.org,Anna,,c"]))
    first = everybody(store)[0]
    assert (first.email, first.first_name, first.last_name, first.tags) == (
        "ana@example.org",
        "Ana",
        "Lima",
        ("a", "b", "c"),
    )
    assert (report.tally.new, report.tally.duplicates, report.tally.updated) == (5_001, 2, 0)


def test_status_that_is_not_understood(store: Store, path: Path) -> None:
    """Whoever may have left is not mailed on a guess."""
    report = bring_in(store, path, "email,status\nana@example.org,subscribed\nben@example.org,gone fishing\n")
    assert emails(store) == ["ana@example.org"]
    assert "gone fishing" in next(iter(report.tally.rejected))


@pytest.mark.parametrize("heading", ["Newsletter", "Opt-in", "Consent", "Subscribed", "Accepts Marketing"])
def test_only_who_agreed_is_added(store: Store, path: Path, heading: str) -> None:
    """A column that says who agreed is heeded: a no, and a box that nobody ticked, keep people out."""
    answers = {"ana": "Yes", "ben": "no", "cy": "", "di": "x", "eve": "2024-05-01", "fay": "false", "gus": "perhaps"}
    rows = [f"{name}@example.org,{answer}" for name, answer in answers.items()]
    report = bring_in(store, path, "\n".join([f"Email,{heading}", *rows]))
    assert emails(store) == ["ana@example.org", "di@example.org", "eve@example.org"]
    assert (report.tally.aside, sum(report.tally.rejected.values())) == ({"never agreed": 3}, 1)


def test_pending_people_are_not_mailed(store: Store, path: Path) -> None:
    """With --confirm people wait until they have confirmed their address."""
    bring_in(store, path, "email\nana@example.org\n", pending=True)
    bring_in(store, path, "email\nana@example.org\n")
    with store.read() as connection:
        assert connection.execute(people_in()).all() == []


def test_preview_tells_what_the_import_then_does(store: Store, path: Path) -> None:
    """The numbers are the same, and nothing is written before."""
    bring_in(store, path, "email,name\nana@example.org,\n")
    path.write_text(
        "email,name,status\nana@example.org,Ana,\nben@example.org,,\nben,,\ncy@example.org,,left\n", "utf-8"
    )
    sheet, columns = open_list(path)
    told = preview(store, sheet, columns, ImportOptions(wording=WORDS))
    assert emails(store) == ["ana@example.org"]
    assert list(path.parent.glob("*rejected*")) == []
    report = import_list(store, sheet, columns, ImportOptions(wording=WORDS))
    assert told.tally == report.tally
    assert (report.tally.new, report.tally.updated, report.tally.suppressed_now) == (1, 1, 1)
