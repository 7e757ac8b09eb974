"""Two who write at the same moment: somebody joins while their farewell comes in."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection

from newsletter.storage import Store
from newsletter.subscribers.audience import people_in
from newsletter.subscribers.importer import ImportOptions, open_list
from newsletter.subscribers.importer.report import Tally
from newsletter.subscribers.importer.rows import RowReader
from newsletter.subscribers.importer.writer import Writer
from newsletter.subscribers.records import add_subscriber, confirm, find_subscriber
from newsletter.subscribers.suppression import suppress, suppressed_among
from newsletter.subscribers.vocabulary import How, Reason

WORDS = "Yes, send me the newsletter."


def by_command(store: Store, connection: Connection, _path: Path) -> None:
    add_subscriber(connection, store.key, "ana@example.org", wording=WORDS)


def by_import(store: Store, connection: Connection, path: Path) -> None:
    path.write_text("email\nana@example.org\n", "utf-8")
    sheet, columns = open_list(path)
    options, tally = ImportOptions(wording=WORDS), Tally()
    (batch,) = RowReader(sheet, columns, options, tally).batches(10)
    Writer(store.key, options, path.name, columns, tally).write(connection, batch)


def by_confirming(_store: Store, connection: Connection, _path: Path) -> None:
    person = find_subscriber(connection, "ana@example.org")
    assert person is not None
    confirm(connection, person.id, how=How.TOKEN)


@pytest.mark.parametrize("join", [by_command, by_import, by_confirming])
def test_farewell_outlasts_joining(store: Store, path: Path, join: Callable[[Store, Connection, Path], None]) -> None:
    """Whichever is written first, nobody ends on the list and suppressed at once."""

    def leave() -> None:
        with store.write() as connection:
            suppress(connection, store.key, "ana@example.org", Reason.UNSUBSCRIBED)

    if join is by_confirming:
        with store.write() as connection:
            add_subscriber(connection, store.key, "ana@example.org", wording=WORDS, pending=True)
    leaving = threading.Thread(target=leave)
    with store.write() as connection:
        join(store, connection, path)
        leaving.start()
        leaving.join(0.5)  # it has to wait for its turn
    leaving.join()
    with store.read() as connection:
        assert suppressed_among(connection, store.key, ["ana@example.org"]) == {"ana@example.org"}
        assert connection.execute(people_in()).all() == []
