"""Writing one key of a file's front matter, and leaving every other line as it is."""

import re
from collections.abc import Sequence

import yaml

_FENCE = re.compile(r"(?:---|\.\.\.)[ \t]*")


def with_key(text: str, key: str, value: object) -> str:
    """Return a file's text with `key` set to `value` in its front matter; an empty value takes the key out.

    The text must have front matter: whoever asks has read it.
    """
    lines = text.split("\n")
    fences = [number for number, line in enumerate(lines) if _FENCE.fullmatch(line)]
    start, end = _span(lines, key, fences[0] + 1, fences[1])
    dumped = yaml.safe_dump({key: value}, allow_unicode=True, sort_keys=False, width=10_000)
    return "\n".join([*lines[:start], *(dumped.rstrip("\n").split("\n") if value else []), *lines[end:]])


def _span(lines: Sequence[str], key: str, start: int, end: int) -> tuple[int, int]:
    """Return which lines the key takes up now; an empty span at the end when there is none."""
    begins = re.compile(rf"{re.escape(key)}[ \t]*:")
    first = next((number for number in range(start, end) if begins.match(lines[number])), end)
    after = first + 1
    while after < end and re.match(r"[ \t]|-[ \t]|$", lines[after]):
        after += 1
    return first, min(after, end)
