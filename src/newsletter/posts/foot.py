"""The foot of somebody's newsletter: whom it was sent to and why, how to unsubscribe, where its sender lives.

All sources share it: each gives its lines, with the links in them as far as they are known.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from enum import Enum, auto
from itertools import pairwise

from newsletter.posts.block import MARKED, Block
from newsletter.posts.contacts import has_address
from newsletter.posts.words import read_words

_FEET = read_words("feet")["feet"]
_SAYS = {key: re.compile("|".join(said), re.IGNORECASE) for key, said in _FEET.items() if key != "stems"}
_STEMS = str(_FEET["stems"]).split()

FOOT = "the foot of the newsletter that it came in"

_LONGEST_CALL, _LONGEST_NAME, _LONGEST_LABEL, _LONGEST_ROW = 3, 4, 8, 40
_LONGEST_ADDRESS = 6
_LONGEST = 600
"""Characters; what is longer is a paragraph of its author's."""
_LONGEST_ENCLOSED = 4
_LONGEST_PAUSE = 6
"""Lines in a row that could be anybody's; behind more of them it is no foot any more."""


class _Sign(Enum):
    """What a line says of where it stands."""

    SURE = auto()
    """Of a foot, wherever it stands: only a mailing list writes so."""
    AT_THE_END = auto()
    """Of a foot, when it stands behind the text."""
    BESIDE = auto()
    """Of a foot, when it stands right beside one of those."""
    OF_MAIL = auto()
    """A sentence about mail: of a foot below one of those, else the author's."""
    SHORT = auto()
    """Could be anybody's."""
    AUTHORS = auto()
    CRISIS = auto()
    """Tells of help in a crisis, whoever wrote it."""


def find_foot(lines: Sequence[Block]) -> dict[int, str]:
    """Return the numbers of the lines of a newsletter's foot, with the reason.

    What only a mailing list writes goes wherever it stands. With it go the copyright, the
    sender's address and the like right beside it, and, behind the text, everything below it
    but its author's sentences. What tells of help in a crisis always stays.
    """
    signs = _without_the_enclosed(_with_addresses(lines, [_sign(line) for line in lines]))
    first = next((place for place, sign in enumerate(signs) if sign in _OWN), len(lines))
    found = {place for place, sign in enumerate(signs) if sign is _Sign.SURE} | set(_tail(signs, first))
    if first == len(lines):
        return {lines[place].number: FOOT for place in found}
    for start in sorted(found):
        place = start + 1
        while place < len(lines) and place not in found and first < place and signs[place] in _COMPANY:
            found.add(place)
            place += 1
    for start in sorted(found, reverse=True):
        place = start - 1
        while (
            first < place
            and place not in found
            and (signs[place] is _Sign.CRISIS or _stands_above(lines, signs, place))
        ):
            found.add(place)
            place -= 1
    found -= {place for place, sign in enumerate(signs) if sign is _Sign.CRISIS}
    return {lines[place].number: FOOT for place in found}


_COMPANY = {_Sign.BESIDE, _Sign.AT_THE_END}
_OWN = {_Sign.AUTHORS, _Sign.CRISIS}


def _with_addresses(lines: Sequence[Block], signs: list[_Sign]) -> list[_Sign]:
    """Return the signs, each line of an address being of it, not only those with a number.

    It stands below "Our address is:", or its town stands between its street and its country.
    """
    for place, line in enumerate(lines):
        block = _address_below(lines, signs, place) if _SAYS["addressed"].fullmatch(line.text) else range(0)
        for each in (place, *block) if block else ():
            signs[each] = _Sign.BESIDE
        between = 0 < place < len(lines) - 1 and signs[place] is _Sign.SHORT and line.words <= _LONGEST_NAME
        if (
            between
            and line.gap <= 1
            and _SAYS["country"].fullmatch(lines[place + 1].text)
            and _is_postal(lines[place - 1].text)
        ):
            signs[place] = _Sign.BESIDE
    return signs


