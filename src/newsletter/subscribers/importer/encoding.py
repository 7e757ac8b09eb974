"""Letters: text that was written in one encoding and read in another, told by what no name holds.

Two things go wrong with lists. A file without a word of its encoding is an old Mac's or
from Central Europe, and not Windows' as most are. And text that was garbled before it
came into the file: where that can be undone for certain it is, and where not, it is known.
"""

import codecs
import html
import re
import unicodedata
from collections.abc import Iterator

WINDOWS = "windows-1252"
EIGHT_BIT = (
    WINDOWS,
    "macintosh",
    "windows-1254",
    "windows-1250",
    "windows-1257",
    "windows-1251",
    "cp850",
    "iso8859-2",
    "windows-1253",
    "windows-1255",
    "windows-1256",
    "koi8-r",
)
"""How lists are written that are no UTF-8; of equally likely ones the first is taken."""

_ALPHABETS = tuple(
    frozenset(letters)
    for letters in (
        "áàâäãåæçéèêëíìîïñóòôöõøœúùûüÿß",  # from Portugal to Norway
        "áäåæéëíïóöøúýÿðþ",  # Iceland and the Faroes
        "áâàéêèíîìóôòúûùŵŷ",  # Wales and Ireland
        "ąćęłńóśźż",  # Poland
        "áäčďéěëíĺľňóôöŕřšťúůüýž",  # Czechia and Slovakia
        "áéíóöőúüű",  # Hungary
        "äćčđöšüž",  # Croatia, Slovenia, Bosnia
        "âăîáéóöüşţșț",  # Romania
        "âçğıi̇îöşüû",  # Turkey
        "äąčėęįöšųūüž",  # Lithuania
        "āäčēģīķļņōöŗšūüž",  # Latvia
        "åäõöšüž",  # Estonia and Finland
    )
)
"""The letters beyond A to Z that one country's names have; no word mixes those of two."""
_MISPLACED = re.compile(r"(?<=[^\W\d_])þ|(?<![^\W\d_])[ğð]", re.IGNORECASE)
"""Names of Iceland have a thorn where they begin, and an eth never; Turkish names never begin with a soft g."""

_WORDS = re.compile(rb"[A-Za-z'\-]*[\x80-\xff][A-Za-z\x80-\xff'\-]*")
_MOST_WORDS = 2_000
_BESIDE_LETTERS = frozenset("'-’.·´°")
_BETWEEN_NAMES = re.compile(r"\W+")
_FOREIGN_RUN = re.compile(r"[^\x00-\x7f]{3,}")
_HIGH_RUN = re.compile(r"[^\x00-\x7f]+")
_MISREAD_WITHIN = re.compile(r"(?<=[^\W\d_])(?:[ŽŠŒŸ]|[ĂĹ](?=[^\x00-\x7f]))")
"""Capitals that stand within a word where a small letter was misread; "NuÑez" and "JoÃo" are only badly written."""
_PREFIXES = re.compile(r"(?:mc|mac|de|del|di|da|le|la|lo|du|van|von|fitz|al|el|st|saint)$", re.IGNORECASE)
_LOST = re.compile(r"\ufffd|[\x80-\x9f]|[^\W\d_]\?|\?[^\W\d_]")
_MISREAD_AS = ("cp1252", "mac_roman", "cp1250", "cp437", "cp850")
_TIMES = 3
_NO_LETTER = re.compile(r"\u0192|(?=[^\x00-\x7f])[^\W\d_](?<=[^A-ZÀ-ÖØ-Þ])[A-Z]")
"""The sign for gulden, and a small letter with an accent before a plain capital: Shift-JIS looks so."""
_FEW_WORDS = 3  # of fewer nobody can tell; each is judged by itself


def likely_encoding(start: bytes) -> str:
    """Return the encoding, of those in `EIGHT_BIT`, in which the words of a file look most like words.

    Returns:
        Nothing where they look like words in none of them: it is written in another one.
    """
    words = {word for word in _WORDS.findall(start)[:_MOST_WORDS] if not _is_utf8(word)}
    odd = {name: sum(_is_odd(word.decode(name, "replace")) for word in words) for name in EIGHT_BIT}
    best = min(EIGHT_BIT, key=lambda name: odd[name])
    found = best if odd[best] * 2 < odd[WINDOWS] else WINDOWS
    return found if odd[found] * 2 < len(words) or len(words) < _FEW_WORDS else ""


def _is_utf8(word: bytes) -> bool:
    try:
        word.decode("utf-8")
    except UnicodeError:
        return False
    return True


