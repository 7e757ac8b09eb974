"""Statements over thousands of rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, Select, Table, bindparam, insert, text

_PARAMETERS = 5_000  # values that are looked for in one statement


def find(
    connection: Connection, query: Select[Any], column: ColumnElement[Any], values: Iterable[Any]
) -> Iterator[Any]:
    """Give the rows of `query` whose `column` is one of `values`, asked for in as many parts as needed."""
    found, rest = query.where(column.in_(bindparam("these", expanding=True))), iter(values)
    while part := list(islice(rest, _PARAMETERS)):
        yield from connection.execute(found, {"these": part}).all()


def run(connection: Connection, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> int:
    """Run `statement` once for each of `rows`; return how many rows of the table it touched."""
    return connection.execute(statement, rows).rowcount if rows else 0


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert whole rows, with their values in the order of the table's columns.

    They are handed to the driver as tuples: SQLAlchemy would build a dictionary and a set of
    parameters for each, which doubles the time of a long import (benchmarks/import.py).
    """
    if not rows:
        return
    paramstyle = "qmark" if connection.dialect.paramstyle == "qmark" else "format"
    dialect = type(connection.dialect)(paramstyle=paramstyle)  # type: ignore[call-arg]
    statement = insert(table).compile(dialect=dialect, column_keys=[column.name for column in table.columns])
    connection.exec_driver_sql(str(statement), list(rows))


def reserve_ids(connection: Connection, table: Table, count: int) -> int:
    """Return the first of `count` ids for rows of `table` that nobody has had before.

    On SQLite the caller holds the write lock, and AUTOINCREMENT remembers the highest id
    ever given. On PostgreSQL the table is locked against other writers, and its sequence
    moved behind the reserved ids.
    """
    if connection.dialect.name == "sqlite":
        highest = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
        return int(connection.scalar(highest, {"table": table.name}) or 0) + 1
    connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))
    last = text(
        "SELECT setval(sequence, nextval(sequence) + :more) FROM pg_get_serial_sequence(:table, 'id') AS sequence"
    )
    return int(connection.scalar(last, {"table": table.name, "more": count - 1}) or 0) - count + 1
