"""Marks in a workbook: rows that somebody has hidden, and cells that they have struck through or commented on.

No cell of such a row says that its person left, and yet somebody may have meant just
that. The sheet's text is searched and not parsed: this is done beside the reading proper.
"""

import re
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

_CHUNK = 1 << 20
_MOST_ROWS = 1 << 20  # that a sheet can have
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"|\bht="0(?:\.0+)?"')
_NOT_STRUCK = re.compile(rb'\bval="(?:0|false|off)"')
_NUMBER = re.compile(rb'\br="([A-Z]{0,3})(\d{1,7})"')
_STYLE = re.compile(rb'\bs="(\d{1,6})"')
_ROW = re.compile(rb"<(?:\w+:)?(row)\b([^<>]*)>")
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
    hidden: set[int] = set()
    struck: dict[int, set[int]] = {}
    line = place = 0
    is_shared, is_over, by_rule, rest = False, False, False, b""
    with packed.open(part) as sheet:
        while chunk := sheet.read(_CHUNK):
            text = rest + chunk
            cut = text.rfind(b"<")
            text, rest = (text[:cut], text[cut : cut + _CHUNK]) if cut > 0 else (text, b"")
            by_rule = by_rule or any(int(rule[1]) in struck_by_rule for rule in _RULE.finditer(text))
            end = _END.search(text)
            text, behind = (
                (b"", text) if is_over else (text[: end.start()], text[end.start() :]) if end else (text, b"")
            )
            is_over = is_over or end is not None  # what follows are the sheet's rules, not its rows
            by_rule = by_rule or any(not _NOT_STRUCK.search(one[1]) for one in _STRIKE.finditer(behind))
            is_marked = struck_styles or struck_texts or b"strike" in text
            for tag in (_ROW_OR_CELL if is_marked else _ROW).finditer(text):
                if tag[1] == b"v" or tag[1] == b"strike":
                    is_struck = (
                        is_shared and tag[3] and int(tag[3]) in struck_texts
                        if tag[1] == b"v"
                        else not _NOT_STRUCK.search(tag[2])
                    )
                    if is_struck and line <= _MOST_ROWS:
                        struck.setdefault(line, set()).add(place - 1)
                    continue
                number = _NUMBER.search(tag[2])
                if tag[1] == b"row":
                    line, place = int(number[2]) if number else line + 1, 0
                    if _HIDDEN.search(tag[2]) and line <= _MOST_ROWS:
                        hidden.add(line)
                    continue
                place = _place(number[1]) if number and number[1] else place + 1
                is_shared = b't="s"' in tag[2]
                style = _STYLE.search(tag[2])
                if style and int(style[1]) in struck_styles and line <= _MOST_ROWS:
                    struck.setdefault(line, set()).add(place - 1)
    cells = {line: frozenset(places) for line, places in struck.items()}
    return Marks(frozenset(hidden), cells, strikes_by_rule=by_rule)


def _place(letters: bytes) -> int:
    """Return the number, from 1, of the column that a workbook calls ``A`` or ``BC``."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
