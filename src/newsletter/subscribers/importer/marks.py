"""Marks in a workbook: rows that somebody has hidden, and cells that they have struck through or commented on.

No cell of such a row says that its person left, and yet somebody may have meant just
that. The sheet's text is searched and not parsed: this is done beside the reading proper.
"""

import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO

_CHUNK = 1 << 20
_MOST_ROWS = 1 << 20  # that a sheet can have
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"|\bht="0(?:\.0+)?"')
_NOT_STRUCK = re.compile(rb'\bval="(?:0|false|off)"')
_NUMBER = re.compile(rb'\br="([A-Z]{0,3})(\d{1,7})"')
_STYLE = re.compile(rb'\bs="(\d{1,6})"')
_ROW = re.compile(rb"<(?:\w+:)?(row)\b([^<>]*)>()")
_RULE = re.compile(rb'<(?:\w+:)?cfRule\b[^<>]*\bdxfId="(\d{1,6})"')
_STRIKE = re.compile(rb"<(?:\w+:)?strike\b([^<>]*)>")
_END = re.compile(rb"</(?:\w+:)?sheetData\b")
_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c|strike|v)\b([^<>]*)>(\d{0,9})")


@dataclass(frozen=True, slots=True)
class Marks:
    """Rows by their line.

    Attributes:
        hidden: those that are not shown.
        struck: those with cells that are struck through, and which cells, counted from 0.
        noted: those with a comment by which somebody is not to be mailed.
        strikes_by_rule: whether rows are struck through by a rule, so that nobody knows which.
    """

    hidden: frozenset[int] = frozenset()
    struck: Mapping[int, frozenset[int]] = field(default_factory=dict)
    noted: frozenset[int] = frozenset()
    strikes_by_rule: bool = False

    def about(self, line: int, places: Collection[int]) -> str:
        """Return what somebody did to a row or to one of its cells at these `places`, or nothing."""
        if line in self.hidden:
            return "the row is hidden in the workbook"
        if not self.struck.get(line, frozenset()).isdisjoint(places):
            return "the row is struck through in the workbook"
        if line in self.noted:
            return "by a comment on a cell of the row they may not want to be mailed"
        return ""


NO_MARKS = Marks()


def find_marks(
    packed: zipfile.ZipFile,
    part: str,
    struck_styles: Collection[int],
    struck_texts: Collection[int],
    struck_by_rule: Collection[int],
) -> Marks:
    """Return the marks in the sheet that lies at `part`, without its comments.

    Args:
        packed: the workbook.
        part: the sheet's.
        struck_styles: those by which cells are struck through.
        struck_texts: the numbers of the shared texts of which a part is struck through.
        struck_by_rule: the numbers of the formats of rules that strike through.
    """
    found, is_over = _Finder(struck_styles, struck_texts, struck_by_rule), False
    with packed.open(part) as sheet:
        for text in _pieces(sheet):
            rows, *behind = (b"", text) if is_over else _END.split(text, maxsplit=1)
            found.look_at_rows(rows)
            for rules in behind:
                is_over = True
                found.look_at_rules(rules)
    return found.marks()


def _pieces(sheet: IO[bytes]) -> Iterator[bytes]:
    """Give a sheet's text piece by piece; none ends within a tag, or between a tag and what follows it."""
    rest = b""
    while chunk := sheet.read(_CHUNK):
        text = rest + chunk
        cut = text.rfind(b"<")
        text, rest = (text[:cut], text[cut : cut + _CHUNK]) if cut > 0 else (text, b"")
        yield text


class _Finder:
    """Notes the marks of a sheet, whose text it gets piece by piece."""

    def __init__(self, styles: Collection[int], texts: Collection[int], rules: Collection[int]) -> None:
        self._styles, self._texts, self._rules = styles, texts, rules
        self._hidden: set[int] = set()
        self._struck: dict[int, set[int]] = {}
        self._by_rule = False
        self._line = self._place = 0
        self._is_shared = False

    def marks(self) -> Marks:
        """Return what was found."""
        struck = {line: frozenset(places) for line, places in self._struck.items()}
        return Marks(frozenset(self._hidden), struck, strikes_by_rule=self._by_rule)

    def look_at_rows(self, text: bytes) -> None:
        """Note which rows are hidden, and which cells are struck through."""
        is_any_struck = self._styles or self._texts or b"strike" in text
        for tag in (_ROW_OR_CELL if is_any_struck else _ROW).finditer(text):
            kind, attributes, number = tag[1], tag[2], tag[3]
            if kind == b"row":
                self._begin_row(attributes)
            elif kind == b"c":
                self._begin_cell(attributes)
            elif kind == b"strike":
                self._strike(is_struck=_is_on(attributes))
            else:
                self._strike(is_struck=bool(self._is_shared and number and int(number) in self._texts))

    def look_at_rules(self, text: bytes) -> None:
        """Note whether a rule behind the rows strikes through, whose format is named or follows there, too."""
        named = any(int(rule[1]) in self._rules for rule in _RULE.finditer(text))
        self._by_rule = self._by_rule or named or any(_is_on(strike[1]) for strike in _STRIKE.finditer(text))

    def _begin_row(self, attributes: bytes) -> None:
        number = _NUMBER.search(attributes)
        self._line, self._place = int(number[2]) if number else self._line + 1, 0
        if _HIDDEN.search(attributes) and self._line <= _MOST_ROWS:
            self._hidden.add(self._line)

    def _begin_cell(self, attributes: bytes) -> None:
        number, style = _NUMBER.search(attributes), _STYLE.search(attributes)
        self._place = _place(number[1]) if number and number[1] else self._place + 1
        self._is_shared = b't="s"' in attributes
        self._strike(is_struck=style is not None and int(style[1]) in self._styles)

    def _strike(self, *, is_struck: bool) -> None:
        if is_struck and self._line <= _MOST_ROWS:
            self._struck.setdefault(self._line, set()).add(self._place - 1)


def _is_on(strike: bytes) -> bool:
    """Whether a mark by which text is struck through does so: it may say that it does not."""
    return not _NOT_STRUCK.search(strike)


def _place(letters: bytes) -> int:
    """Return the number, from 1, of the column that a workbook calls ``A`` or ``BC``."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
