"""Excel workbooks, row by row: of all that a workbook can hold, only what a list needs is read.

A file of a few kilobytes can claim to hold a sheet that fills any memory. So nothing here trusts
what a workbook says of its own size, gaps between rows and cells are not filled, and whatever is
larger than any list is refused before it is read.
"""

import contextlib
import dataclasses
import datetime as dt
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from newsletter.errors import SourceError, parsing
from newsletter.subscribers.importer.marks import Marks, find_marks
from newsletter.subscribers.importer.remarks import is_remark_of_refusal

MOST_COLUMNS = 1_000
_MOST_ROWS = 1_048_576  # as many as Excel has
_LARGEST = 1_000_000_000  # bytes when unpacked
_LARGEST_STRINGS = 200_000_000
_LARGEST_PART = 20_000_000  # of all others but the sheets themselves
_LONGEST_ROW = 4_000_000
_LONGEST_CELL = 100_000  # characters; Excel's own limit is 32,767
_MOST_TEXT = 500_000_000
_MOST_PACKED = 100  # times smaller than unpacked; real lists are some ten times
_SMALL = 20_000_000
_LOOKED_AT = 2_000  # rows of each sheet
_TOGETHER = 500  # elements that are dropped at once
_HINT = "Open it in Excel or Numbers, save it as CSV, and import that file."
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_OFFICE = "/officeDocument"
_WORKSHEET = "/worksheet"


class Tabs(NamedTuple):
    """The sheets of a workbook that hold addresses, by their names.

    Attributes:
        first: the one with the most of them; the first sheet, if none holds any.
        others: the others that are shown.
        suppressed: those that by their names hold people who are not to be mailed, shown or not.
    """

    first: str
    others: tuple[str, ...]
    suppressed: tuple[str, ...]


def find_tabs(path: Path, is_suppressed: Callable[[str], object]) -> Tabs:
    """Return the sheets that hold addresses; `is_suppressed` tells a name of people who are not to be mailed.

    Raises:
        SourceError: the workbook is damaged, locked with a password or far too large.
    """
    with _opened(path) as book:
        tabs = [tab for tab in book.tabs if tab.visible] or book.tabs
        if not tabs:
            raise SourceError("the workbook has no sheet", where=path)
        found = {tab.name: _addresses(book, tab) for tab in book.tabs}
    suppressed = [title for title in found if found[title] and is_suppressed(title)]
    most_first = sorted((tab.name for tab in tabs), key=lambda title: (title in suppressed, -found[title]))
    holding = [title for title in most_first if found[title]] or most_first[:1]
    first, *others = holding
    return Tabs(
        first,
        tuple(title for title in others if title not in suppressed),
        tuple(title for title in suppressed if title != first),
    )


def marks_in(path: Path, tab: str) -> Marks:
    """Return what somebody has hidden, struck through or commented on in a sheet.

    Raises:
        SourceError: as `find_tabs` does.
    """
    with _opened(path) as book:
        return book.marks(next(one for one in book.tabs if one.name == tab))


@contextlib.contextmanager
def workbook_rows(path: Path, tab: str) -> Iterator[Iterator[tuple[int, int, list[str]]]]:
    """Give the rows of the sheet with the name `tab` in which anything is written, each one line high.

    Raises:
        SourceError: as `find_tabs` does.
    """
    with _opened(path) as book:
        chosen = next(one for one in book.tabs if one.name == tab)
        yield ((line, 1, cells) for line, cells in book.rows(chosen))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator["_Book"]:
    with contextlib.ExitStack() as opened:
        with parsing(_no_workbook(path)):
            packed = opened.enter_context(zipfile.ZipFile(path))
        with _parsing(path):
            _ensure_usual_size(packed, path)
            book = _Book(packed, path)
        yield book


def _parsing(path: Path) -> contextlib.AbstractContextManager[None]:
    return parsing(SourceError("the workbook is damaged", where=path, hint=_HINT))


def _addresses(book: "_Book", tab: "_Tab") -> int:
    """Count the cells with an address among the first rows."""
    rows = islice(book.rows(tab), _LOOKED_AT)
    return sum("@" in cell for _, cells in rows for cell in cells)


def _ensure_usual_size(packed: zipfile.ZipFile, path: Path) -> None:
    """Refuse what would unpack to more than a list has; `zipfile` unpacks no more than the sizes that are told here."""
    entries = packed.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    size = sum(entry.compress_size for entry in entries)
    if unpacked > min(_LARGEST, max(_SMALL, _MOST_PACKED * size)):
        raise _too_large(path)


def _no_workbook(path: Path) -> SourceError:
    return SourceError("is no workbook that can be read", where=path, hint=_HINT)


def _too_large(path: Path) -> SourceError:
    return SourceError("the workbook is too large", where=path, hint=_HINT)


