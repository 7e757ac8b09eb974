"""Sheets: rows of cells out of a CSV file of any kind, or out of an Excel workbook."""

import codecs
import contextlib
import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, repeat
from pathlib import Path
from typing import TextIO

from newsletter.errors import SourceError
from newsletter.subscribers.importer.encoding import EIGHT_BIT, WINDOWS, likely_encoding
from newsletter.subscribers.importer.marks import NO_MARKS, Marks

Cells = list[str]
Row = tuple[int, int, Cells]
"""The line that a row begins on, counted from 1; how many lines it takes; its cells."""

_SAMPLE = 64 * 1024
_LONGEST_CELL = 1_000_000  # characters; the longest that Excel writes has 32,767
_LONGEST_LINE = 2_000_000  # characters
_LARGEST_BLOCK = 16_000_000  # characters of a thousand rows
_MOST_COLUMNS = 1_000
_WIDE = 2_000  # characters
_BLOCK_ROWS = 1_000
_SHORT = 50  # rows: if one of these cannot be read, the file is likely no list at all
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_DELIMITERS = ",;\t|"
_SPACE = b" \t\r\n\xef\xbb\xbf"
_OTHER_KINDS = {
    b"%pdf-": "a PDF file",
    b"{\\rtf": "a text document (.rtf)",
    b"<!doctype html": "a web page, whatever its name says",
    b"<html": "a web page, whatever its name says",
    b"<?xml": "an XML file",
    b"begin:vcard": "an address card (.vcf)",
}
"""How files begin that are text and yet no table."""
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)  # Excel's own first line
_MOSTLY = 4  # times as many letters are UTF-8 as are not
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that can be read row by row, as often as wanted.

    Attributes:
        encoding: how its text is written, one of `encoding.EIGHT_BIT` where any of it is; "xlsx" for a workbook.
        delimiter: what separates two cells; empty for a workbook.
        size: of the file in bytes, for showing progress.
        tab: the name of the workbook's sheet that is read.
        other_tabs: the names of its others that hold addresses, too.
        suppressed: the names of those whose people are not to be mailed.
        marks: what somebody has hidden or struck through in it.
    """

    path: Path
    encoding: str
    delimiter: str
    size: int
    tab: str = ""
    other_tabs: tuple[str, ...] = ()
    suppressed: tuple[str, ...] = ()
    marks: Marks = NO_MARKS

    @contextlib.contextmanager
    def rows(self, on_bytes: Callable[[int], None] = lambda _: None) -> Iterator[Iterator[Row]]:
        """Give the rows.

        `on_bytes` is told now and then how much of the file has been read.

        Raises:
            SourceError: in the middle of the file something cannot be read.
        """
        if self.encoding == "xlsx":
            from newsletter.subscribers.importer.workbooks import workbook_rows  # noqa: PLC0415 - slow to import

            with workbook_rows(self.path, self.tab) as rows:
                yield rows
            return
        is_eight_bit = self.encoding in EIGHT_BIT
        unicode = "utf-8" if is_eight_bit else self.encoding
        errors = "replace" if unicode.startswith("utf-16") else _letters_of(self.encoding if is_eight_bit else WINDOWS)
        with self.path.open(encoding=unicode, errors=errors, newline="") as file:
            yield _csv_rows(self, file, on_bytes)

    def sample(self, count: int) -> list[Row]:
        """Return the first rows that are not blank; of a longer file, those before one that cannot be read."""
        found: list[Row] = []
        with self.rows() as rows:
            try:
                found.extend(islice((row for row in rows if any(cell.strip() for cell in row[2])), count))
            except SourceError:
                if len(found) < _SHORT:
                    raise
        return found


def open_sheet(path: Path, recognise: Callable[[Cells], int], is_suppressed: Callable[[str], object]) -> Sheet:
    """Find out how `path` is written.

    Of several possible delimiters the one wins by which `recognise` knows the most
    headings, then the one that gives the most even rows. `is_suppressed` tells the name of a
    workbook's sheet whose people are not to be mailed.

    Raises:
        SourceError: there is no such file, it is empty, or it is no table at all.
    """
    start, size = _read_start(path)
    _refuse_other_kinds(path, start)
    if start.startswith(b"PK\x03\x04"):
        from newsletter.subscribers.importer.workbooks import find_tabs, marks_in  # noqa: PLC0415 - slow to import

        tabs = find_tabs(path, is_suppressed)
        return Sheet(path, "xlsx", "", size, *tabs, marks_in(path, tabs.first))
    encoding = _encoding(start)
    if not encoding:
        raise SourceError("its letters are written in a way that is not known", where=path, hint=_AS_UNICODE)
    text = _decode_sample(start, encoding)
    if not text.strip():
        raise SourceError("the file is empty", where=path, hint="Export the list again, then import that file.")
    separator = _SEPARATOR_LINE.match(text)
    delimiter = separator[1] if separator else _delimiter(text, recognise)
    return Sheet(path, encoding, delimiter, size)


def _read_start(path: Path) -> tuple[bytes, int]:
    try:
        with path.open("rb") as file:
            return file.read(_SAMPLE), path.stat().st_size
    except FileNotFoundError as err:
        raise SourceError("no such file", where=path, hint="Check its name and its folder.") from err
    except OSError as err:
        raise SourceError(f"cannot be read ({err.strerror})", where=path) from err


def _refuse_other_kinds(path: Path, start: bytes) -> None:
    as_csv = "Open it in the program that made it, save it as CSV or .xlsx, and import that file."
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceError("is an old Excel workbook (.xls)", where=path, hint=as_csv)
    known = next((name for mark, name in _OTHER_KINDS.items() if start.lstrip(_SPACE).lower().startswith(mark)), None)
    if known:
        raise SourceError(f"is {known}, not a table", where=path, hint=as_csv)
    if start.startswith(b"PK\x03\x04") and path.suffix.lower() not in {".xlsx", ".xlsm"}:
        raise SourceError("is a packed file, not a table", where=path, hint=as_csv)
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"PK\x03\x04")
    if b"\x00" in start and not start.startswith(marks) and not _utf16_without_mark(start):
        raise SourceError("is not a table of text", where=path, hint=as_csv)


_AS_UNICODE = (
    "Its names would be garbled. Open it in the program that made it, save it as CSV UTF-8 or .xlsx, "
    "and import that file."
)
_ISO_2022 = re.compile(rb"\x1b[$(][@-J]")  # how mail in Japanese switches between alphabets


def _encoding(start: bytes) -> str:
    """Return how a file is written; nothing if that is not known."""
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) or _ISO_2022.search(start):
        return ""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return _utf16_without_mark(start) or _eight_bit_encoding(start)


def _utf16_without_mark(start: bytes) -> str:
    """Tell by where the zero bytes of plain letters stand, and by whether it then reads as text."""
    for encoding, zeros in (("utf-16-le", start[1::2]), ("utf-16-be", start[0::2])):
        if zeros.count(0) > len(zeros) * 0.4 and not _CONTROLS.search(_decode_sample(start, encoding)):
            return encoding
    return ""


def _eight_bit_encoding(start: bytes) -> str:
    """Return UTF-8 if the beginning is, or nearly; otherwise what other programs write.

    It is for telling alone: each byte that is not UTF-8 is read as such a program writes
    it, in whichever kind of file it stands.
    """
    broken = _decode_sample(start, "utf-8").count("\ufffd")
    return "utf-8" if len(_MULTIBYTE.findall(start)) >= _MOSTLY * broken else likely_encoding(start)


def _decode_sample(start: bytes, encoding: str) -> str:
    if encoding in EIGHT_BIT:
        return start.decode("utf-8", _letters_of(encoding))
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    return decoder.decode(start)  # a character that is cut off at the end stays out


def _letters_of(encoding: str) -> str:
    """Return the name under which bytes that are no UTF-8 are read as `encoding` has them."""
    return f"newsletter-{encoding}-letters"


def _reader_of(encoding: str) -> Callable[[UnicodeError], tuple[str, int]]:
    def read(err: UnicodeError) -> tuple[str, int]:
        if not isinstance(err, UnicodeDecodeError):
            raise err
        return err.object[err.start : err.end].decode(encoding, "replace"), err.end

    return read


for _one in EIGHT_BIT:
    codecs.register_error(_letters_of(_one), _reader_of(_one))


def _delimiter(text: str, recognise: Callable[[Cells], int]) -> str:
    lines = text.splitlines(keepends=True)
    whole = lines if len(text) < _SAMPLE // 4 or len(lines) < 2 else lines[:-1]  # the last may be cut off

    def score(delimiter: str) -> tuple[int, float, int]:
        rows = [row for row in csv.reader(whole[:200], delimiter=delimiter) if row]
        width, often = Counter(map(len, rows)).most_common(1)[0] if rows else (1, 0)
        known = max((recognise(row) for row in rows[:10]), default=0)
        return known, often / len(rows) if width > 1 else 0.0, width

    return max(_DELIMITERS, key=score)


def _csv_rows(sheet: Sheet, file: TextIO, on_bytes: Callable[[int], None]) -> Iterator[Row]:
    """Give the rows, block by block: whole blocks are numbered at once, unless a cell holds line breaks."""
    csv.field_size_limit(_LONGEST_CELL)
    ended = 1 if _SEPARATOR_LINE.match(file.readline(_LONGEST_LINE)) else 0
    if not ended:
        file.seek(0)
    lines = _Lines(file, sheet.delimiter)
    reader = csv.reader(lines, delimiter=sheet.delimiter)
    skipped = ended
    broken: SourceError | None = None
    while broken is None:
        block: list[Cells] = []
        lines.left = _LARGEST_BLOCK
        try:
            block.extend(islice(reader, _BLOCK_ROWS))
        except csv.Error as err:  # the rows before it are in the block
            broken = SourceError("this row cannot be read", hint=_NEVER_CLOSED)
            broken.__cause__ = err
        broken = _too_wide(block) or broken
        if broken is None and reader.line_num + skipped == ended + len(block):
            yield from zip(range(ended + 1, ended + len(block) + 1), repeat(1), block, strict=False)
            ended += len(block)
        else:
            for row in _numbered(ended + 1, block):
                ended = row[0] + row[1] - 1
                yield row
        if not block:
            break
        on_bytes(file.buffer.tell())
    if broken is not None:
        broken.where = f"{sheet.path}:{ended + 1}"
        raise broken


_NEVER_CLOSED = "Most often a quotation mark is opened there and never closed."


class _Lines:
    """The lines of a file; one that is endless, or never closes a quotation mark, is not read into memory.

    Attributes:
        left: how many characters may still be read.
    """

    def __init__(self, file: TextIO, delimiter: str) -> None:
        self._file = file
        self._at_the_end = f"{delimiter} \r\n"
        self._is_endless = False
        self.left = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(_LONGEST_LINE)
        self.left -= len(line)
        if not line:
            raise StopIteration
        if self.left < 0 or self._is_endless:
            raise csv.Error("longer than any row")
        self._is_endless = len(line) == _LONGEST_LINE
        if len(line) > _WIDE and line.endswith("\n"):  # Excel writes thousands of empty cells where one was used once
            return line.rstrip(self._at_the_end) + "\n"
        return line


def _too_wide(block: list[Cells]) -> SourceError | None:
    """Return the refusal of a row that is wider than any, and leave the rows before it in the block."""
    wide = next((number for number, cells in enumerate(block) if len(cells) > _MOST_COLUMNS), None)
    if wide is None:
        return None
    what = f"a row has {len(block[wide]):,} columns; no list of people has"
    del block[wide:]
    return SourceError(what, hint="Open it in the program that made it, and look how its lines are separated.")


def _numbered(line: int, block: list[Cells]) -> Iterator[Row]:
    for cells in block:
        height = 1 + sum(len(_LINE_BREAK.findall(cell)) for cell in cells)
        yield line, height, cells
        line += height