def _address_below(lines: Sequence[Block], signs: Sequence[_Sign], label: int) -> range:
    """Return the places of the address below its label: short lines down to the last that only an address has."""
    end = last = label + 1
    while end < min(len(lines), label + 1 + _LONGEST_ADDRESS):
        line = lines[end]
        if signs[end] not in {_Sign.SHORT, _Sign.BESIDE} or line.words > _LONGEST_LABEL or line.ends_sentence:
            break
        end += 1
        if _is_postal(line.text) or _SAYS["country"].fullmatch(line.text):
            last = end
    return range(label + 1, last)


def _without_the_enclosed(signs: list[_Sign]) -> list[_Sign]:
    """Return the signs, a sentence between two lines of a foot being of it, too: "We are a clinic in Springfield."."""
    own = [place for place, sign in enumerate(signs) if sign is _Sign.AUTHORS]
    sure = [place for place, sign in enumerate(signs) if sign is _Sign.SURE and 2 * bisect_left(own, place) > len(own)]
    for above, below in pairwise(sure):
        if below - above <= _LONGEST_ENCLOSED:
            between = signs[above + 1 : below]
            signs[above + 1 : below] = [_Sign.OF_MAIL if sign is _Sign.AUTHORS else sign for sign in between]
    return signs


def opts_out(words: str, address: str) -> bool:
    """Whether a link ends or changes somebody's subscription, by its words or by where it leads."""
    plain = words.replace("’", "'").split()
    said = " ".join(plain) if len(plain) <= _LONGEST_LABEL else ""
    return bool(
        _SAYS["unsubscribes"].search(said) or _SAYS["prefers"].match(said) or _SAYS["leads_out"].search(address)
    )


def names_receiver(text: str) -> bool:
    """Whether a text says to whom a mail was sent, or why somebody gets it."""
    match = _SAYS["sent"].search(text[:_LONGEST].replace("’", "'"))
    return match is not None and match.start() < _LONGEST_ROW and len(text) <= _LONGEST


def _may_speak_of_mail(text: str) -> bool:
    """Whether a line says something that a foot could say; most lines need to be asked nothing else."""
    small = text.lower()
    return any(stem in small for stem in _STEMS)


def _sign(line: Block) -> _Sign:
    text = line.text.replace("’", "'")
    if len(text) > _LONGEST:
        return _Sign.AUTHORS
    if _SAYS["crisis"].search(text):
        return _Sign.CRISIS
    if _SAYS["country"].fullmatch(text):
        return _Sign.BESIDE
    sentence = line.ends_sentence and line.words > _LONGEST_CALL
    if not (line.links or _may_speak_of_mail(text) or re.search(r"\d|\A\W*\Z", text)):
        return _Sign.AUTHORS if sentence or line.is_prose else _Sign.SHORT
    sign = _of_list(line, text, sentence=sentence) or _weaker(line, text, sentence=sentence)
    may_be_authors = sign is not _Sign.SHORT and sign is not _Sign.AUTHORS
    return _Sign.AUTHORS if may_be_authors and _begins_as_authors(text) else sign


def _of_list(line: Block, text: str, *, sentence: bool) -> _Sign | None:
    """Return what a line says that could only stand below a mail to a list; None when it says no such thing."""
    if names_receiver(text) or _links_out(line, text, sentence=sentence):
        return _Sign.SURE
    if not MARKED.match(text) and _says_out(line, text, sentence=sentence):
        return _Sign.AT_THE_END if line.links is None or sentence else _Sign.BESIDE
    return _Sign.AT_THE_END if _SAYS["badge"].fullmatch(text) else None


def _begins_as_authors(text: str) -> bool:
    """Whether the first of several sentences in a line is the author's: "See you in May! Unsubscribe here."."""
    first, *others = re.split(r"(?<=[.!?])\s+(?=\S)", text)
    if not others or len(first.split()) <= _LONGEST_CALL:
        return False
    of_foot = (
        _SAYS["unsubscribes"],
        _SAYS["no_more"],
        _SAYS["prefers"],
        _SAYS["sent"],
        _SAYS["copyright"],
        _SAYS["around"],
        _SAYS["badge"],
    )
    if first.endswith("?") and any(pattern.search(" ".join(others)) for pattern in (*of_foot, _SAYS["of_mail"])):
        return False  # "Not for you? Unsubscribe."
    told = any(pattern.search(first) for pattern in of_foot) or _asks_to_change(first)
    return not (told or _is_postal(first) or _SAYS["web"].search(first))


