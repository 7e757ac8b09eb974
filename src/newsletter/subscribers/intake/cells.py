"""Cells as people write them: an address with a name, a link or another address around it."""

import re

from newsletter.subscribers.intake.sheets import Cells

_IN_BRACKETS = re.compile(r"^(?P<name>[^<>]*)<(?P<email>[^<>]+)>\s*$")
_BETWEEN_ADDRESSES = re.compile(r"\s*(?:[;,|\n]|:::|\s/\s|\s+and\s+|\s+)\s*")
_AT_THE_ENDS = " \t\r\n\x00\u00a0\u200b\u200e\u200f\u2060\ufeff<>"
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


class Rejected(Exception):  # noqa: N818 - a row's fate, not an error of the program
    """This row is not imported; the text says why."""


def unpick(cell: str) -> tuple[str, str, list[str]]:
    """Return name, address and further addresses out of a cell that is no plain address."""
    text = cell.strip(_AT_THE_ENDS.replace("<>", ""))
    bracketed = _IN_BRACKETS.match(text)
    if bracketed:
        return bracketed["name"].strip(" \"'"), _bare(bracketed["email"]), []
    parts = [_bare(part) for part in _BETWEEN_ADDRESSES.split(text) if part.strip(_AT_THE_ENDS)]
    if len(parts) > 1 and all("@" in part for part in parts):
        distinct = list(dict.fromkeys(parts))
        return "", distinct[0], distinct[1:]
    if _INVISIBLE.search(text):
        raise Rejected("the address holds an invisible character")
    return "", _bare(text), []


def _bare(text: str) -> str:
    return re.sub(r"^mailto:", "", text.strip(_AT_THE_ENDS), flags=re.IGNORECASE)


def refuse_torn(cells: Cells, width: int) -> None:
    """Refuse a row that swallowed the rows below it, because a quotation mark was never closed."""
    for cell in cells:
        for swallowed in cell.splitlines()[1:]:
            if "@" in swallowed and sum(swallowed.count(sign) for sign in ",;\t|") >= max(width // 2, 1):
                raise Rejected("a quotation mark is opened and never closed, so rows ran together")
