"""Contact lines and postal addresses: recognized by what they hold, and told apart by whose they are."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from newsletter.posts.addresses import split_address
from newsletter.posts.block import Block
from newsletter.workspace import Clinic

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


@lru_cache(maxsize=16)
def _wanted(address: str) -> tuple[str, ...]:
    return tuple(word.text for word in _words(address))


def _words(text: str) -> list[_Word]:
    """Return the words that tell a place, in their long form, with where they stand."""
    plain = _UNIT.sub(lambda unit: " " * len(unit[0]), text)
    found = (_Word(match[0].lower(), *match.span()) for match in _WORD.finditer(plain))
    long = (_Word(_SHORT.get(word.text, word.text), word.start, word.end) for word in found)
    return [word for word in long if word.text not in _COUNTRY]


_EMAIL = re.compile(r"(?:mailto:)?(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+", re.IGNORECASE)
_SITE = re.compile(r"(?:https?://|www\.)[^\s|,;·•]+", re.IGNORECASE)
_DOMAIN = re.compile(
    r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|health|care|clinic|us|co|io|info)\b(?:/\S*)?", re.IGNORECASE
)
_PHONE = re.compile(r"(?:tel:)?(?:\+\d{1,3}[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}\b")
_CALLED = re.compile(rf"{_PHONE.pattern}|\b(?:988|911|741741|211)\b|\b1-8\d\d-[\w-]{{7,}}")
_HOLDS = re.compile(r"[\d@]|\w\.\w")
_LONGEST_PART = 80
_LONGEST = 400  # characters; longer lines are prose, or worse
_LABELS = re.compile(
    r"\b(?:call|text|phone|telephone|tel|mobile|cell|fax|e-?mail|mail|website|web|site|url|online|visit|address|"
    r"location|"
    r"contact|reach|find|get in touch|us|our|at|on|or|and|with|to|the|office|clinic|here|today|now|mailing|"
    r"postal|street|mail|is|are|we|located|tel|ph|p|t|e|w|a)\b",
    re.IGNORECASE,
)
_LABEL_ALONE = re.compile(
    r"(?:contact(?: us| info(?:rmation)?| details)?|get in touch|reach us|find us|visit us|call us|"
    r"our (?:mailing )?address(?: is)?)\W*",
    re.IGNORECASE,
)


def own_contact_lines(lines: Sequence[Block], clinic: Clinic) -> dict[int, str]:
    """Return the numbers of the lines that only say how to reach the clinic, with the reason.

    A line beside them that is just their label, or the clinic's name, goes with them.
    """
    own = {place for place, line in enumerate(lines) if is_own_contact(line.text, clinic)}
    own |= _own_address_lines(lines, own, clinic)
    beside = {near for place in own for near in (place - 1, place + 1) if 0 <= near < len(lines)}
    labels = {place for place in beside if goes_with_contacts(lines[place].text, clinic)}
    return {lines[place].number: "the clinic's own contact line" for place in own | labels}


def is_contact(text: str) -> bool:
    """Whether a short line tells how to reach somebody, whoever it is."""
    if len(text) > _LONGEST or not _HOLDS.search(text):
        return False
    return bool(_CALLED.search(text) or _EMAIL.search(text) or _SITE.search(text)) or has_address(text)


def _own_address_lines(lines: Sequence[Block], own: Collection[int], clinic: Clinic) -> set[int]:
    """Return the lines of the clinic's address where it is written in several.

    A part of it, such as the town, is the clinic's only beside the rest or another contact
    line: other people have the same town.
    """
    address = _wanted(clinic.postal_address)
    parts = [None if place in own else _part_of(line.text, address) for place, line in enumerate(lines)]
    found: set[int] = set()
    for is_part, group in groupby(range(len(lines)), key=lambda place: parts[place] is not None):
        places = list(group)
        first, told = parts[places[0]], tuple(word for place in places for word in parts[place] or ())
        known = any(_is_known(lines, near, own, clinic) for near in (places[0] - 1, places[-1] + 1))
        if is_part and told and (told == address or (known and first and address[: len(first)] == first)):
            found |= set(places)
    return found


def _part_of(text: str, address: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the words of a line that is a part of an address and nothing else; of a suite's there are none."""
    if len(text) > _LONGEST_PART:
        return None
    plain = re.sub(r"^\W+|\b(?:address|location|visit us(?: at)?)\b\W*", "", text, flags=re.IGNORECASE)
    words = tuple(word.text for word in _words(plain))
    if not words:
        return words if _UNIT.search(plain) else None
    starts = range(len(address) - len(words) + 1)
    return words if any(address[start : start + len(words)] == words for start in starts) else None


def _is_known(lines: Sequence[Block], place: int, own: Collection[int], clinic: Clinic) -> bool:
    return place in own or (0 <= place < len(lines) and _plain(lines[place].text) == _plain(clinic.name))


def is_own_contact(text: str, clinic: Clinic) -> bool:
    """Whether `text` is a line of nothing but the clinic's own name, address, site, phone or e-mail.

    A sentence that merely mentions them is none, and neither is a line that also holds
    somebody else's: a crisis line's number must never be lost.
    """
    if len(text) > _LONGEST or not _HOLDS.search(text):
        return False
    rest, own, foreign = _take_out(text, clinic)
    return own > 0 and foreign == 0 and not _says_something(rest)


def goes_with_contacts(text: str, clinic: Clinic) -> bool:
    """Whether `text`, standing beside such a line, is only its label or the clinic's name."""
    return bool(_LABEL_ALONE.fullmatch(text.strip())) or _plain(text) == _plain(clinic.name)


def _take_out(text: str, clinic: Clinic) -> tuple[str, int, int]:
    """Return `text` without contact details, and how many were the clinic's and somebody else's."""
    own = foreign = 0
    rest = text
    if (shorter := without_address_of(rest, clinic.postal_address)) != rest:
        rest, own = shorter, 1
    for pattern, is_own in (
        (_EMAIL, lambda found: found.lower().removeprefix("mailto:") == clinic.email.lower()),
        (_SITE, lambda found: _host(found) == _host(clinic.website)),
        (_PHONE, lambda found: _digits(found) == _digits(clinic.phone)),
        (_DOMAIN, lambda found: _host(found) == _host(clinic.website)),
    ):
        for match in pattern.findall(rest):
            own, foreign = (own + 1, foreign) if is_own(match) else (own, foreign + 1)
        rest = pattern.sub(" ", rest)
    return _without_words(rest, clinic.name), own, foreign


def _says_something(rest: str) -> bool:
    return any(char.isalnum() for char in _LABELS.sub(" ", rest))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _without_words(text: str, words: str) -> str:
    pattern = r"\W+".join(re.escape(word) for word in re.findall(r"\w+", words))
    return re.sub(rf"\b{pattern}\b", " ", text, flags=re.IGNORECASE) if pattern else text


def _host(address: str) -> str:
    host = split_address(address if "://" in address else f"https://{address}").hostname
    return (host or "").removeprefix("www.")


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)[-10:]