def _asks_to_change(text: str) -> bool:
    """Whether a question asks about these mails: "Want to change how you receive these emails?"."""
    return text.endswith("?") and bool(_SAYS["changes"].search(text) and _SAYS["this_mail"].search(text))


def _links_out(line: Block, text: str, *, sentence: bool) -> bool:
    """Whether a link in a line ends a subscription; a sentence must speak of this list, not of any."""
    links = line.links or [("", address) for address in _SAYS["web"].findall(text)]
    if not any(opts_out(words, address) for words, address in links):
        return False
    here = any(_SAYS["leads_out"].search(address) for _, address in links)
    return here or not sentence or bool(_SAYS["meant"].search(text) or _SAYS["asks"].match(text))


def _says_out(line: Block, text: str, *, sentence: bool) -> bool:
    """Whether a line without links offers to unsubscribe; an author may speak of it, but not of this list."""
    unsubscribes, no_more = _SAYS["unsubscribes"].search(text), _SAYS["no_more"].search(text)
    of_mail = re.search(rf"\b{_SAYS['letter'].pattern}\b", text, re.IGNORECASE)
    if sentence:
        return bool(
            (unsubscribes or (no_more and of_mail)) and _SAYS["meant"].search(text) and _SAYS["asks"].match(text)
        )
    parted = bool(re.search(r"[|·•∙]", text) or _SAYS["web"].search(text))
    row = line.words <= _LONGEST_LABEL or (line.words <= _LONGEST_ROW and parted)
    asked = line.words <= _LONGEST_ROW and unsubscribes and _SAYS["meant"].search(text) and _SAYS["asks"].match(text)
    return bool(asked or (row and (unsubscribes or _SAYS["prefers"].search(text) or (no_more and of_mail))))


def _weaker(line: Block, text: str, *, sentence: bool) -> _Sign:
    if not re.search(r"[^\W_]", _SAYS["web"].sub("", text)):
        return _Sign.BESIDE
    if line.words <= _LONGEST_ROW and (
        _SAYS["copyright"].search(text) or (not sentence and (_SAYS["around"].search(text) or _is_postal(text)))
    ):
        return _Sign.BESIDE
    if _asks_to_change(text) or (_SAYS["asks_to_trust"].search(text) and line.words <= _LONGEST_ROW):
        return _Sign.BESIDE
    if sentence or line.is_prose:
        of_mail = line.words <= _LONGEST_ROW and (
            _SAYS["of_mail"].search(text) or _SAYS["around"].match(re.sub("^(?:to|you can) ", "", text.lower()))
        )
        return _Sign.OF_MAIL if of_mail else _Sign.AUTHORS
    return _Sign.SHORT


def _is_postal(text: str) -> bool:
    told = re.search(r"\d", text) and (has_address(text) or _SAYS["address_abroad"].search(text))
    return bool(told) and not _SAYS["no_list"].match(text) and not MARKED.match(text)


def _tail(signs: Sequence[_Sign], first: int) -> range:
    """Return the places of the foot behind the text: from its first line for certain to where it ends."""
    last = max((place for place, sign in enumerate(signs) if sign is _Sign.AUTHORS), default=len(signs))
    begins = (
        place for place in range(max(first, last) + 1, len(signs)) if signs[place] in {_Sign.SURE, _Sign.AT_THE_END}
    )
    start = next(begins, len(signs))
    pause = 0
    for place in range(start, len(signs)):
        pause = pause + 1 if signs[place] is _Sign.SHORT else 0
        if pause > _LONGEST_PAUSE:
            return range(start, place - _LONGEST_PAUSE)
    return range(start, len(signs))


def _stands_above(lines: Sequence[Block], signs: Sequence[_Sign], place: int) -> bool:
    """Whether a line above a foot goes with it: the copyright and the like, and the sender's name on its address."""
    if signs[place] in _COMPANY:
        return True
    line, below = lines[place], lines[place + 1]
    if signs[place] is _Sign.SHORT and line.links and signs[place - 1] in _COMPANY:
        return True
    name = signs[place] is _Sign.SHORT and line.words <= _LONGEST_NAME and line.text[-1].isalnum()
    return name and below.gap <= 1 and _is_postal(below.text) and not lines[place - 1].text.endswith(",")
