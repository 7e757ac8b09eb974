"""One import from beginning to end: rehearsed, or written chunk by committed chunk."""

import contextlib
import copy
import dataclasses
import gc
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from newsletter.errors import StoreError
from newsletter.storage import Store
from newsletter.subscribers.intake.ahead import read_ahead
from newsletter.subscribers.intake.columns import Columns, Overrides, plan_columns
from newsletter.subscribers.intake.dialects import Standing
from newsletter.subscribers.intake.headings import Field, recognised
from newsletter.subscribers.intake.reading import Batch, Reader
from newsletter.subscribers.intake.rejects import RejectedRows
from newsletter.subscribers.intake.report import Report
from newsletter.subscribers.intake.sheets import Sheet, open_sheet
from newsletter.subscribers.intake.writing import Intent, Writer

BATCH = 2_000
"""Rows that are read, and put into the database, together: few enough for the processor's cache."""

CHUNK = 50
"""Batches that are committed together; a power cut loses no more than these."""

_CACHE_KIB = 64 * 1024  # nearly all of the index over a million addresses fits; SQLite's own 2 MB thrash


class _Undone(Exception):  # noqa: N818 - leaves a rehearsal's transaction, nothing more
    """Undo the transaction."""


def open_list(path: Path, overrides: Overrides | None = None, *, everybody: str = "") -> tuple[Sheet, Columns]:
    """Find out how the file is written and what its columns will become.

    Args:
        path: the file.
        overrides: field by heading or number, as a person asked for; see `plan_columns`.
        everybody: what all people in the file are, if they left: unsubscribed, bounced or complained.

    Raises:
        SourceError: it is no table, or no column holds addresses.
    """
    sheet = open_sheet(path, recognised)
    columns = plan_columns(sheet, overrides)
    if everybody:
        dialect = dataclasses.replace(columns.dialect, everybody=Standing(everybody))
        columns = dataclasses.replace(columns, dialect=dialect)
    return sheet, columns


def addresses_in(path: Path) -> list[str]:
    """Return the addresses in a file, whoever they belong to.

    Raises:
        SourceError: it is no table, or no column holds addresses.
    """
    sheet, columns = open_list(path)
    found: list[str] = []
    with sheet.rows() as rows:
        for batch in Reader(columns, unconfirmed_too=True).batches(rows, BATCH):
            found += [*batch.joining, *batch.leaving]
    return found


def rehearse(
    store: Store, sheet: Sheet, columns: Columns, intent: Intent, *, on_bytes: Callable[[int], None] = lambda _: None
) -> Report:
    """Tell what an import would do: do all of it, then undo it."""
    report = Report(sheet, columns, rehearsal=True)
    writer = _writer(store, report, intent)
    with contextlib.suppress(_Undone), store.write() as connection, sheet.rows(on_bytes) as rows:
        for batch in Reader(columns, tags=intent.tags, unconfirmed_too=intent.pending).batches(rows, BATCH):
            writer.write(connection, batch)
        raise _Undone
    report.tally = writer.tally
    return report


def import_list(
    store: Store,
    sheet: Sheet,
    columns: Columns,
    intent: Intent,
    *,
    on_bytes: Callable[[int], None] = lambda _: None,
    batch_rows: int = BATCH,
    chunk_batches: int = CHUNK,
) -> Report:
    """Import the list. Interrupted, it keeps the chunks that it has finished; doing it again is harmless.

    Raises:
        StoreError: the database gave up on the way; the error says how far it got.
        SourceError: so did the file.
        WorkspaceError: the rejected rows cannot be written down.
    """
    report = Report(sheet, columns, rehearsal=False)
    writer = _writer(store, report, intent)
    rejects = RejectedRows(sheet.path, columns.headings)
    reader = Reader(columns, tags=intent.tags, unconfirmed_too=intent.pending)
    with (
        _seldom_collected(),
        rejects,
        sheet.rows(on_bytes) as rows,
        read_ahead(reader.batches(rows, batch_rows)) as batches,
    ):
        try:
            for first in batches:
                with store.write() as connection:
                    _enlarge_cache(connection)
                    for batch in _and_more(first, batches, chunk_batches):
                        writer.write(connection, batch)
                        rejects.add(batch.rejected)
                report.tally = copy.deepcopy(writer.tally)  # what is committed, and no more
        except KeyboardInterrupt:
            report.interrupted = True
        except StoreError as err:
            raise StoreError(err.what, where=err.where or None, hint=f"{err.hint}\n{_how_far(report)}") from err
    report.rejected_file = rejects.path
    return report


def _writer(store: Store, report: Report, intent: Intent) -> Writer:
    has_tags = bool(report.columns.places(Field.TAGS))
    return Writer(store.key, intent, report.sheet.path.name, has_tags=has_tags)


def _and_more(first: Batch, batches: Iterator[Batch], size: int) -> Iterator[Batch]:
    yield first
    yield from islice(batches, size - 1)


@contextlib.contextmanager
def _seldom_collected() -> Iterator[None]:
    """Let the garbage collector look less often: rows make no cycles, and it would look at all of them."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _enlarge_cache(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIB}")


def _how_far(report: Report) -> str:
    if not report.tally.rows:
        return "Nothing was imported yet."
    return f"Rows up to line {report.tally.last_line} are in; running the same import again is harmless."
