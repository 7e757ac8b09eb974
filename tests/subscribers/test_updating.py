"""An export that was edited comes back in: each edit is carried out or told, none is lost."""

from pathlib import Path

import pytest

from newsletter.storage import Store
from newsletter.subscribers.importer import ImportOptions, Report, open_list, preview
from newsletter.subscribers.records import Profile, add_subscriber
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import Reason
from tests.subscribers.bringing import WORDS, bring_in, everybody, save_csv, statuses, story


@pytest.fixture
def exported(store: Store, path: Path) -> Path:
    """The export of one who is subscribed, one who waits, one who left and one with an odd address."""
    with store.write() as connection:
        for name in ("ana", "ben", "cy"):
            profile = Profile(first_name=name.title(), last_name="Lima", tags=("news",))
            add_subscriber(connection, store.key, f"{name}@example.org", profile, wording=WORDS, pending=name == "ben")
        add_subscriber(
            connection, store.key, "di@gmial.com", Profile(first_name="Di", tags=("depression",)), wording=WORDS
        )
        suppress(connection, store.key, "cy@example.org", Reason.UNSUBSCRIBED)
    save_csv(everybody(store), path)
    return path


def edit(store: Store, path: Path, *changes: tuple[str, str]) -> Report:
    """Change the texts in the file as somebody does in a spreadsheet, and import it."""
    text = path.read_text("utf-8-sig")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return bring_in(store, path, text, update=True, wording="as before")


def test_unchanged_it_changes_nothing(store: Store, exported: Path) -> None:
    """Whoever is in it, nobody is new, changed or rejected, and nobody agreed to anything by it."""
    before = everybody(store)
    tally = edit(store, exported).tally
    assert (tally.new, tally.updated, tally.renewed, tally.suppressed_now, dict(tally.rejected)) == (0, 0, 0, 0, {})
    assert everybody(store) == before
    assert len(story(store, "ana@example.org")) == 1


def test_names_of_everybody_can_be_corrected(store: Store, exported: Path) -> None:
    """Of those who wait or have left, too; it makes them nothing else than they were."""
    before = statuses(store)
    report = edit(store, exported, *((name, f"{name}e") for name in ("Ana", "Ben", "Cy", "Di")))
    assert report.tally.updated == 4
    assert [one.first_name for one in everybody(store)] == ["Anae", "Bene", "Cye", "Die"]
    assert statuses(store) == before


def test_changed_address_makes_no_second_person(store: Store, exported: Path) -> None:
    """It is told and kept apart; with the mark of the export taken out it is somebody new."""
    report = edit(store, exported, ("ana@example.org,Ana", "anna@example.org,Ana"))
    assert [reason[:52] for reason in report.tally.rejected] == ["the address is not the one that was exported, for wh"]
    assert report.rejected_file is not None
    assert "anna@example.org" not in statuses(store)
    mended = (
        report.rejected_file.read_text("utf-8-sig")
        .replace(",ana@example.org\r\n", ",\r\n")
        .replace(",ana@example.org\n", ",\n")
    )
    bring_in(store, report.rejected_file, mended)
    assert statuses(store)["anna@example.org"] == "subscribed"


def test_emptied_name_is_kept_and_told(store: Store, exported: Path) -> None:
    """A name is never replaced by nothing, and the report says whose."""
    report = edit(store, exported, ("Ana,Lima", ",Lima"))
    assert [one.first_name for one in everybody(store)][:1] == ["Ana"]
    assert (report.tally.emptied, report.tally.examples["emptied"]) == (1, ["line 2"])


def test_each_difference_is_shown(store: Store, path: Path) -> None:
    """The preview of an update leaves out none."""
    names = [f"reader{number}@example.org,Reader{number}" for number in range(40)]
    bring_in(store, path, "\n".join(["email,first name", *names]))
    path.write_text("\n".join(["email,first name", *(name.replace("Reader", "Guest") for name in names)]), "utf-8")
    report = preview(store, *open_list(path), ImportOptions(wording=WORDS, update=True))
    assert len(report.tally.examples["updated"]) == 40
    assert "line 41: Reader39 → Guest39" in "\n".join(report.lines())


def test_known_address_is_no_slip(store: Store, exported: Path) -> None:
    """Somebody who is on the list with an odd address is found by it; a stranger needs a word."""
    text = "email,last name\ndi@gmial.com,Roe\nab@gmial.com,Hu\nab@gmial.com,Hu\n"
    tally = bring_in(store, exported, text).tally
    assert (tally.updated, tally.new, sum(tally.rejected.values())) == (1, 0, 2)
    assert bring_in(store, exported, text, anyway=True).tally.new == 1
