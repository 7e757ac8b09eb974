"""Tags: short words by which people are chosen.

A person's tags lie in one column, ``,events,news,``: in order, each between commas, so
that one is found by looking for it with its commas. A table of its own would double the
rows of a long import and make every count a join; looking through a million people for a
tag takes a fifth of a second.
"""

import csv
import functools
import re
from collections.abc import Iterable

from newsletter.subscribers.names import clean_name

_BETWEEN = re.compile(r"\s*(?:[,;|\n]|:::)\s*")


def clean_tag(text: str) -> str:
    """Return a tag as it is kept: lower case, single spaces, without the signs that separate or mark tags."""
    plain = _BETWEEN.sub(" ", clean_name(text).replace('"', "")).lstrip("* ")
    return clean_name(" ".join(plain.casefold().split()))


@functools.lru_cache(maxsize=10_000)
def split_tags(cell: str) -> tuple[str, ...]:
    """Return the tags in a cell, each once, in order.

    Mailchimp puts each into quotation marks; Google separates them by ``:::`` and marks
    groups of its own with an asterisk.
    """
    found = next(csv.reader([cell.replace("\n", " ")], skipinitialspace=True), []) if '"' in cell else [cell]
    parts = (part for text in found for part in _BETWEEN.split(text))
    return tuple(sorted({tag for part in parts if not part.startswith("*") and (tag := clean_tag(part))}))


def written(tags: Iterable[str]) -> str:
    """Return tags as the store keeps them."""
    found = sorted({tag for text in tags if (tag := clean_tag(text))})
    return f",{','.join(found)}," if found else ""


def read(column: str) -> tuple[str, ...]:
    """Return the tags that `written` wrote."""
    return tuple(column[1:-1].split(",")) if column else ()


def united(first: str, second: str) -> str:
    """Return what two people's tags are together; all three as `written` writes them."""
    if first == second or not second:
        return first
    return f",{','.join(sorted({*read(first), *read(second)}))},"
