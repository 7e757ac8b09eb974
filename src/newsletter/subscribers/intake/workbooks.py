"""Excel workbooks, row by row."""

import contextlib
import datetime as dt
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from newsletter.errors import SourceError
from newsletter.subscribers.intake.marks import Marks, find_marks

_LARGEST = 1_000_000_000  # bytes when unpacked: a small file can unpack to fill the disk
_LOOKED_AT = 2_000  # rows of each sheet
_LARGEST_IN_MEMORY = 200_000_000  # of all but the sheets themselves, which are read row by row


class Tabs(NamedTuple):
    """The sheets of a workbook that hold addresses, by their names.

    Attributes:
        first: the one with the most of them; the first sheet, if none holds any.
        others: the others that are shown.
        leavers: those that by their names hold people who are not to be mailed, shown or not.
    """

    first: str
    others: tuple[str, ...]
    leavers: tuple[str, ...]


def find_tabs(path: Path, is_leavers: Callable[[str], object]) -> Tabs:
    """Return the sheets that hold addresses; `is_leavers` tells a name of people who are not to be mailed.

    Raises:
        SourceError: the workbook is damaged, locked with a password or far too large.
    """
    with _opened(path) as book:
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
        if not sheets:
            raise SourceError("the workbook has no sheet", where=path)
        found = {sheet.title: _addresses(sheet) for sheet in book.worksheets}
        leavers = [title for title in found if found[title] and is_leavers(title)]
        most_first = sorted((sheet.title for sheet in sheets), key=lambda title: (title in leavers, -found[title]))
    holding = [title for title in most_first if found[title]] or most_first[:1]
    first, *others = holding
    return Tabs(
        first,
        tuple(title for title in others if title not in leavers),
        tuple(title for title in leavers if title != first),
    )


def marks_in(path: Path, tab: str) -> Marks:
    """Return what somebody has hidden or struck through in a sheet.

    Raises:
        SourceError: as `find_tabs` does.
    """
    with _opened(path) as opened, zipfile.ZipFile(path) as packed:
        book: Any = opened  # a workbook that is only read has no public way to its styles
        fonts = [bool(font.strike) for font in book._fonts]  # noqa: SLF001
        styles = {number for number, style in enumerate(book._cell_styles) if fonts[style.fontId]}  # noqa: SLF001
        return find_marks(packed, book[tab]._worksheet_path, styles)  # noqa: SLF001


@contextlib.contextmanager
def workbook_rows(path: Path, tab: str) -> Iterator[Iterator[tuple[int, int, list[str]]]]:
    """Give the rows of the sheet with the name `tab`, each one line high.

    Raises:
        SourceError: as `find_tabs` does.
    """
    with _opened(path) as book:
        rows = enumerate(book[tab].iter_rows(values_only=True), start=1)
        yield ((line, 1, [_text(value) for value in row]) for line, row in rows)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Workbook]:
    hint = "Open it in Excel or Numbers, save it as CSV, and import that file."
    try:
        with zipfile.ZipFile(path) as packed:
            if _is_too_large(packed):
                raise SourceError("the workbook is too large", where=path, hint=hint)
        book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as err:
        raise SourceError("is no workbook that can be read", where=path, hint=hint) from err
    try:
        yield book
    except (zipfile.BadZipFile, zlib.error, ParseError) as err:
        raise SourceError("the workbook is damaged", where=path, hint=hint) from err
    finally:
        book.close()


def _addresses(sheet: Any) -> int:
    """Count the cells with an address among the first rows."""
    rows = islice(sheet.iter_rows(values_only=True), _LOOKED_AT)
    return sum(isinstance(value, str) and "@" in value for row in rows for value in row)


def _is_too_large(packed: zipfile.ZipFile) -> bool:
    """Whether it unpacks to more than can be meant; `zipfile` gives no more than the sizes that it says."""
    sizes = {entry.filename: entry.file_size for entry in packed.infolist()}
    beside = sum(size for name, size in sizes.items() if not name.startswith("xl/worksheets/"))
    return sum(sizes.values()) > _LARGEST or beside > _LARGEST_IN_MEMORY


def _text(value: object) -> str:
    """Return a cell as a CSV file would have it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value)
