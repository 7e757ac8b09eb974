"""Cells as people and programs write them: addresses with something around them, and names that are none.

Programs write what they have for "nothing", spreadsheets their errors and what they took
for a date, templates their own tags. There are people whose surname is Null or True,
though, and a first name May: a word alone decides only where no person has that name.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from newsletter.subscribers.importer.encoding import is_garbled, is_worn, repaired
from newsletter.subscribers.importer.headings import Field, field_of
from newsletter.subscribers.importer.sheets import Cells
from newsletter.subscribers.names import clean_name, normal

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
    """Give the addresses of ``A <a@b>; c@d, E <e@f>``; one that is also its own name counts once."""
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
    """Return an address without what is around it: quotation marks, brackets, full stops, a link's beginning."""
    plain = _LABEL.sub("", _SIGNS_AT_THE_ENDS.sub("", text))
    return _SIGNS_AT_THE_ENDS.sub("", _LINK.sub(r"\1", plain))


def without_apostrophe(cell: str) -> str:
    """Return an address without the apostrophe by which a spreadsheet marks a cell as text."""
    return cell.lstrip("'‘’`´ ") if cell.lstrip()[:1] in {"'", "‘", "’", "`", "´"} else cell


def ensure_not_torn(cells: Cells, width: int) -> None:
    """Refuse a row that swallowed the rows below it, because a quotation mark was never closed."""
    for cell in cells:
        for swallowed in cell.splitlines()[1:]:
            if "@" in swallowed and sum(swallowed.count(sign) for sign in ",;\t|") >= max(width // 2, 1):
                raise Rejected("a quotation mark is opened and never closed, so rows ran together")


_EXACT = r"""
    NULL null NONE None none NaN nan NAN NaT undefined nil NIL \N N/A n/a N/A NA na n.a. N.A. TRUE true FALSE false
    False void friend <NA> Ø"""
_AS_WRITTEN = frozenset(_EXACT.split())
"""Exactly so written by programs."""
_WORDS = """
    undefined; unknown; no name; noname; not provided; not available; not set; not given; not specified; unspecified;
    anonymous; there; subscriber; valued customer; dear customer; firstname; lastname; fname; lname; n a; sin nombre;
    sans nom; sem nome; ohne name; kein name; desconocido; inconnu; desconhecido; unbekannt; ninguno; aucun; nenhum;
    no aplica; non renseigné; tbd; xxx; no disponible; nao informado; não disponível; sin apellido; sem sobrenome"""
_WHATEVER_CASE = frozenset(normal(words) for words in _WORDS.split(";"))
_UNLESS_BESIDE_A_NAME = frozenset({"Null", "True", "Friend", "Reader", "Guest", "Customer", "Test"})
"""Names of people, and placeholders where they stand alone."""
_MONTHS = (
    r"(?:jan|ene|janv|fev|feb|fevr|mar|mars|marz|mrz|apr|abr|avr|avril|may|mai|mayo|maio|jun|juin|jul|juil|aug|ago|aou|aout"
    r"|sep|sept|set|oct|okt|out|nov|dec|dez|dic)"
)
_DATE = re.compile(rf"\d{{1,4}} ?{_MONTHS}\w*(?: \d{{1,4}})?|{_MONTHS}\w* \d{{1,4}}(?: \d{{1,4}})?")
_AS_SIGNS = re.compile(r"\((?:null|blank|none|empty|nil)\)|s/[nd]|k\. ?a\.", re.IGNORECASE)
"""What is a placeholder by its signs: Blank is a surname, and (blank) none."""
_TEMPLATE = re.compile(r"\*\|.*\|\*|\{.*\}|%+\w+%+|\[.*\]|<.*>|\$\w+\$?|#.*|=.*|@.*|https?://.*|www\..*")
_MARK_OF_TEXT = re.compile(r"^\s*'(?=[^\W\d_])(?![st]\b)(?=.*(?:[^']$))")
"""The apostrophe by which a spreadsheet marks a cell as text."""
_ADDRESS = re.compile(r"\S+@\S+\.\S+")


def name_in(cell: str) -> str:
    """Return the name that a cell holds, with its letters put right, or nothing if that is none."""
    if cell.isascii() and cell.isalpha() and cell not in _AS_WRITTEN and cell.lower() not in _WHATEVER_CASE:
        return clean_name(cell)
    text = _MARK_OF_TEXT.sub("", repaired(cell))
    return "" if is_garbled(text) or is_no_name(name := clean_name(text)) else name


def is_no_name(name: str) -> bool:
    """Whether this is what programs write for nothing, an error, a date, an address, or has no letter at all."""
    return (
        name in _AS_WRITTEN
        or not any(sign.isalpha() for sign in name)
        or normal(name) in _WHATEVER_CASE
        or _TEMPLATE.fullmatch(name) is not None
        or _AS_SIGNS.fullmatch(name) is not None
        or _ADDRESS.search(name) is not None
        or _DATE.fullmatch(normal(name)) is not None
        or (" " in name and field_of(name) in {Field.FIRST_NAME, Field.LAST_NAME, Field.NAME})
    )


def names_beside(first: str, last: str) -> tuple[str, str]:
    """Return both names without what is a name only beside another one."""
    alone = first == last or not (first and last)
    return (
        "" if alone and first in _UNLESS_BESIDE_A_NAME else first,
        "" if alone and last in _UNLESS_BESIDE_A_NAME else last,
    )


def is_better(new: str, known: str) -> bool:
    """Whether a name may replace the known one: it is one, and not just the other one worn down."""
    return bool(new) and not is_worn(new, known) and (bool(name_in(new)) or not name_in(known))
