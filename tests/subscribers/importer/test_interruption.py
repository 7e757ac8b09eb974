"""Interrupted imports: whatever happens in the middle, running it again completes it."""

import contextlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.errors import SourceError, StoreError
from newsletter.storage import Store, open_store
from newsletter.subscribers.importer import ImportOptions, import_list, open_list
from newsletter.subscribers.suppression import reason_for

pytestmark = pytest.mark.heavy

PROGRAM = Path(__file__).with_name("killed_import.py")


def write_list(path: Path) -> Path:
    """Write a list with duplicates, mistakes and people who left, near each other and far apart."""
    statuses = ["subscribed"] * 18 + ["unsubscribed", "cleaned"]
    addresses = [f"reader{number * 7 % 1_460}{'@' if number % 41 else ''}example.org" for number in range(1_500)]
    rows = [f"{one},Reader,tag {number % 5},{statuses[number % 20]},town" for number, one in enumerate(addresses)]
    path.write_text("email,name,tags,status,town\n" + "\n".join(rows), "utf-8")
    return path


def contents(folder: Path) -> list[tuple[object, ...]]:
    """Return all that imports left, but for the ids and times that every run has its own of."""
    people = (
        "SELECT s.email, s.first_name, s.tags, s.status, c.number, c.what, c.how, c.row, i.file_name, i.wording"
        " FROM subscribers s LEFT JOIN consents c ON c.subscriber_id = s.id LEFT JOIN imports i ON i.id = c.import_id"
        " ORDER BY s.email_key, c.number"
    )
    addresses = [f"reader{number}@example.org" for number in range(1_460)]
    with opened(folder) as store, store.read() as connection:
        left = [(one, reason_for(connection, store.key, one)) for one in addresses]
        return [*map(tuple, connection.exec_driver_sql(people)), *left]


def opened(folder: Path) -> contextlib.AbstractContextManager[Store]:
    return open_store(f"sqlite:///{(folder / 'newsletter.db').as_posix()}", folder / "newsletter.key")


@pytest.mark.parametrize("kills", [12, pytest.param(100, marks=pytest.mark.slow)])
def test_killed_import_is_completed_by_running_it_again(tmp_path: Path, kills: int) -> None:
    """Killed at random points and then run once more, it leaves the same store as one clean run."""
    arguments = [sys.executable, str(PROGRAM), str(tmp_path), str(write_list(tmp_path / "list.csv")), str(kills)]
    done = json.loads(subprocess.run(arguments, check=True, stdout=subprocess.PIPE).stdout)
    expected = contents(Path(done["clean"]))
    assert done["kills"] >= kills
    assert [contents(Path(folder)) == expected for folder in done["stores"]] == [True] * len(done["stores"])


@pytest.mark.parametrize("error", [KeyboardInterrupt(), StoreError("the disk is full", hint="Free some space.")])
def test_stopped_import_leaves_nothing_behind(error: BaseException, tmp_path: Path, store: Store) -> None:
    """Whatever stops it half-way: nobody was added or suppressed, and no file lies about."""
    calls = iter(range(1_000))

    def stop_half_way(_read_bytes: int) -> None:
        if next(calls) == 70:
            raise error

    file = write_list(tmp_path / "list.csv")
    before = contents(tmp_path)
    names = {found.name for found in tmp_path.iterdir()}
    with pytest.raises(type(error)) as caught:
        import_list(store, *open_list(file), ImportOptions(wording="Yes."), batch_rows=10, on_bytes=stop_half_way)
    assert contents(tmp_path) == before
    assert {found.name for found in tmp_path.iterdir()} == names
    if isinstance(caught.value, StoreError):
        assert caught.value.hint == "Free some space.\nNothing was imported."


def test_row_that_cannot_be_read_stops_all_of_it(tmp_path: Path, store: Store) -> None:
    """The error says the line, and that nothing was imported."""
    file = write_list(tmp_path / "list.csv")
    with file.open("a", encoding="utf-8") as opened_file:
        opened_file.write('\nlast@example.org,"' + "x" * 1_100_000)
    with pytest.raises(SourceError, match="cannot be read") as caught:
        import_list(store, *open_list(file), ImportOptions(wording="Yes."), batch_rows=10)
    assert caught.value.where == f"{file}:1502"
    assert "Nothing was imported." in caught.value.hint
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM subscribers").scalar() == 0
