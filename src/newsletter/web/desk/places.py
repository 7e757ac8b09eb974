"""Places in the files of a workspace: naming them briefly, and showing the lines around."""

import re
from dataclasses import dataclass
from pathlib import Path

from newsletter.files import is_inside

_PLACE = re.compile(r"(?P<path>.+?)(?::(?P<line>\d+))?", re.DOTALL)
_AROUND = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file."""

    number: int
    text: str
    meant: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is: a file, named as a person sees it, and a line when it is known."""

    file: str
    line: int | None
    lines: tuple[Line, ...] = ()

    def __str__(self) -> str:
        """Return the place as editors write it."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


def find_place(where: str, root: Path) -> Place | None:
    """Return the place that an error's or finding's `where` names, seen from the workspace.

    Lines are shown only of Markdown and settings inside the workspace: an error about the
    database must not show the database.
    """
    if "://" in where:  # no file, and no path either
        return Place(where, None)
    match = _PLACE.fullmatch(where)
    if match is None:
        return None
    path = Path(match["path"])
    line = int(match["line"]) if match["line"] else None
    inside = path.is_relative_to(root)
    name = path.relative_to(root).as_posix() if inside else str(path)
    shown = line is not None and path.suffix in {".md", ".toml", ".j2"} and is_inside(path, root)
    return Place(name, line, _excerpt(path, line) if shown and line else ())


def _excerpt(path: Path, line: int) -> tuple[Line, ...]:
    lines = _read_lines(path)
    first = max(line - _AROUND, 1)
    return tuple(
        Line(number, text, number == line) for number, text in enumerate(lines[first - 1 : line + _AROUND], first)
    )


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig", errors="replace").splitlines()
    except OSError:  # gone, or not to be read: the error itself says so
        return []
