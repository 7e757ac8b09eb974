"""The author's name where it stands bare: told from a title by what is beside it and by what it means."""

import re
from collections.abc import Sequence

from newsletter.posts.block import Block as Line
from newsletter.posts.labels import is_office
from newsletter.posts.meta import BY, LEAD, READ_TIME
from newsletter.posts.names import has_degree, is_name, says_something, without_address, without_credentials

_BESIDE_NAMES = re.compile(
    rf"(?:{READ_TIME.pattern})|[+] ?follow|follow(?:ing)?|written by|author|writer", re.IGNORECASE
)


def find_byline(
    start: Sequence[Line], certain: set[int], lines: Sequence[Line], everything: Sequence[Line], *, sure_title: bool
) -> Line | None:
    """Return the line that is the author's bare name, when no line says "by".

    It has a degree or an address, is led by a dash, is named again where the page says who
    the author is, or stands beside a date or a read time, in this order. A title of two or
    three words looks like a name, too; but its words have a meaning, or come up in the text
    with small letters.
    """
    titles = [line for line in start if line.number not in certain]
    names = [line for line in titles if is_name(line.text) and not (sure_title and line is start[0])]
    if any(BY.match(LEAD.sub("", line.text)) for line in start if line.number in certain) or len(titles) < 2:
        return None
    order = {number: place for place, number in enumerate(sorted({line.number for line in (*everything, *lines)}))}
    shown = {line.number for line in lines}
    told = certain | {
        line.number
        for line in everything
        if _BESIDE_NAMES.fullmatch(line.text) or (line.number not in shown and line.text[0].isdigit())
    }
    beside = {place for number in told for place in (order[number] - 1, order[number], order[number] + 1)}
    body = {word for line in lines for word in re.findall(r"\b[a-z]{3,}\b", without_address(line.text))}
    again = titles[0].text.casefold()
    best: tuple[int, Line | None] = (0, None)
    for line in (each for each in names if each is titles[0] or each.text.casefold() != again):
        sign = _sign_of_name(line, titles, everything or lines, beside=order[line.number] in beside)
        if sign > best[0] and (sign == _SUREST or not _has_meaning(line, body)):
            best = sign, line
    return best[1]


_SUREST = 4


def _sign_of_name(line: Line, titles: list[Line], lines: Sequence[Line], *, beside: bool) -> int:
    if has_degree(line.text) or without_address(line.text) != line.text:
        return _SUREST
    if LEAD.match(line.text):
        return 3
    return 2 if _is_named_again(line, titles, lines) else int(beside)


def _has_meaning(line: Line, body: set[str]) -> bool:
    words = re.findall(r"[A-Za-z]{3,}", without_credentials(without_address(line.text)))
    return says_something(line.text) or any(word.lower() in body for word in words)


def _is_named_again(line: Line, titles: list[Line], lines: Sequence[Line]) -> bool:
    """Whether the page says more of a name: what its owner is, what else is by them, or only the name once more."""
    name = without_credentials(LEAD.sub("", line.text))
    said = re.compile(
        rf"(?:about|(?:more|posts|articles|stories|all) (?:from|by)|written by|by) {re.escape(name)}.*"
        rf"|{re.escape(name)} (?:is|lives|writes)\b.*"
    )
    others = [other.text for other in lines if name in other.text and other.number != line.number]
    if line is not titles[0]:
        below = next((other for other in lines if other.number > line.number), None)
        if line.text in others or (below is not None and is_office(below.text)):
            return True
    return any(map(said.match, others))
