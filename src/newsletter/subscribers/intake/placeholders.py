"""Placeholders: what stands where a name should and is none.

Programs write what they have for "nothing", spreadsheets their errors and what they took
for a date, templates their own tags. There are people whose surname is Null or True,
though, and a first name May: a word alone decides only where no person has that name.
"""

import re

from newsletter.subscribers.intake.headings import Field, field_of
from newsletter.subscribers.intake.letters import is_garbled, is_worn, repaired
from newsletter.subscribers.names import clean_name, normal

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
