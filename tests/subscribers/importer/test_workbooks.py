"""Workbooks as they come: read as Excel shows them, and no more of them than a list needs."""

import contextlib
import datetime as dt
import random
import time
from pathlib import Path

import pytest
from openpyxl import Workbook

from newsletter.errors import SourceError
from newsletter.storage import Store
from newsletter.subscribers.importer import open_list
from newsletter.subscribers.importer.workbooks import find_tabs, workbook_rows
from tests.subscribers.bringing import bring_in, emails
from tests.subscribers.importer.raw_workbook import SPACE, raw_workbook

STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
TOP = "".join(
    f'<row r="{line}"><c r="A{line}" t="inlineStr"><is><t>{text}</t></is></c></row>'
    for line, text in ((1, "Email"), (2, "ana@example.org"))
)
LONG_STRING = f'<sst xmlns="{SPACE}"><si><t>{"a" * 200_000}</t></si></sst>'.encode()
BO = "<is><t>bo@example.org</t></is>"


def _sheet(rows: str, behind: str = "", space: str = SPACE, before: str = "") -> bytes:
    return f'<worksheet xmlns="{space}">{before}<sheetData>{TOP}{rows}</sheetData>{behind}</worksheet>'.encode()


def _workbook(path: Path, sheet: bytes, strings: bytes = b"", *, without: str = "") -> Path:
    path.write_bytes(raw_workbook(sheet, strings, without=without))
    return path


def _cells(path: Path) -> list[tuple[int, list[str]]]:
    with workbook_rows(path, find_tabs(path, lambda _name: False).first) as rows:
        return [(line, cells) for line, _, cells in rows]


def _read_whole(path: Path) -> None:
    open_list(path)
    _cells(path)


def test_cells_as_a_csv_file_would_have_them(tmp_path: Path) -> None:
    """Dates, times, numbers, ticks and gaps."""
    book, path = Workbook(), tmp_path / "list.xlsx"
    sheet = book.active
    assert sheet is not None
    sheet.append(["ana@example.org", " a & <b>\nc ", dt.date(2026, 11, 3), dt.time(9, 30), True, 5.0, 1.5, 46329])
    sheet["C3"] = dt.datetime(2026, 11, 3, 9, 30)  # noqa: DTZ001 - Excel knows no zones
    sheet["D3"] = dt.timedelta(hours=30)
    sheet["A6"] = "=1+1"  # never computed
    book.save(path)
    assert _cells(path) == [
        (1, ["ana@example.org", " a & <b>\nc ", "2026-11-03", "09:30:00", "True", "5", "1.5", "46329"]),
        (3, ["", "", "2026-11-03 09:30:00", "1 day, 6:00:00"]),
    ]


def test_strings_in_runs_without_how_they_are_pronounced(tmp_path: Path) -> None:
    """As Japanese and formatted workbooks have them, and Excel's strict form."""
    strings = f"""<sst xmlns="{SPACE}"><si><r><t>bo@</t></r><r><rPr><b/></rPr><t>example.org</t></r></si>
        <si><t>由紀</t><rPh sb="0" eb="2"><t>ユキ</t></rPh></si></sst>"""
    row = '<row r="4"><c r="A4" t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
    assert _cells(_workbook(tmp_path / "a.xlsx", _sheet(row), strings.encode()))[-1] == (4, ["bo@example.org", "由紀"])
    strict = _workbook(tmp_path / "b.xlsx", _sheet(row, space=STRICT), strings.replace(SPACE, STRICT).encode())
    assert _cells(strict)[-1] == (4, ["bo@example.org", "由紀"])


