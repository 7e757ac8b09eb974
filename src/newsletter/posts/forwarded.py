"""Mails that were passed on: who wrote them, when and about what, and their lines without the quotation marks."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from newsletter.posts.block import Block
from newsletter.posts.dates import read_date_line, read_mail_day
from newsletter.posts.value import Dropped
from newsletter.posts.words import listed

_TITLE = listed("mail", "title")
_AUTHOR = listed("mail", "author")
_DATE = listed("mail", "date")
_OTHER = listed("mail", "other")
_LINE = re.compile(
    rf"\*{{0,2}}(?:(?P<title>{_TITLE})|(?P<author>{_AUTHOR})|(?P<date>{_DATE})"
    rf"|(?P<other>{_OTHER}))\s*:\*{{0,2}}\s*(?P<value>.*)",
    re.IGNORECASE,
)
_PASSED_ON = re.compile(r"^(?:(?:re|fwd?|aw|wg|rv|tr|enc|res|i|r|doorst)\s*:\s*)+", re.IGNORECASE)
_ADDRESS = re.compile(r"\s*[<(\[]?\s?(?:mailto:)?[^\s<>()@]{1,64}@[^\s<>()]{1,100}[>)\]]?\s*")
_FORWARDED = re.compile(rf"(?:[-_*]{{2,}}\s*)?(?:{listed('mail', 'forwarded')})\s*:?(?:\s*[-_*]{{2,}})?", re.IGNORECASE)
_ATTRIBUTION = re.compile(
    r"(?:on|el|le|em|am|il|op|den)\b(?=.*(?:\d:\d\d|@))(?P<said>.{8,240}?)"
    r"(?:wrote|escribi[óo]|a [ée]crit|escreveu|schrieb|ha scritto|schreef|skrev)\b(?P<behind>.{0,120}?)\s*:",
    re.IGNORECASE,
)
_ATTRIBUTED = re.compile(
    r"(?:\d{1,2}[:.h]\d\d(?::\d\d)?(?:\s?[AaPp]\.?\s?[Mm]\.?)?(?:\s[A-Z]{3,4}\b)?"
    r"|\d{4}),?\s+(?P<name>[^\d,<>()@]{3,60}?)\s*[<(,]"
    r"|\A(?P<behind>[^\d,<>()@]{3,60}?)\s*[<(]"
)
_ON_BEHALF = re.compile(
    r"\s+(?:on behalf of|via|en nombre de|de la part de|au nom de|em nome de|im auftrag von|per conto di)\s.*",
    re.IGNORECASE,
)
MOST_ABOVE = 60
"""Words that somebody writes who only passes a mail on."""
_FEWEST = 2
_FEWEST_UNANNOUNCED = 3
_LONGEST = 400
_LONGEST_HEAD = 12
_MOST_TOGETHER = 200  # with all to whom a mail was sent
_ENGLISH_DATES = {"date", "sent", "published"}
_FEWEST_CARDS, _LONGEST_VALUE = 3, 6


@dataclass(slots=True)
class ForwardedHeader:
    """The header fields above a text, most often of a forwarded mail; `boilerplate` has their lines with the reason."""

    title: str = ""
    author: str = ""
    date: dt.date | None = None
    updated: dt.date | None = None
    boilerplate: dict[int, str] = field(default_factory=dict)


def read_header(lines: Sequence[Block], now: dt.datetime | None) -> ForwardedHeader:
    """Read the lines at the top, or below the title, that each begin with a known word and a colon.

    Two or more must stand together; one alone is left to those who look for bylines and dates.
    Those of a mail that was passed on stand below a line that says so, and below a few words
    of who passed it on.
    """
    if (passed_on := _passed_on(lines)) is not None:
        above, matches = passed_on
        head = _read(matches, now)
        _read_attribution(above, head, now)
        head.boilerplate |= {line.number: "stands above a mail that was passed on" for line in above}
        return head
    if cards := _read_cards(lines, now):
        return cards
    for start in (0, 1):
        matches = _together(lines, start)
        if len(matches) >= _FEWEST and not (start and is_entry(lines[0].text)):
            return _read(matches, now)
    return ForwardedHeader()


def _passed_on(lines: Sequence[Block]) -> tuple[Sequence[Block], list[tuple[Block, re.Match[str]]]] | None:
    """Return what stands above the header of a mail that was passed on, and the last such header.

    Some programs say so above it; others only repeat who wrote what to whom and when.
    """
    found = None
    words = 0
    for place, line in enumerate(lines):
        if is_forwarded(line.text) and len(matches := _together(lines, place + 1)) >= _FEWEST:
            found = lines[: place + 1], matches
        elif len(matches := _together(lines, place)) >= _FEWEST_UNANNOUNCED and _tells(
            matches, "title", "author", "date"
        ):
            found = lines[:place], matches
        elif is_attribution(line.text):
            found = lines[: place + 1], []
        elif found is None:
            words += line.words
        if words > MOST_ABOVE:
            break
    return found


def _tells(matches: Sequence[tuple[Block, re.Match[str]]], *names: str) -> bool:
    return all(any(match[name] is not None for _, match in matches) for name in names)


def _together(lines: Sequence[Block], start: int = 0) -> list[tuple[Block, re.Match[str]]]:
    """Return the entries that stand together from a place on."""
    matches: list[tuple[Block, re.Match[str]]] = []
    for place, line in enumerate(lines[start : start + _MOST_TOGETHER]):
        match = _LINE.fullmatch(line.text)
        if match is None and matches and matches[-1][1]["other"] and "@" in line.text and not line.is_prose:
            match = matches[-1][1]  # more people to whom it was sent
        if match is None or (place and line.gap > 1) or (line.is_prose and not match["title"]):
            break
        matches.append((line, match))
    return matches


def _read_cards(lines: Sequence[Block], now: dt.datetime | None) -> ForwardedHeader | None:
    """Read the words and what they say where each stands on a line of its own, as copied from a table of notes."""
    head = ForwardedHeader()
    key = ""
    keys = 0
    for line in lines[1:]:
        if match := _LINE.fullmatch(f"{line.text}:"):
            key, keys = next(name for name in ("title", "author", "date", "other") if match[name] is not None), keys + 1
        elif not key or line.is_prose or line.gap or line.words > _LONGEST_VALUE:
            break
        elif key == "author":
            head.author = head.author or line.text
        elif key == "date" and head.date is None:
            day = read_date_line(line.text, now)
            head.date = day.day if day else None
        head.boilerplate[line.number] = "says who, when or about what, above the text"
    return head if keys >= _FEWEST_CARDS and (head.author or head.date) else None


def without_prefix(subject: str) -> str:
    """Return a subject without what programs put before it: "Fwd:", "RV:"."""
    return _PASSED_ON.sub("", subject)


def is_forwarded(text: str) -> bool:
    """Whether a line says that a mail follows which was passed on."""
    return len(text) < _LONGEST and _FORWARDED.fullmatch(text.strip()) is not None


def is_attribution(text: str) -> bool:
    """Whether a line says who wrote when what is quoted below it."""
    return len(text) < _LONGEST and _ATTRIBUTION.fullmatch(" ".join(text.split())) is not None


def _read_attribution(above: Sequence[Block], head: ForwardedHeader, now: dt.datetime | None) -> None:
    match = next((match for line in reversed(above) if (match := _ATTRIBUTION.fullmatch(line.text))), None)
    if match is None or head.author:
        return
    said, behind = match["said"].strip(), match["behind"].strip()
    named = _ATTRIBUTED.search(f"{said},") or _ATTRIBUTED.search(f"{behind}(")
    head.author = (named["name"] or named["behind"]).strip(" \"'") if named else ""
    head.date = head.date or read_mail_day(match["said"], now, dayfirst=not match[0].lower().startswith("on"))


def begins_mail(texts: Sequence[str]) -> bool:
    """Whether lines begin with what stands above a mail that was passed on: a line that says so, or who wrote what."""
    first = [text for text in texts if text.strip(" >_*-")][:_LONGEST_HEAD]
    if first and is_forwarded(first[0]):
        return True
    matches = _together([Block(number, " ".join(text.split())) for number, text in enumerate(first)])
    return len(matches) >= _FEWEST_UNANNOUNCED and _tells(matches, "title", "author", "date")


def is_entry(text: str) -> bool:
    """Whether a line begins with one of the known words and a colon."""
    return _LINE.fullmatch(text) is not None


def _read(matches: Sequence[tuple[Block, re.Match[str]]], now: dt.datetime | None) -> ForwardedHeader:
    head = ForwardedHeader()
    for line, match in matches:
        value = match["value"].strip().strip("*_").strip()
        head.boilerplate[line.number] = "says who, when or about what, above the text"
        if match["title"]:
            head.title = head.title or without_prefix(value)
        elif match["author"]:
            head.author = head.author or _ADDRESS.sub("", _ON_BEHALF.sub("", value)).strip(" \"'")
        elif match["date"]:
            abroad = match["date"].lower() not in _ENGLISH_DATES
            head.date = head.date or read_mail_day(value, now, dayfirst=abroad)
        elif (changed := read_date_line(line.text, now)) is not None:
            head.updated = head.updated or changed.day
    return head


_QUOTED = re.compile(r"[ \t]*>[ \t]?")
_MARKS = re.compile(r"[ \t]*(?:>[ \t]?)*")
_SIGNATURE = "the signature above a mail that was passed on"
_LONGEST_SIGNATURE = 40
"""Lines, blank ones too; offices put long notices there."""
_BELOW = "stands below a mail that was passed on"
_LATEST = 4
"""Lines of a quotation within which its header begins."""
_MOST_UNMARKED = 0.2
"""Of a quotation's lines; programs break long ones, and forget the mark."""
_DEEPEST = 9


