"""One import from beginning to end: rehearsed, or written chunk by committed chunk."""

import contextlib
import copy
import dataclasses
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path

from sqlalchemy import Connection

from newsletter.errors import SourceError, StoreError
from newsletter.storage import Store
from newsletter.subscribers.intake.batch import Batch, Rejection
from newsletter.subscribers.intake.columns import Columns, Overrides, plan_columns
from newsletter.subscribers.intake.elsewhere import read_batches
from newsletter.subscribers.intake.headings import recognised
from newsletter.subscribers.intake.interruption import like_ctrl_c
from newsletter.subscribers.intake.memory import seldom_collected
from newsletter.subscribers.intake.questions import UnclearColumnError, everybody_by_name, refuse_open
from newsletter.subscribers.intake.reading import Reading
from newsletter.subscribers.intake.rejects import RejectedRows
from newsletter.subscribers.intake.report import Report
from newsletter.subscribers.intake.sheets import Sheet, open_sheet
from newsletter.subscribers.intake.writing import Intent, Writer

CHUNK = 64
"""The most batches that are committed together; a power cut loses no more than these. The first chunks are smaller."""

_CACHE_KIB = 48 * 1024  # most of the index over a million addresses fits; SQLite's own 2 MB thrash


class _Undone(Exception):  # noqa: N818 - leaves a rehearsal's transaction, nothing more
    """Undo the transaction."""


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
    batches = Reading(sheet=sheet, columns=columns, anyway=True, corrects=True).batches()
    return [key for batch in batches for key in (*batch.joining, *batch.leaving, *batch.staying_out)]


def rehearse(
    store: Store, sheet: Sheet, columns: Columns, intent: Intent, *, on_bytes: Callable[[int], None] = lambda _: None
) -> Report:
    """Tell what an import would do: do all of it, then undo it.

    Raises:
        SourceError: the file cannot be read, or something about it has to be answered first.
    """
    refuse_open(columns, sheet)
    report = Report(sheet, columns, rehearsal=True)
    writer = _writer(store, report, intent)
    with (
        contextlib.suppress(_Undone),
        seldom_collected(),
        read_batches(_reading(report, intent)) as batches,
        store.write() as connection,
    ):
        _enlarge_cache(connection)
        for batch in chain(_suppressed(sheet), batches):
            writer.write(connection, batch)
            on_bytes(batch.read_bytes)
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
    batch_rows: int = 0,
    chunk_batches: int = CHUNK,
) -> Report:
    """Import the list. Interrupted, it keeps the chunks that it has finished; doing it again is harmless.

    Raises:
        StoreError: the database gave up on the way; the error says how far it got.
        SourceError: so did the file, or something about it has to be answered first.
        WorkspaceError: the rejected rows cannot be written down.
    """
    refuse_open(columns, sheet)
    report = Report(sheet, columns, rehearsal=False)
    writer = _writer(store, report, intent)
    rejects = RejectedRows(sheet.path, columns)
    reading = _reading(report, intent)
    if batch_rows:
        reading = dataclasses.replace(reading, batch_rows=batch_rows)
    sizes = _growing(chunk_batches)
    with like_ctrl_c(), seldom_collected(), rejects, read_batches(reading) as batches:
        try:
            everything = chain(_suppressed(sheet), batches)
            for first in everything:
                with store.write() as connection:
                    _enlarge_cache(connection)
                    for batch in _and_more(first, everything, next(sizes)):
                        writer.write(connection, batch)
                        rejects.add(batch.apart)
                        on_bytes(batch.read_bytes)
                report.tally = copy.deepcopy(writer.tally)  # what is committed, and no more
        except KeyboardInterrupt:
            report.interrupted = True
        except UnclearColumnError as err:
            if report.tally.rows:
                err.hint = f"{err.hint}\n{report.how_far()}"
            raise
        except StoreError as err:
            raise StoreError(err.what, where=err.where or None, hint=f"{err.hint}\n{report.how_far()}") from err
    report.rejected_file = rejects.path
    return report


def _reading(report: Report, intent: Intent) -> Reading:
    return Reading(
        sheet=report.sheet,
        columns=report.columns,
        tags=intent.tags,
        kept_tags=intent.kept_tags,
        unconfirmed_too=intent.pending,
        anyway=intent.anyway,
        corrects=intent.update,
    )


def _suppressed(sheet: Sheet) -> Iterator[Batch]:
    """Give the people of those sheets of a workbook that by their names hold people who are not to be mailed."""
    for tab in sheet.suppressed:
        beside = Sheet(sheet.path, sheet.encoding, sheet.delimiter, 0, tab)
        try:
            columns = plan_columns(beside, everybody=everybody_by_name(tab))
        except SourceError as err:
            hint = "By its name it holds people who are not to be mailed. Put their addresses under a heading, Email."
            raise SourceError(f"in the sheet {tab!r} {err.what}", where=sheet.path, hint=hint) from err
        for batch in Reading(sheet=beside, columns=columns).batches():
            rejected = [Rejection(one.line, [], f"in the sheet {tab!r}: {one.reason}") for one in batch.rejected]
            yield Batch(leaving=batch.leaving, rejected=rejected)


def _writer(store: Store, report: Report, intent: Intent) -> Writer:
    return Writer(store.key, intent, report.sheet.path.name, report.columns)


def _growing(most: int) -> Iterator[int]:
    """Give the sizes of chunks: a short list is to be written in several, too."""
    size = 1
    while True:
        yield min(size, most)
        size *= 2


def _and_more(first: Batch, batches: Iterator[Batch], size: int) -> Iterator[Batch]:
    yield first
    yield from islice(batches, size - 1)


def _enlarge_cache(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIB}")