def _is_odd(word: str) -> bool:
    """Whether no word looks so: signs between its letters, capitals within it, letters of two scripts."""
    letters = [sign for sign in word if sign.isalpha()]
    if _NO_LETTER.search(word) or _has_points(word) or _begins_small(letters):
        return True
    if any(not sign.isalpha() and sign not in _BESIDE_LETTERS and not unicodedata.combining(sign) for sign in word):
        return True
    scripts = {unicodedata.name(sign, "").partition(" ")[0] for sign in letters}
    if len(scripts) > 1 or (scripts == {"LATIN"} and (_FOREIGN_RUN.search(word) or _mixes_alphabets(word))):
        return True
    return _has_capital_within(word)


def _mixes_alphabets(word: str) -> bool:
    """Whether no country writes its names with all of these letters, or with one of them in this place."""
    if _MISPLACED.search(word):
        return True
    parts = (frozenset(sign for sign in part.lower() if not sign.isascii()) for part in _BETWEEN_NAMES.split(word))
    return not all(any(letters <= alphabet for alphabet in _ALPHABETS) for letters in parts)


def _has_points(word: str) -> bool:
    """Whether there are the points of Hebrew, which names are written without."""
    return any("\u0591" <= sign <= "\u05c7" for sign in word)


def _begins_small(letters: list[str]) -> bool:
    """Whether a word of Cyrillic or Greek letters begins with a small one, or has the last sigma elsewhere."""
    if not letters or not "\u0370" <= letters[0] <= "\u04ff":
        return False
    return letters[0].islower() or "\u03c2" in letters[:-1]


def _has_capital_within(word: str) -> bool:
    """Whether a letter with an accent is a capital in the middle of a word; "McÉvoy" and "ÉVA" are in order."""
    if word.upper() == word:
        return False
    capitals = (place for place, sign in enumerate(word) if place and not sign.isascii() and sign.isupper())
    return any(word[place - 1].isalpha() and not _PREFIXES.fullmatch(word[:place]) for place in capitals)


def repaired(text: str) -> str:
    """Return a text as it was before it was encoded twice, or written for a web page, where that is certain."""
    if "&" in text:
        text = html.unescape(text)
    for _ in range(_TIMES):
        if text.isascii():
            break
        before, text = text, _HIGH_RUN.sub(lambda run: _reread(run[0]), text)
        if text == before:
            break
    return text


def _reread(run: str) -> str:
    """Return what letters were before their UTF-8 was taken for something else, or the letters."""
    if len(run) < 2:
        return run
    return next(_readings(run), run)


def _readings(run: str) -> Iterator[str]:
    for codec in _MISREAD_AS:
        try:
            found = b"".join(_as_bytes(sign, codec) for sign in run).decode("utf-8")
        except UnicodeError:
            continue
        if codec != "cp1252" and run.isalpha() and any(sign.isalpha() for sign in found):
            continue  # letters alone may well be meant
        if all(sign.isprintable() or sign == "\u00a0" for sign in found):
            yield found


def _as_bytes(sign: str, codec: str) -> bytes:
    """Return the byte that was read as `sign`; Windows leaves five of them as they are."""
    if codec == "cp1252" and "\x80" <= sign <= "\x9f":
        return bytes([ord(sign)])
    return codecs.encode(sign, codec)


def is_garbled(text: str) -> bool:
    """Whether letters of a text were lost, or are certainly not those that were meant."""
    if _LOST.search(text):
        return True
    if text.isascii():
        return False
    if any(_is_sign_within(text, place) for place in range(len(text))):
        return True
    return text.upper() != text and _MISREAD_WITHIN.search(text) is not None


def _is_sign_within(text: str, place: int) -> bool:
    """Whether a sign of Latin writing that is part of no word touches a letter: "£ukasz", "Se‡n"."""
    sign = text[place]
    if sign.isascii() or sign.isalpha() or sign in "´°®™©’‘“”·–— \u00a0\u200d" or ord(sign) > 0x2265:
        return False
    beside = text[max(place - 1, 0) : place] + text[place + 1 : place + 2]
    return unicodedata.category(sign)[0] in "SP" and any(letter.isalpha() for letter in beside)


def is_worn(new: str, known: str) -> bool:
    """Whether a name is the known one with a "?" or "_" for each letter that an old encoding did not have."""
    if not {"?", "_"} & set(new) or known.isascii():
        return False
    pattern = "".join("[^\\x00-\\x7f]" if sign in "?_" else re.escape(sign) for sign in new)
    return re.fullmatch(pattern, known) is not None