def take_off_quotes(text: str) -> tuple[str, list[Dropped]]:
    """Return a mail that was passed on without the ">" before its lines, and what its sender said below it.

    A text of which every line is quoted was passed on, too. Where somebody quotes in a text
    of their own, nothing changes. No line moves.
    """
    lines = text.split("\n")
    dropped: list[Dropped] = []
    for _ in range(_DEEPEST):
        end = _end_of_quotation(lines)
        if not end:
            break
        _join_attribution(lines)
        lines[:end] = [_QUOTED.sub("", line, count=1) if _QUOTED.match(line) else line for line in lines[:end]]
        dropped += [Dropped(number, line.strip(), _BELOW) for number, line in _shown(lines, end)]
        lines[end:] = [""] * len(lines[end:])
    return "\n".join(lines), dropped


def take_out_signature(text: str) -> tuple[str, list[Dropped]]:
    """Return a mail that was passed on without the signature of who passed it on, which stands above it.

    The signature ends where the mail begins, quoted or not; what is above it is a note of a
    few words, or else the mail below is but quoted, and the text is its author's. No line moves.
    """
    lines = text.split("\n")
    above = 0
    for place, line in enumerate(lines):
        if line.strip() == "--":
            end = _mail_below(lines, place + 1)
            if not end:
                return text, []
            dropped = [Dropped(number, each, _SIGNATURE) for number, each in _shown_between(lines, place, end)]
            lines[place:end] = [""] * (end - place)
            return "\n".join(lines), dropped
        above += len(line.split())
        if above > MOST_ABOVE:
            break
    return text, []


