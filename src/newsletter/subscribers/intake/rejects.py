"""The rows that were not imported, in a file of their own: to be mended and imported again."""

import csv
import os
import secrets
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from newsletter.files import PRIVATE, explained, sync_folder
from newsletter.subscribers.intake.batch import Rejection
from newsletter.subscribers.intake.formulas import neutral

LINE, REASON = "rejected line", "rejected reason"


class RejectedRows:
    """Collects rejected rows beside the imported file, with their columns, line and reason.

    The file appears only when it is whole. An earlier one that was perhaps mended is
    never overwritten: the new one then gets a number.
    """

    def __init__(self, imported: Path, headings: tuple[str, ...]) -> None:
        self._target = imported.with_name(f"{imported.stem}.rejected.csv")
        self._draft = imported.with_name(f".{imported.stem[:60]}.{secrets.token_hex(4)}.tmp")
        self._width = len(headings)
        self._head = [LINE, REASON, *headings]
        self._file: TextIO | None = None
        self.path: Path | None = None

    def __enter__(self) -> Self:
        return self

    def add(self, rejections: list[Rejection]) -> None:
        """Keep these rows."""
        if not rejections:
            return
        with explained(self._target):
            if self._file is None:
                self._file = self._open()
                csv.writer(self._file).writerow(map(neutral, self._head))
            writer = csv.writer(self._file)
            for line, cells, reason in rejections:
                padded = cells + [""] * (self._width - len(cells))
                writer.writerow([line, reason, *map(neutral, padded)])

    def _open(self) -> TextIO:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        # The mark at the front tells Excel that this is UTF-8.
        return os.fdopen(os.open(self._draft, flags, PRIVATE), "w", encoding="utf-8-sig", newline="")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is None:
            return
        with explained(self._target):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self.path = _free_name(self._target, self._draft)
            self._draft.replace(self.path)
            sync_folder(self.path.parent)


def _free_name(target: Path, draft: Path) -> Path:
    """Return a name that is free, or that holds the very same rows."""
    number, path = 1, target
    while path.exists() and path.read_bytes() != draft.read_bytes():
        number += 1
        path = target.with_name(f"{target.stem}-{number}.csv")
    return path
