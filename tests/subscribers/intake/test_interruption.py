"""Interrupted imports: whatever happens in the middle, running it again completes it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.errors import StoreError
from newsletter.storage import Store, open_store
from newsletter.subscribers.intake.elsewhere import LONG
from newsletter.subscribers.intake.run import import_list, open_list
from newsletter.subscribers.intake.writing import Intent, Writer
from newsletter.subscribers.suppression import reason_for

pytestmark = pytest.mark.heavy

PROGRAM = Path(__file__).with_name("killed_import.py")


def write_list(path: Path, *, note: str = "") -> Path:
    """Write a list with duplicates, mistakes and people who left, near each other and far apart."""
    statuses = ["subscribed"] * 18 + ["unsubscribed", "cleaned"]
    addresses = [f"reader{number * 7 % 1_460}{'@' if number % 41 else ''}example.org" for number in range(1_500)]
    rows = [f"{one},Reader,tag {number % 5},{statuses[number % 20]},{note}" for number, one in enumerate(addresses)]
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


@pytest.mark.parametrize(
    ("kills", "note"),
    [
        pytest.param(12, "", id="short"),
        pytest.param(4, "far away " * 350, id="read elsewhere"),
        pytest.param(100, "", id="short, often", marks=pytest.mark.slow),
        pytest.param(30, "far away " * 350, id="read elsewhere, often", marks=pytest.mark.slow),
    ],
)
def test_killed_import_is_completed_by_running_it_again(tmp_path: Path, kills: int, note: str) -> None:
    """Killed at random points and then run once more, it leaves the same store as one clean run."""
    file = write_list(tmp_path / "list.csv", note=note)
    assert (file.stat().st_size >= LONG) == bool(note)
    arguments = [sys.executable, str(PROGRAM), str(tmp_path), str(file), str(kills)]
    done = json.loads(subprocess.run(arguments, check=True, stdout=subprocess.PIPE).stdout)
    expected = contents(Path(done["clean"]))
    assert done["kills"] >= kills
    assert [contents(Path(folder)) == expected for folder in done["stores"]] == [True] * len(done["stores"])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that one process sends another like Ctrl-C")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_interrupted_import_says_how_far_it_got(
    name: str, tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After Ctrl-C, a shutdown or a closed terminal what is committed counts; the rest comes in the next time."""
    if name == "SIGINT":  # programs that were started in the background may ignore it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    file = write_list(tmp_path / "list.csv")
    written = Writer.write
    calls = iter(range(1_000))

    def write_and_interrupt(self: Writer, *arguments: object) -> None:
        if next(calls) == 30:
            os.kill(os.getpid(), signal.Signals[name])
        written(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Writer, "write", write_and_interrupt)
    report = import_list(store, *open_list(file), Intent(wording="Yes."), batch_rows=10, chunk_batches=4)
    assert (report.interrupted, report.tally.rows) == (True, 270)
    assert report.tally.last_line == 271
    with store.read() as connection:
        there = connection.exec_driver_sql("SELECT count(*) FROM subscribers").scalar()
    assert there == report.tally.new
    assert "up to line 271 are in" in report.how_far()
    assert [found.name for found in tmp_path.iterdir() if found.name.startswith(".")] == []


def test_database_that_gives_up_on_the_way(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says which rows are in, and that doing it again is harmless."""
    file = write_list(tmp_path / "list.csv")
    written = Writer.write
    calls = iter(range(1_000))

    def write_until_full(self: Writer, *arguments: object) -> None:
        if next(calls) == 9:
            raise StoreError("the disk is full", hint="Free some space.")
        written(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Writer, "write", write_until_full)
    with pytest.raises(StoreError, match="disk is full") as caught:
        import_list(store, *open_list(file), Intent(wording="Yes."), batch_rows=10, chunk_batches=4)
    assert "up to line 71 are in" in caught.value.hint
