"""Statements over many rows, in either kind of database."""

from collections.abc import Iterator

import pytest

from newsletter.storage import Store, bulk, open_store
from newsletter.storage.moment import now, read_moment, write_moment
from newsletter.workspace import Workspace

COLUMNS = ("id", "email", "email_key")
FIXED = {"status": "subscribed", "created_at": "2026-11-22T00:00:00Z"}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.outside)])
def either(request: pytest.FixtureRequest, workspace: Workspace) -> Iterator[Store]:
    url = workspace.database_url if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with open_store(url, workspace.key_file) as opened:
        yield opened


def insert(store: Store, numbers: range) -> tuple[int, int]:
    """Insert people with these numbers; return the first id, and how many were new."""
    with store.write() as connection:
        first = bulk.reserve_ids(connection, "subscribers", len(numbers))
        rows = [(place, f"Reader{n}", f"reader{n}") for place, n in enumerate(numbers)]
        return first, bulk.insert_new(connection, "subscribers", rows, columns=COLUMNS, first_id=first, fixed=FIXED)


def test_what_is_there_stays(either: Store) -> None:
    """Rows that the unique column refuses are left out, whether in one statement or in several."""
    assert insert(either, range(3_000)) == (1, 3_000)
    assert insert(either, range(2_500, 5_500)) == (3_001, 2_500)
    with either.read() as connection:
        keys = [f"reader{n}" for n in range(6_000)]
        found = list(bulk.find(connection, "SELECT id, email FROM subscribers WHERE email_key IN ({marks})", keys))
    assert len(found) == len({row.id for row in found}) == 5_500


def test_ids_are_never_given_twice(either: Store) -> None:
    """Not after rows were deleted, and not to rows that the database numbers itself."""
    insert(either, range(5))
    with either.write() as connection:
        connection.exec_driver_sql("DELETE FROM subscribers")
    assert insert(either, range(5))[0] == 6
    with either.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO subscribers (email, email_key, status, created_at) VALUES ('x', 'x', 'subscribed', '')"
        )
        assert bulk.reserve_ids(connection, "subscribers", 1) == 12


def test_no_rows_are_no_statement(either: Store) -> None:
    """Nothing to do is done."""
    with either.write() as connection:
        assert bulk.run(connection, "this is no statement", []) == 0
        assert list(bulk.find(connection, "nor is {marks}", [])) == []


def test_moments_are_ordered_as_text() -> None:
    """A moment comes back as it was written, to the second."""
    assert write_moment(read_moment(now())) <= now()
    assert read_moment("2026-11-22T21:04:43Z") < read_moment("2026-11-22T21:04:44Z")
