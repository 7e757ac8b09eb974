"""The rows that were not imported, in a file of their own: to be fixed and imported again."""

import csv
import io
import shutil
import tempfile
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from newsletter.files import PRIVATE, explained, open_whole
from newsletter.subscribers.export import neutral
from newsletter.subscribers.importer.columns import EVERYBODY, Columns
from newsletter.subscribers.importer.headings import Field
from newsletter.subscribers.importer.rows import RejectedRow
from newsletter.subscribers.importer.standing import Standing

LINE, REASON, STANDING = "rejected line", "rejected reason", "rejected standing"


class RejectedRows:
    """Collects rejected rows beside the imported file, with their columns, line and reason.

    They wait in a file without a name, of which nothing is left if the program is killed.
    An earlier file that was perhaps fixed is never overwritten: the new one gets a number.

    No cell of a column that looks like health information is repeated: it is to be stored
    nowhere. Where the cells of a row do not stand under their headings, none of them is.

    People of a file in which everybody has left take that along, so that nobody of them is
    added by importing the fixed rows.
    """

    def __init__(self, imported: Path, columns: Columns) -> None:
        self._target = imported.with_name(f"{imported.stem}.rejected.csv")
        self._width = len(columns.headings)
        self._clinical = columns.places(Field.CLINICAL)
        everybody = columns.dialect.everybody
        self._standing = [word for word, one in EVERYBODY.items() if one is everybody is not Standing.JOINED]
        self._head = [LINE, REASON, *[STANDING for _ in self._standing], *self._told(_headings(columns))]
        self._file: IO[bytes] | None = None
        self.path: Path | None = None

    def __enter__(self) -> Self:
        return self

    def add(self, rejections: Sequence[RejectedRow]) -> None:
        """Keep these rows."""
        if not rejections:
            return
        with explained(self._target):
            if self._file is None:
                # The mark at the front tells Excel that this is UTF-8.
                self._file = tempfile.TemporaryFile(dir=self._target.parent)  # noqa: SIM115 - closed on leaving
                self._write([self._head], "utf-8-sig")
            self._write([self._row(one) for one in rejections], "utf-8")

    def _row(self, rejection: RejectedRow) -> list[str]:
        line, cells, reason = rejection
        if self._clinical and (len(cells) > self._width or any("\n" in cell or "\r" in cell for cell in cells)):
            cells = []
        return [str(line), reason, *self._standing, *self._told([*cells, *[""] * (self._width - len(cells))])]

    def _told(self, cells: Sequence[str]) -> list[str]:
        return [cell for place, cell in enumerate(cells) if place not in self._clinical]

    def _write(self, rows: Sequence[Sequence[str]], encoding: str) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerows([neutral(cell) for cell in row] for row in rows)
        assert self._file is not None  # noqa: S101 - opened before
        self._file.write(text.getvalue().encode(encoding, "replace"))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def save(self) -> None:
        """Write them down, if there are any.

        Raises:
            WorkspaceError: the file cannot be written.
        """
        if self._file is None:
            return
        rows = self._file
        with explained(self._target):
            path = _free_name(self._target, rows)
            rows.seek(0)
            with open_whole(path, mode=PRIVATE) as file:
                shutil.copyfileobj(rows, file)
            self.path = path


def _headings(columns: Columns) -> list[str]:
    """Return the headings under which these columns are understood again; where there are none, what they became."""
    if columns.has_headings:
        return list(columns.headings)
    return [
        heading if field is Field.IGNORE else field.value
        for heading, field in zip(columns.headings, columns.fields, strict=True)
    ]


def _free_name(target: Path, rows: IO[bytes]) -> Path:
    """Return a name that is free, or that holds the very same rows."""
    number, path = 1, target
    while path.exists() and not _is_same(path, rows):
        number += 1
        path = target.with_name(f"{target.stem}-{number}.csv")
    return path


def _is_same(path: Path, rows: IO[bytes]) -> bool:
    rows.seek(0)
    with path.open("rb") as known:
        return all(line == other for line, other in zip_longest(known, rows))