@dataclass(frozen=True, slots=True)
class _Tab:
    """A sheet: its name, the part of the file that holds it, and whether Excel shows it."""

    name: str
    part: str
    visible: bool


class _Book:
    """A workbook that is open."""

    def __init__(self, packed: zipfile.ZipFile, path: Path) -> None:
        self._packed = packed
        self._path = path
        main = next(iter(self._related("", _OFFICE).values()), "xl/workbook.xml")
        if main not in packed.NameToInfo:
            raise _no_workbook(path)
        book = self._part(main)
        targets = self._related(main, _WORKSHEET)
        self.tabs = [
            _Tab(str(sheet.get("name") or ""), targets[key], sheet.get("state", "visible") == "visible")
            for sheet in book.iterfind("{*}sheets/{*}sheet")
            if (key := next((value for name, value in sheet.items() if name.endswith("}id")), "")) in targets
        ]
        settings = book.find("{*}workbookPr")
        is_mac = settings is not None and settings.get("date1904") in {"1", "true", "on"}
        self._epoch = CALENDAR_MAC_1904 if is_mac else CALENDAR_WINDOWS_1900
        styles = next(iter(self._related(main, "/styles").values()), "")
        self._styles = self._part(styles) if styles else None
        self._moments = self._moment_styles()
        self._struck_texts: set[int] = set()
        self._strings = self._shared_strings(main)

    def rows(self, tab: _Tab) -> Iterator[tuple[int, list[str]]]:
        """Give the number and the cells of each row in which anything is written."""
        line = count = text = 0
        with _parsing(self._path), self._packed.open(tab.part) as file:
            for row in _elements(_Guarded(file, self._path), "row", "sheetData"):
                count += 1
                line = _number_of(row.get("r"), line + 1)
                cells = self._cells(row) if len(row) else []
                text += sum(map(len, cells))
                if count > _MOST_ROWS or text > _MOST_TEXT:
                    raise _too_large(self._path)
                if cells:
                    yield line, cells

    def _cells(self, row: etree._Element) -> list[str]:
        """Return the texts of a row up to its last cell in which anything is written."""
        cells: list[str] = []
        for cell in row.iterchildren("{*}c"):
            if not (value := self._value(cell)).strip():
                continue
            column = _column(cell.get("r") or "", len(cells))
            if column >= MOST_COLUMNS or len(value) > _LONGEST_CELL:
                raise self._odd_cell(cell.get("r") or f"in row {row.get('r')}", column)
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = value
        return cells

    def _odd_cell(self, name: str, column: int) -> SourceError:
        if column >= MOST_COLUMNS:
            what = f"something is written far from the list, in the cell {name}"
            return SourceError(what, where=self._path, hint="Delete that cell's column, save the workbook, try again.")
        what = f"the cell {name} holds more text than Excel can write"
        return SourceError(what, where=self._path, hint="Shorten that cell, save the workbook, and try again.")

    def _value(self, cell: etree._Element) -> str:
        """Return a cell as a CSV file would have it."""
        kind = cell.get("t")
        if kind == "inlineStr":
            return "".join(_text(each) for each in cell.iterchildren("{*}is"))
        written = cell.findtext("{*}v") or ""
        if not written or kind in {"str", "e"}:
            return written
        if kind == "d":
            return written.removesuffix("T00:00:00")
        if kind == "s":
            return self._strings[_number_of(written.strip(), len(self._strings))]
        if kind == "b":
            return str(written.strip() not in {"0", "false"})
        return self._number(written, cell.get("s"))

    def _number(self, written: str, style: str | None) -> str:
        try:
            value = float(written) if re.search(r"[.eE]", written) else int(written)
            is_span = self._moments.get(int(style or 0))
            moment = from_excel(value, self._epoch, timedelta=is_span) if is_span is not None else value
        except (ValueError, OverflowError):
            return written
        if isinstance(moment, float) and moment.is_integer():
            return str(int(moment))
        if isinstance(moment, dt.datetime) and moment.time() == dt.time():
            return moment.date().isoformat()
        return str(moment)

    def marks(self, tab: _Tab) -> Marks:
        """Return what somebody has hidden, struck through or commented on in a sheet."""
        rules = self._struck("dxfs/{*}dxf", "font/{*}strike")
        with _parsing(self._path):
            found = find_marks(self._packed, tab.part, self._struck_styles(), self._struck_texts, rules)
            return dataclasses.replace(found, noted=frozenset(self._noted(tab)))

    def _noted(self, tab: _Tab) -> Iterator[int]:
        """Give the numbers of the rows with a comment by which somebody is not to be mailed."""
        for kind in ("/comments", "/threadedComment"):
            for part in self._related(tab.part, kind).values():
                for comment in self._part(part).iter("{*}comment", "{*}threadedComment"):
                    lines = "".join(str(text) for text in comment.itertext()).splitlines()
                    if any(map(is_remark_of_refusal, [" ".join(lines), *lines])):
                        yield _number_of((comment.get("ref") or "").lstrip("$ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 0)

    def _struck_styles(self) -> set[int]:
        """Return the numbers of the styles whose text is struck through."""
        fonts = {str(number) for number in self._struck("fonts/{*}font", "strike")}
        formats = [] if self._styles is None else self._styles.iterfind("{*}cellXfs/{*}xf")
        return {number for number, style in enumerate(formats) if style.get("fontId") in fonts}

    def _struck(self, path: str, strike: str) -> set[int]:
        """Return the numbers of the styles at a path that strike through."""
        if self._styles is None:
            return set()
        strikes = [style.find(f"{{*}}{strike}") for style in self._styles.iterfind(f"{{*}}{path}")]
        return {number for number, found in enumerate(strikes) if found is not None and _strikes(found)}

    def _moment_styles(self) -> dict[int, bool]:
        """Return the numbers of the styles that show numbers as dates, and whether as spans of time."""
        styles = self._styles
        if styles is None:
            return {}
        written = {
            each.get("numFmtId"): each.get("formatCode") or "" for each in styles.iterfind("{*}numFmts/{*}numFmt")
        }
        found = {}
        for number, style in enumerate(styles.iterfind("{*}cellXfs/{*}xf")):
            name = style.get("numFmtId")
            code = written.get(name) or BUILTIN_FORMATS.get(_number_of(name, 0)) or ""
            if len(code) < 1_000 and is_date_format(code):
                found[number] = bool(is_timedelta_format(code))
        return found

    def _shared_strings(self, main: str) -> list[str]:
        """Return the texts that cells name by their number, so that each is written once."""
        part = next(iter(self._related(main, "/sharedStrings").values()), "")
        if not part:
            return []
        if self._packed.getinfo(part).file_size > _LARGEST_STRINGS:
            raise _too_large(self._path)
        with self._packed.open(part) as file:
            texts: list[str] = []
            for each in _elements(file, "si", "sst"):
                if any(map(_strikes, each.iterfind("{*}r/{*}rPr/{*}strike"))):
                    self._struck_texts.add(len(texts))
                texts.append(_text(each))
            return texts

    def _related(self, part: str, kind: str) -> dict[str, str]:
        """Return, by their ids, the parts of a kind to which a part is related."""
        folder, _, name = part.rpartition("/")
        beside = posixpath.join(folder, "_rels", f"{name}.rels")
        if beside not in self._packed.NameToInfo:
            return {}
        return {
            str(each.get("Id")): posixpath.normpath(posixpath.join("/", folder, str(each.get("Target")))).lstrip("/")
            for each in self._part(beside).iterfind("{*}Relationship")
            if str(each.get("Type")).endswith(kind)
        }

    def _part(self, name: str) -> etree._Element:
        if self._packed.getinfo(name).file_size > _LARGEST_PART:
            raise _too_large(self._path)
        return etree.fromstring(self._packed.read(name), etree.XMLParser(resolve_entities=False, no_network=True))


class _Guarded:
    """A sheet's part that is read no further when a row is longer than any."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file = file
        self._path = path
        self._since_row = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        data = self._file.read(size)
        self._since_row = 0 if _ROW.search(data) else self._since_row + len(data)
        if self._since_row > _LONGEST_ROW:
            raise SourceError("a row of the workbook holds more than any list", where=self._path, hint=_HINT)
        return data


def _elements(file: "IO[bytes] | _Guarded", name: str, last: str) -> Iterator[etree._Element]:
    """Give all elements of a name, each of which goes when the next one comes; what follows `last` is not read."""
    found = etree.iterparse(file, tag=(f"{{*}}{name}", f"{{*}}{last}"), resolve_entities=False, no_network=True)
    for number, (_, element) in enumerate(found):
        if element.tag.endswith(last):
            return
        yield element
        if len(element) or element.text:
            element.clear()
        if number % _TOGETHER == 0 and (parent := element.getparent()) is not None:
            del parent[:-1]


def _text(element: etree._Element) -> str:
    """Return a text, which may be written in several runs; how it is pronounced is left out."""
    parts = [each.text or "" for each in element.iterfind("{*}t")] or [
        each.text or "" for each in element.iterfind("{*}r/{*}t")
    ]
    return "".join(parts)


def _strikes(strike: etree._Element) -> bool:
    return strike.get("val", "1") not in {"0", "false", "off"}


def _column(cell: str, following: int) -> int:
    """Return the place of a cell by its name, counted from 0; of one without a name, that behind the last."""
    column = 0
    for letter in cell.rstrip("0123456789")[:4].upper():
        column = column * 26 + ord(letter) - 64
    return column - 1 if column > 0 else following


def _number_of(written: str | None, otherwise: int) -> int:
    return int(written) if written and written.isascii() and written.isdecimal() and len(written) < 8 else otherwise
