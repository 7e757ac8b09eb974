"""Naming a place as a person finds it: a file as seen from the workspace, and a line."""

from pathlib import Path


def seen_from(root: Path, place: str) -> str:
    """Return ``file:line`` (or a file) as a person in the workspace calls it."""
    path = Path(place)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
