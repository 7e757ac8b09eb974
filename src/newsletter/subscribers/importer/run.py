"""One import from beginning to end: one transaction, which a preview undoes."""

import contextlib
import dataclasses
import gc
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from sqlalchemy import Connection

from newsletter.errors import NewsletterError, SourceError
from newsletter.storage import Store
from newsletter.subscribers.importer.columns import Columns, Overrides, plan_columns
from newsletter.subscribers.importer.headings import recognised
from newsletter.subscribers.importer.questions import ensure_answered, everybody_by_name
from newsletter.subscribers.importer.rejected import RejectedRows
from newsletter.subscribers.importer.report import Report, Tally
from newsletter.subscribers.importer.rows import Batch, ImportOptions, RowReader
from newsletter.subscribers.importer.sheets import Sheet, open_sheet
from newsletter.subscribers.importer.writer import Writer

_BATCH = 4_000  # rows
_OBJECTS = 20_000  # that a batch is made of, about
_CACHE_KIB = 48 * 1024  # most of the index over a million addresses fits; SQLite's own 2 MB thrash
OnBytes = Callable[[int], None]
"""Is told now and then how much of the file has been read; what it raises stops the import."""


def open_list(
    path: Path, overrides: Overrides | None = None, *, everybody: str = "", means: Mapping[str, str] | None = None
) -> tuple[Sheet, Columns]:
    """Find out how the file is written and what its columns will become.

    Args:
        path: the file.
        overrides: field by heading or number, as a person asked for; see `plan_columns`.
        everybody: what a person says that all people in the file are; see `columns.EVERYBODY`.
        means: what a person says that words in it mean; see `standing.MEANINGS`.

    Raises:
        SourceError: it is no table, or no column holds addresses.
    """
    sheet = open_sheet(path, recognised, everybody_by_name)
    return sheet, plan_columns(sheet, overrides, everybody, means)


def addresses_in(path: Path) -> list[str]:
    """Return the addresses in a file, whoever they belong to.

    Raises:
        SourceError: it is no table, or no column holds addresses.
    """
    sheet, columns = open_list(path)
    columns = dataclasses.replace(columns, watched={}, is_told=True)  # nobody comes in by this
    options = ImportOptions(wording="", anyway=True, update=True)
    batches = RowReader(sheet, columns, options, Tally()).batches(_BATCH)
    return [key for batch in batches for key in (*batch.joining, *batch.suppressed, *batch.not_joining)]


def preview(
    store: Store, sheet: Sheet, columns: Columns, options: ImportOptions, *, on_bytes: OnBytes = lambda _: None
) -> Report:
    """Tell what an import would do: do all of it, then undo it.

    Raises:
        SourceError: the file cannot be read, or something about it has to be answered first.
    """
    ensure_answered(columns, sheet)
    report = Report(sheet, columns, is_preview=True)
    with _little_garbage(), store.write() as connection, connection.begin_nested() as savepoint:
        _write(connection, store.key, report, options, on_bytes, _BATCH, None)
        savepoint.rollback()
    return report


def import_list(
    store: Store,
    sheet: Sheet,
    columns: Columns,
    options: ImportOptions,
    *,
    on_bytes: OnBytes = lambda _: None,
    batch_rows: int = _BATCH,
) -> Report:
    """Import the list, all of it or nothing.

    Raises:
        StoreError: the database gave up on the way.
        SourceError: so did the file, or something about it has to be answered first.
        WorkspaceError: the rejected rows cannot be written down.
    """
    ensure_answered(columns, sheet)
    report = Report(sheet, columns, is_preview=False)
    rejected = RejectedRows(sheet.path, columns)
    try:
        with _little_garbage(), rejected, store.write() as connection:
            _write(connection, store.key, report, options, on_bytes, batch_rows, rejected)
            rejected.save()
    except NewsletterError as err:
        err.hint = f"{err.hint}\nNothing was imported.".strip()
        raise
    report.rejected_file = rejected.path
    return report


def _write(
    connection: Connection,
    key: bytes,
    report: Report,
    options: ImportOptions,
    on_bytes: OnBytes,
    batch_rows: int,
    rejected: RejectedRows | None,
) -> None:
    sheet, columns, tally = report.sheet, report.columns, report.tally
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIB}")
    writer = Writer(key, options, sheet.path.name, columns, tally)
    reader = RowReader(sheet, columns, options, tally)
    for batch in chain(_suppressed_sheets(sheet), reader.batches(batch_rows)):
        writer.write(connection, batch)
        if rejected is not None:
            rejected.add(batch.kept_apart)
        on_bytes(reader.read_bytes)


@contextlib.contextmanager
def _little_garbage() -> Iterator[None]:
    """Let the garbage collector look at rows alone, and about once a batch: else it takes a fifth of the time."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_OBJECTS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def _suppressed_sheets(sheet: Sheet) -> Iterator[Batch]:
    """Give the people of those sheets of a workbook that by their names hold people who are not to be mailed."""
    for tab in sheet.suppressed:
        beside = Sheet(sheet.path, sheet.encoding, sheet.delimiter, 0, tab)
        try:
            columns = plan_columns(beside, everybody=everybody_by_name(tab))
        except SourceError as err:
            hint = "By its name it holds people who are not to be mailed. Put their addresses under a heading, Email."
            raise SourceError(f"in the sheet {tab!r} {err.what}", where=sheet.path, hint=hint) from err
        reader = RowReader(beside, columns, ImportOptions(wording=""), Tally())
        for batch in reader.batches(_BATCH):
            rejected = [one._replace(cells=[], reason=f"in the sheet {tab!r}: {one.reason}") for one in batch.rejected]
            yield Batch(suppressed=batch.suppressed, rejected=rejected)
