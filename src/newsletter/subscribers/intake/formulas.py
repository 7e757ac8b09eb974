"""Cells that a spreadsheet would run as formulas: neutralised on the way out, restored on the way in.

OWASP, "CSV Injection": a cell that begins with ``= + - @``, tab or carriage return may be
run. An apostrophe before it makes it text, in spreadsheets and here.
"""

import re

_RUNS = re.compile(r"'*[=+\-@\t\r]")
_NEUTRAL = re.compile(r"'+[=+\-@\t\r]")


def neutral(cell: str) -> str:
    """Return a cell that no spreadsheet runs."""
    return f"'{cell}" if _RUNS.match(cell) else cell


def restored(cell: str) -> str:
    """Return the cell that `neutral` was given."""
    return cell[1:] if _NEUTRAL.match(cell) else cell