def _mail_below(lines: Sequence[str], start: int) -> int:
    """Return the place at which a mail that was passed on begins soon below another; 0 when none does."""
    for place in range(start, min(start + _LONGEST_SIGNATURE, len(lines))):
        near = [_MARKS.sub("", line, count=1).strip() for line in lines[place : place + _LONGEST_SIGNATURE]]
        quoted = is_attribution(near[0]) or is_attribution(" ".join(near[:2]))
        if near[0].strip("_*-") and (quoted or begins_mail(near)):
            return place
    return 0


def _join_attribution(lines: list[str]) -> None:
    """Put a line that says who wrote when together again where it was broken in two."""
    start = next(place for place, line in enumerate(lines) if _QUOTED.match(line))
    last = [place for place, line in enumerate(lines[:start]) if line.strip()][-2:]
    whole = " ".join(lines[place].strip() for place in last)
    if len(last) > 1 and is_attribution(whole) and not is_attribution(lines[last[1]]):
        lines[last[0]], lines[last[1]] = whole, ""


def _shown(lines: Sequence[str], start: int) -> list[tuple[int, str]]:
    return [(number, line) for number, line in enumerate(lines[start:], start=start + 1) if line.strip()]


def _shown_between(lines: Sequence[str], start: int, end: int) -> list[tuple[int, str]]:
    return [(number, line.strip()) for number, line in _shown(lines[:end], start) if line.strip(" \t\r>")]


def _end_of_quotation(lines: Sequence[str]) -> int:
    """Return the place behind the mail that is quoted in the text; 0 when none is."""
    quoted = [place for place, line in enumerate(lines) if _QUOTED.match(line)]
    if len(quoted) < 2:
        return 0
    start, end = quoted[0], quoted[-1] + 1
    above = [line for line in lines[:start] if line.strip()]
    below = [line for line in lines[end:] if line.strip()]
    inside = [line for line in lines[start:end] if line.strip()]
    unmarked = sum(not _QUOTED.match(line) for line in inside)
    if max(_words(above), _words(below)) > MOST_ABOVE or unmarked > _MOST_UNMARKED * len(inside):
        return 0
    first = [text for line in inside[: 2 * _LATEST] if (text := _QUOTED.sub("", line, count=1).strip(" >\t\r"))][
        :_LATEST
    ]
    told = any(is_forwarded(each) or is_entry(each) or is_attribution(each) for each in first)
    announced = any(map(is_forwarded, above)) or any(is_attribution(" ".join(above[-n:])) for n in (1, 2))
    return end if told or announced or not (above or below) else 0


def _words(lines: Sequence[str]) -> int:
    return sum(len(line.split()) for line in lines)
