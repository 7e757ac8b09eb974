"""Excel workbooks, row by row."""

import contextlib
import datetime as dt
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from newsletter.errors import SourceError

_LARGEST = 1_000_000_000  # bytes when unpacked: a small file can unpack to fill the disk
_LARGEST_IN_MEMORY = 200_000_000  # of all but the sheets themselves, which are read row by row


@contextlib.contextmanager
def workbook_rows(path: Path) -> Iterator[Iterator[tuple[int, int, list[str]]]]:
    """Give the rows of the first sheet that has any, each one line high.

    Raises:
        SourceError: the workbook is damaged, locked with a password or far too large.
    """
    hint = "Open it in Excel or Numbers, save it as CSV, and import that file."
    try:
        with zipfile.ZipFile(path) as packed:
            if _is_too_large(packed):
                raise SourceError("the workbook is too large", where=path, hint=hint)
        book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as err:
        raise SourceError("is no workbook that can be read", where=path, hint=hint) from err
    try:
        used = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible" and (sheet.max_row or 2) > 1]
        sheet = (used or book.worksheets)[0]
        yield ((line, 1, [_text(value) for value in row]) for line, row in enumerate(sheet.values, start=1))
    except (zipfile.BadZipFile, zlib.error, ParseError) as err:
        raise SourceError("the workbook is damaged", where=path, hint=hint) from err
    finally:
        book.close()


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
