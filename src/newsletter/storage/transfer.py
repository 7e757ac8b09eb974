"""Copying a whole database, of either kind, into an empty one: row for row, and compared at the end."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Integer, Row, Table, func, insert, select, text

from newsletter.errors import StoreError
from newsletter.storage import ledger, people  # noqa: F401 - they fill the metadata
from newsletter.storage.tables import metadata

_BATCH = 1_000


@dataclass(slots=True)
class Content:
    """How many rows a table has, and a hash of all of them, whatever their order.

    Databases sort texts in different orders. So each row is hashed by itself, and the hashes are added up.
    """

    rows: int = 0
    total: int = 0

    def add(self, row: Row[Any]) -> None:
        """Add a row."""
        digest = hashlib.sha256(repr(tuple(row)).encode("utf-8", "surrogatepass")).digest()
        self.rows, self.total = self.rows + 1, (self.total + int.from_bytes(digest)) % (1 << 256)


def copy_rows(source: Connection, target: Connection) -> dict[str, int]:
    """Copy every row of every table, and read the copy again.

    Args:
        source: a transaction during which nobody writes.
        target: one in a database with the same tables, all of them empty.

    Returns:
        How many rows each table has.

    Raises:
        StoreError: the copy is not the same as the original.
    """
    wanted = {table: _copy_table(source, target, table) for table in metadata.sorted_tables}
    for table, content in wanted.items():
        _continue_ids(source, target, table)
        if _content(target, table) != content:
            what = f"the copy of the table {table.name} differs from the original"
            raise StoreError(what, hint="Nothing was copied. Try another database.")
    return {table.name: content.rows for table, content in wanted.items()}


def _copy_table(source: Connection, target: Connection, table: Table) -> Content:
    content = Content()
    names = [column.name for column in table.columns]
    rows = source.execute(select(table).order_by(*table.primary_key), execution_options={"yield_per": _BATCH})
    for part in rows.partitions():
        target.execute(insert(table), [dict(zip(names, row, strict=True)) for row in part])
        for row in part:
            content.add(row)
    return content


def _content(connection: Connection, table: Table) -> Content:
    content = Content()
    for row in connection.execute(select(table), execution_options={"yield_per": _BATCH}):
        content.add(row)
    return content


def _continue_ids(source: Connection, target: Connection, table: Table) -> None:
    """Let the next id be one that nobody has ever had: tokens and public ids carry them."""
    if "id" not in table.columns or not isinstance(table.c.id.type, Integer):
        return
    highest = max(_highest_given(source, table), source.scalar(select(func.max(table.c.id))) or 0)
    values = {"table": table.name, "highest": highest}
    if not highest:
        return
    if target.dialect.name != "sqlite":
        target.execute(text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :highest)"), values)
    elif _is_autoincrement(table):
        target.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), values)
        target.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :highest)"), values)


def _highest_given(source: Connection, table: Table) -> int:
    """Return the highest id that was ever given, as far as the database remembers those of erased rows."""
    if source.dialect.name != "sqlite":
        known = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:table, 'id')::regclass)")
    elif _is_autoincrement(table):
        known = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
    else:
        return 0
    return int(source.scalar(known, {"table": table.name}) or 0)


def _is_autoincrement(table: Table) -> bool:
    return bool(table.dialect_options["sqlite"]["autoincrement"])
