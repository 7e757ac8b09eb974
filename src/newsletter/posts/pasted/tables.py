"""Tables: lines whose cells are parted by tabs, as spreadsheets and pages give them to the clipboard."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from newsletter.posts.blocks import Kind
from newsletter.posts.pasted.pieces import Piece

_FEWEST_ROWS, _LONGEST_CELL = 2, 25


def group_tables(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces, rows of equally many cells that stand together being one table."""
    found: list[Piece] = []
    for columns, group in groupby(pieces, key=_columns):
        rows = list(group)
        if columns and len(rows) >= _FEWEST_ROWS:
            more = tuple(row.line for row in rows[1:])
            found.append(replace(rows[0], kind=Kind.TABLE, more=more, reason=f"rows of {columns} cells parted by tabs"))
        else:
            found += rows
    return found


def _columns(piece: Piece) -> int:
    short = all(len(cell.split()) <= _LONGEST_CELL for cell in piece.line.cells)
    return len(piece.line.cells) if piece.is_plain and short and len(piece.line.cells) > 1 else 0
