"""A source: the bytes of a post as staff have it, and what is known about them."""

import datetime as dt
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from newsletter.errors import SourceError, parsing

STANDARD_INPUT = "-"
CLIPBOARD = "clipboard"
_PASTE = f"--from {CLIPBOARD}"
LARGEST_FILE = 40_000_000
"""The most bytes that are read; a Word document with many pictures has some ten million."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What was handed in.

    Attributes:
        data: the content as it was found.
        name: what to call it in messages: the file's path, "standard input", …
        modified: when it was last written, with its zone; None when it has no such time
            (what comes through a pipe or from the clipboard has none).
        url: where it stands on the web, when it was fetched from there.
    """

    data: bytes
    name: str
    modified: dt.datetime | None = None
    url: str = ""

    def parsing(self) -> AbstractContextManager[None]:
        """Name the source as damaged when a parser fails over it."""
        hint = "Open it in the program that made it, select all, copy, and paste it."
        return parsing(
            SourceError("is damaged, or in a form that cannot be read", where=self.name, hint=hint, command=_PASTE)
        )


def open_source(place: str) -> Source:
    """Read a file, or standard input (``-``).

    Raises:
        SourceError: there is no such file, or it cannot be read.
    """
    if place == STANDARD_INPUT:
        return Source(data=_limited(sys.stdin.buffer, "standard input"), name="standard input")
    try:
        path = Path(place).expanduser()
    except RuntimeError:  # there is nobody of the name behind "~"
        path = Path(place)
    return _open_file(path)


def _open_file(path: Path) -> Source:
    try:
        with path.open("rb") as file:
            data = _limited(file, str(path))
        modified = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    except FileNotFoundError as err:
        raise SourceError("there is no such file", where=path, hint=_nearby(path)) from err
    except IsADirectoryError as err:
        raise SourceError("is a folder", where=path, hint="Name a file in it.") from err
    except OSError as err:
        where = "is a folder" if path.is_dir() else f"cannot be read ({err.strerror})"  # Windows: permission denied
        raise SourceError(where, where=path, hint="Name a file that you may read.") from err
    return Source(data=data, name=str(path), modified=modified)


def _limited(file: BinaryIO, name: str) -> bytes:
    data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        hint = "Give the post as text, or copy it and paste it."
        what = f"has more than {LARGEST_FILE // 1_000_000} MB"
        raise SourceError(what, where=name, hint=hint, command="--from clipboard")
    return data


def _nearby(path: Path) -> str:
    """Name the file that was probably meant: the same name with another ending, or a similar one."""
    import difflib  # noqa: PLC0415 - only for a mistake

    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.is_file()]
    except OSError:
        return f"There is no folder {path.parent} either."
    close = difflib.get_close_matches(path.name, names, n=1, cutoff=0.6)
    return f"Did you mean {path.parent / close[0]}?" if close else "Check the name and the folder."
