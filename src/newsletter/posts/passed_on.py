"""Mails that were passed on: their quotation marks are taken off, so that what is left is the mail itself."""

import re
from collections.abc import Sequence

from newsletter.posts.forwarded import MOST_ABOVE, begins_mail, is_attribution, is_entry, is_forwarded
from newsletter.posts.value import Dropped

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
