"""Reading in a process of its own is as good as reading here."""

import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.errors import SourceError
from newsletter.storage import Store
from newsletter.subscribers.intake import elsewhere
from newsletter.subscribers.intake.elsewhere import LONG, read_batches
from newsletter.subscribers.intake.reading import Reading
from newsletter.subscribers.intake.run import import_list, open_list
from newsletter.subscribers.intake.writing import Intent


def reading_of(path: Path, text: str, batch_rows: int = 10) -> Reading:
    path.write_text(text, "utf-8", newline="")
    sheet, columns = open_list(path)
    return Reading(sheet=sheet, columns=columns, tags=("all",), batch_rows=batch_rows)


def some_rows(count: int) -> str:
    """Return a list with names, tags, people who left, repeated and broken rows."""
    rows = [
        f"reader{n * 7 % 90}{'@' if n % 9 else ''}example.org,Zoë {n},news,{'unsubscribed' if n % 8 == 3 else ''}"
        for n in range(count)
    ]
    return "\n".join(["email,name,tags,status", *rows])


def test_batches_are_the_same(tmp_path: Path) -> None:
    """People, those who left, rejected rows and counts all cross over unchanged."""
    reading = reading_of(tmp_path / "list.csv", some_rows(300))
    with read_batches(reading, long=0) as batches:
        assert list(batches) == list(reading.batches())


def test_mistake_in_the_file_is_told_where_it_is(tmp_path: Path) -> None:
    """What was read before it is given, and the error says the line."""
    reading = reading_of(tmp_path / "list.csv", some_rows(5_000) + '\nana@example.org,"' + "x" * 1_100_000)
    with read_batches(reading, long=0) as batches:
        assert next(batches).rows == 10
        with pytest.raises(SourceError, match="cannot be read") as caught:
            list(batches)
    assert caught.value.where == f"{tmp_path / 'list.csv'}:5002"


def test_one_who_stops_leaves_no_process_behind(tmp_path: Path) -> None:
    """Leaving early ends the reader, though much is left to be read."""
    reading = reading_of(tmp_path / "list.csv", some_rows(50_000))
    with read_batches(reading, long=0) as batches:
        assert next(batches).rows == 10


def test_without_another_process_it_is_read_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where none can be begun, as inside another program, nothing is missing."""
    reading = reading_of(tmp_path / "list.csv", some_rows(300))
    here = list(reading.batches())
    monkeypatch.setattr(elsewhere, "__name__", "newsletter.no_such_module")
    with read_batches(reading, long=0) as batches:
        assert list(batches) == here


def test_reader_ends_with_the_one_who_asked() -> None:
    """Somebody who asks for nothing, because they were killed, is not waited for."""
    done = subprocess.run(
        [sys.executable, "-m", elsewhere.__name__], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    assert done.stdout == b""


def test_long_file_comes_in_whole(tmp_path: Path, store: Store) -> None:
    """An import that reads elsewhere brings in everybody, and finds them known the next time."""
    path = tmp_path / "list.csv"
    lines = [f"reader{number}@example.org,{'x' * 1_000}" for number in range(5_000)]
    path.write_text("\n".join(["email,city", *lines]), "utf-8")
    assert path.stat().st_size > LONG
    assert import_list(store, *open_list(path), Intent(wording="Yes.")).tally.new == 5_000
    assert import_list(store, *open_list(path), Intent(wording="Yes.")).tally.known == 5_000