@pytest.mark.heavy
@pytest.mark.parametrize(
    "sheet",
    [
        _sheet(f'<row r="1048576"><c r="A1048576" t="inlineStr">{BO}</c><c r="XFD1048576" s="1"/></row>'),
        _sheet(f'<row r="3"><c t="inlineStr">{BO}</c><c r="XFD3" t="inlineStr"><is><t> </t></is></c></row>'),
        _sheet(f'<row r="2000000000"><c r="A2000000000" t="inlineStr">{BO}</c></row>'),
        _sheet(f'<row r="99999999999999999999"><c t="inlineStr">{BO}</c></row>'),
        _sheet(f'<row r="x"><c r="" t="inlineStr">{BO}</c></row>'),
        _sheet(f'<row><c t="inlineStr">{BO}</c></row>' + "<row/>" * 200_000),
        _sheet(f'<row><c t="inlineStr">{BO}</c></row>', before='<dimension ref="A1:XFD1048576"/>'),
        _sheet(
            f'<row><c t="inlineStr">{BO}</c></row>',
            "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 100_000 + "</mergeCells>",
        ),
    ],
)
def test_what_a_workbook_claims_to_hold(store: Store, tmp_path: Path, sheet: bytes) -> None:
    """Cells that are far apart, or only formatted, take neither time nor room."""
    begun = time.process_time()
    bring_in(store, _workbook(tmp_path / "list.xlsx", sheet))
    assert emails(store) == ["ana@example.org", "bo@example.org"]
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    ("sheet", "strings", "words"),
    [
        (_sheet(f'<row><c r="XFD3" t="inlineStr">{BO}</c></row>'), b"", "far from the list, in the cell XFD3"),
        (_sheet("<row>" + "<c/>" * 2_000_000 + "</row>"), b"", "a row of the workbook holds more"),
        (_sheet("<row><c><v>1</v></c></row>" * 2_000_000), b"", "too large"),
        (_sheet(f"<row><c t='inlineStr'><is><t>{'a' * 200_000}</t></is></c></row>"), b"", "more text than Excel"),
        (_sheet(f"<row><c t='inlineStr'><is><t>{'a' * 9_000_000}</t></is></c></row>"), b"", "a row of the workbook"),
        (_sheet(""), f'<sst xmlns="{SPACE}">{"<si><t>a</t></si>" * 2_000_000}</sst>'.encode(), "too large"),
        (_sheet('<row><c t="s"><v>0</v></c></row>'), LONG_STRING, "more text than Excel"),
        (_sheet('<row><c t="s"><v>7</v></c></row>'), b"", "damaged"),
        (_sheet('<row><c t="s"><v>x</v></c></row>'), b"", "damaged"),
        (_sheet("<row><c></row>"), b"", "damaged"),
        (b"", b"", "damaged"),
        (_sheet(""), b"<sst><si>", "damaged"),
        (b'<!DOCTYPE a [<!ENTITY b "' + b"c" * 1_000 + b'">]><worksheet><sheetData><row><c t="str"><v>'
         + b"&b;" * 400_000 + b"</v></c></row></sheetData></worksheet>", b"", "workbook"),
    ],
)  # fmt: skip
def test_workbook_that_is_no_list(tmp_path: Path, sheet: bytes, strings: bytes, words: str) -> None:
    """It is refused in words with the way around it, quickly."""
    begun = time.process_time()
    path = _workbook(tmp_path / "list.xlsx", sheet, strings)
    with pytest.raises(SourceError, match=words) as caught:
        _read_whole(path)
    assert caught.value.hint
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("_rels/.rels", ""),
        ("xl/styles.xml", "damaged"),
        ("xl/sharedStrings.xml", "damaged"),
        ("xl/worksheets/sheet1.xml", "damaged"),
        ("xl/workbook.xml", "no workbook"),
        ("xl/_rels/workbook.xml.rels", "no sheet"),
    ],
)
def test_workbook_of_which_a_part_is_missing(tmp_path: Path, part: str, words: str) -> None:
    """It is read without it where that can be, and else refused in words."""
    path = _workbook(tmp_path / "list.xlsx", _sheet(""), without=part)
    if not words:
        assert _cells(path)[1] == (2, ["ana@example.org"])
        return
    with pytest.raises(SourceError, match=words):
        _cells(path)


@pytest.mark.parametrize("seed", range(12))
def test_workbook_with_damaged_bytes(tmp_path: Path, seed: int) -> None:
    """Wherever a disk or a transfer has spoiled it."""
    path = _workbook(tmp_path / "list.xlsx", _sheet(""))
    data, rng = bytearray(path.read_bytes()), random.Random(seed)  # noqa: S311 - no secret
    for _ in range(20):
        data[rng.randrange(len(data))] ^= 0xFF
    path.write_bytes(data)
    with contextlib.suppress(SourceError):
        _read_whole(path)


STRUCK_RUN = "<r><rPr><strike/></rPr><t>cy@example.org</t></r>"


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (f'<row r="3"><c r="A3" t="inlineStr"><is>{STRUCK_RUN}</is></c></row>', "<t>cy@example.org</t>"),
        ('<row r="3"><c r="A3" t="s"><v>1</v></c></row>', STRUCK_RUN),
        ('<row r="3" ht="0" customHeight="1"><c r="A3" t="s"><v>1</v></c></row>', "<t>cy@example.org</t>"),
    ],
)
def test_row_that_is_struck_in_part_or_has_no_height(store: Store, path: Path, row: str, text: str) -> None:
    """It waits, as one does that is struck through or hidden; a strike that is off is none."""
    head = f'<worksheet xmlns="{SPACE}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Email</t></is></c></row>'
    ana = '<row r="2" ht="15"><c r="A2" t="inlineStr"><is><t>ana@example.org</t></is></c></row>'
    strings = f'<sst xmlns="{SPACE}"><si><t>Email</t></si><si>{text}</si></sst>'
    file = path.with_suffix(".xlsx")
    for on, found in ((True, ["ana@example.org"]), (False, ["ana@example.org", "cy@example.org"])):
        marked, shared = (
            (one if on else one.replace("<strike/>", '<strike val="0"/>').replace('ht="0"', 'ht="0.75"'))
            for one in (row, strings)
        )
        bring_in(store, file, raw_workbook(f"{head}{ana}{marked}</sheetData></worksheet>".encode(), shared.encode()))
        assert emails(store) == found
