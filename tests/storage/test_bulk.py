"""Statements over many rows, in either kind of database."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from newsletter.storage import Store, bulk, open_store
from newsletter.storage.moment import now, read_moment, write_moment
from newsletter.storage.people import subscribers
from newsletter.workspace import Workspace


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.outside)])
def either(request: pytest.FixtureRequest, workspace: Workspace) -> Iterator[Store]:
    url = workspace.database_url if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with open_store(url, workspace.key_file) as opened:
        yield opened


def insert(store: Store, numbers: range) -> int:
    """Insert people with these numbers; return the first id."""
    with store.write() as connection:
        first = bulk.reserve_ids(connection, subscribers, len(numbers))
        rows = [
            (first + place, f"Reader{n}", f"reader{n}", "Zoë", "", "", "subscribed", "", "", now())
            for place, n in enumerate(numbers)
        ]
        bulk.insert_rows(connection, subscribers, rows)
        return first


def test_rows_are_found_by_more_values_than_a_statement_takes(either: Store) -> None:
    """Each row comes once, those that are not there not at all."""
    assert (insert(either, range(3_000)), insert(either, range(3_000, 5_500))) == (1, 3_001)
    with either.read() as connection:
        keys = [f"reader{n}" for n in range(6_000)]
        found = list(bulk.find(connection, select(subscribers), subscribers.c.email_key, keys))
    assert len(found) == len({row.id for row in found}) == 5_500
    assert {(row.email.lower(), row.first_name) for row in found} == {(row.email_key, "Zoë") for row in found}


def test_ids_are_never_given_twice(either: Store) -> None:
    """Not after rows were deleted, and not to rows that the database numbers itself."""
    insert(either, range(5))
    with either.write() as connection:
        connection.exec_driver_sql("DELETE FROM subscribers")
    assert insert(either, range(5)) == 6
    with either.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO subscribers (email, email_key, status, created_at) VALUES ('x', 'x', 'subscribed', '')"
        )
        assert bulk.reserve_ids(connection, subscribers, 1) == 12


def test_no_rows_are_no_statement(either: Store) -> None:
    """Nothing to do is done."""
    with either.write() as connection:
        assert bulk.run(connection, update(subscribers).values(status="pending"), []) == 0
        bulk.insert_rows(connection, subscribers, [])
        assert list(bulk.find(connection, select(subscribers), subscribers.c.id, [])) == []


def test_moments_are_ordered_as_text() -> None:
    """A moment comes back as it was written, to the second."""
    assert write_moment(read_moment(now())) <= now()
    assert read_moment("2026-11-22T21:04:43Z") < read_moment("2026-11-22T21:04:44Z")
