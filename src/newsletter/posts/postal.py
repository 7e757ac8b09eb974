"""Postal addresses, compared by what they mean: "St." is "Street", and a suite may be left out."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_LONG_FORMS = """
st=street ave=avenue av=avenue rd=road blvd=boulevard dr=drive ln=lane ct=court pl=place hwy=highway
pkwy=parkway sq=square ter=terrace cir=circle n=north s=south e=east w=west mt=mount ft=fort
massachusetts=ma mass=ma maine=me vermont=vt pennsylvania=pa california=ca florida=fl texas=tx
washington=wa oregon=or ohio=oh illinois=il michigan=mi georgia=ga virginia=va maryland=md colorado=co
arizona=az minnesota=mn wisconsin=wi missouri=mo indiana=in tennessee=tn
"""
_SHORT = dict(pair.split("=") for pair in _LONG_FORMS.split())
_UNIT = re.compile(
    r"(?:\b(?:suite|ste|unit|apt|apartment|floor|fl|room|rm|building|bldg)\b\.?|#)\s*#?\s*[\w-]{1,5}\b"
    r"|\b(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|ground)\s+(?:floor|fl)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
_COUNTRY = {"usa", "united", "states"}
_STREET = re.compile(
    r"\b\d{1,5}[A-Za-z]? (?![ap]\.?m\b)(?:[\w.'’-]+ ){1,4}"
    r"(?:st|street|ave|avenue|rd|road|blvd|boulevard|dr|drive|ln|lane|court|ct|"
    r"place|pl|way|highway|hwy|parkway|pkwy|square|sq|terrace|circle|plaza|turnpike)\b",
    re.IGNORECASE,
)
_ZIP = re.compile(r"\b[A-Z][\w.' -]{1,30},? (?:[A-Z]{2}|[A-Z][a-z]+) \d{5}(?:-\d{4})?$")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int


def has_address(text: str) -> bool:
    """Whether a line holds a street with its number, or a town with its postal code."""
    return bool(_STREET.search(text) or _ZIP.search(text))


def without_address_of(text: str, address: str) -> str:
    """Return `text` with the whole of `address` taken out, however it is abbreviated."""
    wanted = _wanted(address)
    words = _words(text)
    for start in range(len(words) - len(wanted) + 1 if wanted else 0):
        found = words[start : start + len(wanted)]
        if tuple(word.text for word in found) == wanted:
            rest = f"{text[: found[0].start]} {text[found[-1].end :]}"
            return _UNIT.sub(" ", rest)
    return text


def part_of_address(text: str, address: str) -> tuple[int, int] | None:
    """Return from which word to which a line is a part of `address` and nothing else; None when it is not.

    A line that only names the suite is an empty part.
    """
    wanted = _wanted(address)
    first = _WORD.search(text)
    unit = _UNIT.search(text)
    if first is None or (unit is None and _SHORT.get(first[0].lower(), first[0].lower()) not in wanted):
        return None
    words = tuple(word.text for word in _words(text))
    if not words:
        return (0, 0) if unit else None
    for start in range(len(wanted) - len(words) + 1):
        if wanted[start : start + len(words)] == words:
            return start, start + len(words)
    return None


def completes(parts: Sequence[tuple[int, int]], address: str) -> bool:
    """Whether parts that stand one below the other are the whole of `address`."""
    told = [part for part in parts if part != (0, 0)]
    joined = all(before[1] == after[0] for before, after in itertools.pairwise(told))
    return bool(told) and joined and told[0][0] == 0 and told[-1][1] == len(_wanted(address))


@lru_cache(maxsize=16)
def _wanted(address: str) -> tuple[str, ...]:
    return tuple(word.text for word in _words(address))


def _words(text: str) -> list[_Word]:
    """Return the words that tell a place, in their long form, with where they stand."""
    plain = _UNIT.sub(lambda unit: " " * len(unit[0]), text)
    found = (_Word(match[0].lower(), *match.span()) for match in _WORD.finditer(plain))
    long = (_Word(_SHORT.get(word.text, word.text), word.start, word.end) for word in found)
    return [word for word in long if word.text not in _COUNTRY]
