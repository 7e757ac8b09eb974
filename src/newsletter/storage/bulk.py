"""Statements over thousands of rows, handed to the driver as tuples.

SQLAlchemy's own way builds a dictionary and a set of parameters for each row, which takes
longer than the row itself. Statements are written for SQLite's placeholders (``?``) and
must hold no value: whatever came from outside goes into the tuples.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, TypeVar

from sqlalchemy import Connection, text

T = TypeVar("T")
Row = tuple[Any, ...]
_PARAMETERS = 5_000  # values that are looked for in one statement
_VALUES = 30_000  # in a statement of many rows; SQLite takes 32,766 since 3.32
_ROUND = 100


def insert_new(
    connection: Connection,
    table: str,
    rows: Sequence[Row],
    *,
    columns: Sequence[str],
    first_id: int,
    fixed: Mapping[str, str],
) -> int:
    """Insert `rows`, thousands with each statement, but for those that are there; return how many went in.

    Each run of a statement has its price (with AUTOINCREMENT a second table is written
    each time), and so has each value that is handed over: hence few statements, and what
    is the same in all rows only once.

    Args:
        connection: a transaction.
        table: where they go.
        rows: values of `columns`; in the place of the id, a number to be added to `first_id`.
        columns: their names, the id first.
        first_id: see `reserve_ids`.
        fixed: values that all rows have.
    """
    added = 0
    for part in _blocks(rows):
        statement = _insert_statement(table, tuple(columns), tuple(fixed), len(part))
        values = (first_id, *fixed.values(), *chain.from_iterable(part))
        added += connection.exec_driver_sql(_in_dialect(connection, statement), values).rowcount
    return added


def _blocks(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Give as many rows at a time as a statement takes, and each time a round number of them."""
    size = _VALUES // len(rows[0]) // _ROUND * _ROUND if rows else 1
    for start in range(0, len(rows), size):
        yield _filled_up(rows[start : start + size])


def _filled_up(items: Sequence[T]) -> list[T]:
    """Repeat the last item up to a round number of them; an added row is refused as being there.

    The database translates each statement of another length anew, which takes it longer
    than some rows more.
    """
    return [*items, *[items[-1]] * (-len(items) % _ROUND)]


@functools.lru_cache(maxsize=16)  # the very same text again, by which the driver knows it at once
def _insert_statement(table: str, columns: tuple[str, ...], fixed: tuple[str, ...], rows: int) -> str:
    given = ", ".join(f"column{number}" for number in range(2, len(columns) + 1))
    marks = ", ".join([f"({', '.join('?' * len(columns))})"] * rows)
    return (
        f"INSERT INTO {table} ({', '.join([*columns, *fixed])})"  # noqa: S608 - names out of this program
        f" SELECT ? + column1, {given}{', ?' * len(fixed)} FROM (VALUES {marks}) AS given"
        " WHERE true ON CONFLICT DO NOTHING"
    )


def run(connection: Connection, statement: str, rows: Sequence[Row]) -> int:
    """Run `statement` once for each of `rows`; return how many rows of the table it touched."""
    if not rows:
        return 0
    return connection.exec_driver_sql(_in_dialect(connection, statement), list(rows)).rowcount


def find(connection: Connection, statement: str, values: Iterable[Any]) -> Iterator[Any]:
    """Run `statement` for `values`, which stand where it says ``{marks}``, in as many parts as needed.

    The rows have their columns as attributes, and in order.
    """
    rest = iter(values)
    while part := list(islice(rest, _PARAMETERS)):
        filled = tuple(_filled_up(part))  # asking for one value twice changes nothing
        yield from connection.exec_driver_sql(
            _in_dialect(connection, _with_marks(statement, len(filled))), filled
        ).all()


def compare(connection: Connection, statement: str, rows: Sequence[Row], more: Row) -> list[Any]:
    """Run a query over `rows`, which stand as a table where it says ``{rows}``, in as many parts as needed.

    Args:
        connection: a transaction.
        statement: its first column must be the first of the given row, and different for each.
        rows: all of one width.
        more: values for the placeholders after the rows.
    """
    found: dict[Any, Any] = {}  # by the first column: a part may be filled up with copies of its last row
    for part in _blocks(rows):
        filled = _with_rows(statement, len(part), len(part[0]))
        values = (*chain.from_iterable(part), *more)
        found.update((row[0], row) for row in connection.exec_driver_sql(_in_dialect(connection, filled), values))
    return list(found.values())


@functools.lru_cache(maxsize=64)
def _with_rows(statement: str, rows: int, width: int) -> str:
    return statement.replace("{rows}", ", ".join([f"({', '.join('?' * width)})"] * rows))


def ids_between(connection: Connection, table: str, low: int, high: int) -> set[int]:
    """Return which ids between `low` and `high` (both included) there are.

    They come as one text: thousands of rows would take far longer to hand over.
    """
    all_ids = "group_concat(id)" if connection.dialect.name == "sqlite" else "string_agg(id::text, ',')"
    statement = f"SELECT {all_ids} FROM {table} WHERE id BETWEEN ? AND ?"  # noqa: S608 - names out of this program
    found = connection.exec_driver_sql(_in_dialect(connection, statement), (low, high)).scalar()
    return set(map(int, found.split(","))) if found else set()


@functools.lru_cache(maxsize=64)
def _with_marks(statement: str, number: int) -> str:
    return statement.replace("{marks}", ", ".join("?" * number))


def reserve_ids(connection: Connection, table: str, count: int) -> int:
    """Return the first of `count` ids for rows of `table` that nobody has had before.

    On SQLite the caller holds the write lock, and AUTOINCREMENT remembers the highest id
    ever given. On PostgreSQL the table is locked against other writers, and its sequence
    moved behind the reserved ids.
    """
    if connection.dialect.name == "sqlite":
        highest = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
        return int(connection.scalar(highest, {"table": table}) or 0) + 1
    connection.exec_driver_sql(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
    last = text(
        "SELECT setval(sequence, nextval(sequence) + :more) FROM pg_get_serial_sequence(:table, 'id') AS sequence"
    )
    return int(connection.scalar(last, {"table": table, "more": count - 1}) or 0) - count + 1


@functools.lru_cache(maxsize=16)
def _marked(statement: str) -> str:
    return statement.replace("?", "%s")


def _in_dialect(connection: Connection, statement: str) -> str:
    return statement if connection.dialect.paramstyle == "qmark" else _marked(statement)
