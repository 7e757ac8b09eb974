"""Tables: lines whose cells are parted by tabs, as spreadsheets and pages give them to the clipboard."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from newsletter.posts.blocks import Kind
from newsletter.posts.pasted.pieces import Piece

_FEWEST_ROWS, _LONGEST_CELL = 2, 25


def group_tables(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces, rows of equally many cells that stand together being one table.

    The first row has something in each of two cells at least; others may leave cells empty.
    """
    found: list[Piece] = []
    for columns, group in groupby(pieces, key=_columns):
        rows = list(group)
        head = next((place for place, row in enumerate(rows) if _filled(row) > 1), len(rows))
        if columns and len(rows) - head >= _FEWEST_ROWS:
            more = tuple(row.line for row in rows[head + 1 :])
            reason = f"rows of {columns} cells parted by tabs"
            found += [*rows[:head], replace(rows[head], kind=Kind.TABLE, more=more, reason=reason)]
        else:
            found += rows
    return found


def _columns(piece: Piece) -> int:
    short = all(len(cell.split()) <= _LONGEST_CELL for cell in piece.line.cells)
    return len(piece.line.cells) if piece.is_plain and short and len(piece.line.cells) > 1 else 0


def _filled(piece: Piece) -> int:
    return sum(map(bool, piece.line.cells))
