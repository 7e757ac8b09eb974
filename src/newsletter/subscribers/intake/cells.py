"""Cells as people write them: an address with a name, a link or another address around it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from newsletter.subscribers.intake.sheets import Cells

_LONGEST = 5_000  # characters in a cell of addresses
_IN_BRACKETS = re.compile(r"(?P<before>[^<>]*)<(?P<email>[^<>]+)>")
_BEFORE_A_NAME = re.compile(r"(?P<email>[^\s()<>]+)\s*\((?P<name>[^()@]*)\)")
_BETWEEN_ADDRESSES = re.compile(r"\s*(?:[;,|\n]|:::|\s/\s|\s+and\s+|\s+)\s*")
_UNSEEN = (
    r"\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
)
_UNSEEN_AT_THE_ENDS = re.compile(rf"^[{_UNSEEN}]+|[{_UNSEEN}]+$")
_SIGNS_AT_THE_ENDS = re.compile(rf"^[{_UNSEEN}<>(\[{{\"'‘’‚“”„«`´]+|[{_UNSEEN}<>)\]}}\"'‘’“”»`´.,;:!?]+$")
_INVISIBLE = re.compile(rf"(?! )[{_UNSEEN}]")
_LABEL = re.compile(r"^(?:e-?mail|mail|correo|courriel) ?: ?(?=\S+@)", re.IGNORECASE)
_LINK = re.compile(r"^mailto:([^?]*).*$", re.IGNORECASE | re.DOTALL)


class Rejected(Exception):  # noqa: N818 - a row's fate, not an error of the program
    """This row is not imported; the text says why."""


class Named(NamedTuple):
    """An address as a cell has it, and the name beside it, if there is one."""

    name: str
    email: str


def unpick(cell: str) -> list[Named]:
    """Return the addresses in a cell that is no plain address, each once, with the names beside them.

    Raises:
        Rejected: it is far too long, or an address holds what nobody sees.
    """
    if len(cell) > _LONGEST:
        raise Rejected("there is far more than an address in the cell")
    text = _UNSEEN_AT_THE_ENDS.sub("", cell)
    if _IN_BRACKETS.search(text):
        return list(_bracketed(text))
    if before := _BEFORE_A_NAME.fullmatch(text):
        return [Named(_name(before["name"]), _bare(before["email"]))]
    parts = _parts(text)
    if len(parts) > 1 and all("@" in part for part in parts):
        return [Named("", part) for part in dict.fromkeys(parts)]
    if _INVISIBLE.search(text):
        raise Rejected("the address holds an invisible character")
    return [Named("", _bare(text))]


def _bracketed(text: str) -> Iterator[Named]:
    """Give the addresses of ``A <a@b>; c@d, E <e@f>``; one that stands as its own name is no second one."""
    seen = set()
    matches = list(_IN_BRACKETS.finditer(text))
    for match in matches:
        name = "" if "@" in match["before"] else _name(match["before"])
        for one in (*_plain_ones(match["before"]), Named(name, _bare(match["email"]))):
            if one.email.lower() not in seen:
                seen.add(one.email.lower())
                yield one
    yield from (one for one in _plain_ones(text[matches[-1].end() :]) if one.email.lower() not in seen)


def _plain_ones(text: str) -> list[Named]:
    return [Named("", part) for part in _parts(text) if "@" in part]


def _parts(text: str) -> list[str]:
    return [bare for part in _BETWEEN_ADDRESSES.split(text) if (bare := _bare(part))]


def _name(text: str) -> str:
    return text.strip(" \"',;|")


def _bare(text: str) -> str:
    """Return an address without what stands around it: quotation marks, brackets, full stops, a link's beginning."""
    plain = _LABEL.sub("", _SIGNS_AT_THE_ENDS.sub("", text))
    return _SIGNS_AT_THE_ENDS.sub("", _LINK.sub(r"\1", plain))


def without_apostrophe(cell: str) -> str:
    """Return an address without the apostrophe by which a spreadsheet marks a cell as text."""
    return cell.lstrip("'‘’`´ ") if cell.lstrip()[:1] in {"'", "‘", "’", "`", "´"} else cell


def refuse_torn(cells: Cells, width: int) -> None:
    """Refuse a row that swallowed the rows below it, because a quotation mark was never closed."""
    for cell in cells:
        for swallowed in cell.splitlines()[1:]:
            if "@" in swallowed and sum(swallowed.count(sign) for sign in ",;\t|") >= max(width // 2, 1):
                raise Rejected("a quotation mark is opened and never closed, so rows ran together")
