"""A list goes out and comes back in unchanged, in either kind of database."""

import csv
import io
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.storage import Store
from newsletter.subscribers.export import neutral, restored, write_csv
from newsletter.subscribers.importer import ImportOptions, import_list, open_list, preview
from newsletter.subscribers.listing import Query, people
from newsletter.subscribers.records import Profile, Subscriber, add_subscriber, find_subscriber
from newsletter.subscribers.suppression import reason_for, suppress
from newsletter.subscribers.vocabulary import Reason, Status
from tests.subscribers.bringing import save_csv

WORDS = "Yes, send me the newsletter."
names = st.text(st.characters(codec="utf-8"), max_size=20)
tags = st.lists(st.text(st.characters(codec="utf-8"), max_size=12), max_size=3)
domains = st.sampled_from(["example.org", "gmial.com", "example.con", "bücher.example", "xn--bcher-kva.example"])
addresses = st.one_of(
    st.builds("{}@{}".format, st.from_regex(r"[A-Za-z0-9=+\-'][a-z0-9+=-]{0,12}", fullmatch=True), domains),
    st.sampled_from(["abuse@example.org", "No-Reply@example.org", "info@example.org", "'=x@example.org"]),
)
statuses = st.sampled_from([Status.SUBSCRIBED, Status.PENDING, Reason.BOUNCED, Reason.UNSUBSCRIBED, Reason.COMPLAINED])


def everybody(store: Store) -> list[Subscriber]:
    with store.read() as connection:
        return list(people(connection, Query()))


@given(st.text())
def test_neutral_cells_are_restored(cell: str) -> None:
    """Whatever a cell holds, it begins with nothing that is run, and comes back as it was."""
    assert restored(neutral(cell)) == cell
    assert neutral(cell)[:1] not in {"=", "+", "-", "@", "\t", "\r"}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(addresses, st.tuples(names, names, tags, statuses), min_size=1, max_size=5))
def test_export_comes_back_unchanged(
    store: Store, tmp_path: Path, found: dict[str, tuple[str, str, list[str], Reason | Status]]
) -> None:
    """An export that nobody edited changes nothing, whatever names, tags, addresses and statuses there are."""
    with store.write() as connection:
        for email, (first, last, given_tags, status) in found.items():
            if find_subscriber(connection, email) is None and reason_for(connection, store.key, email) is None:
                profile = Profile(first_name=first, last_name=last, tags=given_tags, language="pt-BR", source=last)
                pending = status is Status.PENDING
                add_subscriber(connection, store.key, email, profile, wording=WORDS, pending=pending)
                if isinstance(status, Reason):
                    suppress(connection, store.key, email, status)
    before = everybody(store)
    save_csv(before, tmp_path / "people.csv")
    for update in (False, True):
        report = import_list(store, *open_list(tmp_path / "people.csv"), ImportOptions(wording="x", update=update))
        tally = report.tally
        assert (tally.new, tally.updated, tally.suppressed_now, tally.renewed, tally.emptied) == (0, 0, 0, 0, 0)
        assert (sum(tally.rejected.values()), everybody(store)) == (0, before)


def test_edited_export_shows_each_difference_first(store: Store, tmp_path: Path) -> None:
    """The preview names what was edited; the import then does just that."""
    with store.write() as connection:
        for name in ("Ana", "Ben"):
            profile = Profile(first_name=name, tags=("news",))
            add_subscriber(connection, store.key, f"{name}@example.org", profile, wording=WORDS)
    path = tmp_path / "people.csv"
    save_csv(everybody(store), path)
    path.write_text(path.read_text("utf-8-sig").replace("Ben,,,subscribed,news", "Benny,,,subscribed,events"), "utf-8")
    options = ImportOptions(wording=WORDS, update=True)
    told = preview(store, *open_list(path), options)
    assert told.tally.examples["updated"] == ["line 3: Ben → Benny, news → events"]
    import_list(store, *open_list(path), options)
    assert [(one.first_name, one.tags) for one in everybody(store)] == [("Ana", ("news",)), ("Benny", ("events",))]


def test_export_tells_who_left(store: Store, tmp_path: Path) -> None:
    """Imported elsewhere, an export suppresses those who left; edited to say otherwise, it brings nobody back."""
    with store.write() as connection:
        for name in ("ana", "ben"):
            add_subscriber(connection, store.key, f"{name}@example.org", wording=WORDS)
        suppress(connection, store.key, "ana@example.org", Reason.UNSUBSCRIBED)
    path = tmp_path / "people.csv"
    save_csv(everybody(store), path)
    path.write_text(path.read_text("utf-8-sig").replace("unsubscribed", "subscribed"), "utf-8")
    report = import_list(store, *open_list(path), ImportOptions(wording=WORDS, update=True))
    assert (report.tally.left, everybody(store)[0].status) == (1, "unsubscribed")


def test_no_cell_of_an_export_is_run(store: Store) -> None:
    """A spreadsheet takes every cell for text, also an address that begins like a formula."""
    with store.write() as connection:
        profile = Profile(first_name="=1+1", last_name="@SUM(A1)", tags=("-x",), source="+1 508 555 0100")
        add_subscriber(connection, store.key, "=cmd@example.org", profile, wording=WORDS)
    out = io.BytesIO()
    assert write_csv(everybody(store), out) == 1
    cells = next(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig").splitlines()[1])))
    assert cells[:3] == ["'=cmd@example.org", "'=1+1", "'@SUM(A1)"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_many_are_imported_alike(store: Store, tmp_path: Path) -> None:
    """Newcomers, known people and duplicates in one file, in several batches: the ids ascend with the lines."""
    path = tmp_path / "list.csv"
    rows = [f"reader{number % 400}@example.org,Reader {number % 400},tag {number % 400 % 3}" for number in range(500)]
    path.write_text("email,name,tags\n" + "\n".join(rows), "utf-8")
    with store.write() as connection:
        add_subscriber(connection, store.key, "READER7@example.org", wording=WORDS)
    first = import_list(store, *open_list(path), ImportOptions(wording=WORDS), batch_rows=30)
    assert (first.tally.new, first.tally.updated, first.tally.known, first.tally.duplicates) == (399, 1, 1, 99)
    again = import_list(store, *open_list(path), ImportOptions(wording=WORDS), batch_rows=30)
    assert (again.tally.new, again.tally.updated, again.tally.known + again.tally.duplicates) == (0, 0, 500)
    with store.write() as connection:
        last = add_subscriber(connection, store.key, "zoe@example.org", wording=WORDS)
    found = everybody(store)
    assert [one.id for one in found] == sorted({one.id for one in found})
    assert found[-1] == last
