"""Naming a place as a person finds it: a file as seen from the workspace, and a line."""

import re
from pathlib import Path


def name_file(path: Path, root: Path) -> str:
    """Return how a person calls a file of the workspace."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def place_of_key(path: Path, key: str, root: Path) -> str:
    """Return where `key` stands in a file (front matter or settings), or line 1 when it does not."""
    pattern = re.compile(rf"\s*{re.escape(key)}\s*[:=]")
    lines = path.read_text("utf-8-sig", errors="replace").splitlines()
    line = next((number for number, text in enumerate(lines, 1) if pattern.match(text)), 1)
    return f"{name_file(path, root)}:{line}"
