"""Tables whose cells reach over several rows or columns: Markdown has none, so each cell gets its own."""

import copy

from bs4 import Tag

_MOST_COLUMNS, _MOST_ROWS = 50, 500
_LONGEST = 200
"""Characters in a cell that is said again in each row."""


def square(table: Tag) -> None:
    """Give every row of a table as many cells as it shows columns.

    What reaches over several rows is said in each of them, so that each row can be read by
    itself; what reaches over several columns stands in the first.
    """
    rows = table.find_all("tr")
    grid: list[list[Tag]] = []
    waiting: dict[int, tuple[int, Tag]] = {}  # by its column, for how many rows more a cell goes on
    for left, row in zip(range(len(rows), 0, -1), rows, strict=True):
        grid.append(_whole_row(row, waiting, left))
    width = max(map(len, grid), default=0)
    for row, cells in zip(rows, grid, strict=True):
        row.clear()
        row.extend([*cells, *(_empty(row) for _ in range(width - len(cells)))])


def _whole_row(row: Tag, waiting: dict[int, tuple[int, Tag]], left: int) -> list[Tag]:
    """Return the cells of a row with those from above that reach into it; `left` rows remain, this one counted in."""
    own = row.find_all(["td", "th"], recursive=False)
    cells: list[Tag] = []
    while own or len(cells) in waiting:
        place = len(cells)
        if place in waiting:
            rows, cell = waiting.pop(place)
            cells.append(copy.copy(cell) if len(cell.get_text()) <= _LONGEST else _empty(cell))
            if rows > 1:
                waiting[place] = rows - 1, cell
            continue
        cell = own.pop(0)
        down = min(_number(cell, "rowspan", default=left), left, _MOST_ROWS)
        across = max(1, min(_number(cell, "colspan", default=1), _MOST_COLUMNS - place))
        del cell["rowspan"], cell["colspan"]
        for column, each in enumerate([cell, *(_empty(cell) for _ in range(across - 1))], start=place):
            cells.append(each)
            if down > 1:
                waiting[column] = down - 1, each
    return cells


def _number(cell: Tag, name: str, *, default: int) -> int:
    """Return over how many rows or columns a cell reaches; 0 is HTML's word for all that are left."""
    said = str(cell.get(name) or "1").strip()
    return int(said) or default if said.isascii() and said.isdecimal() and len(said) < _LONGEST_NUMBER else 1


_LONGEST_NUMBER = 6


def _empty(beside: Tag) -> Tag:
    return Tag(name="th" if beside.name == "th" else "td")
