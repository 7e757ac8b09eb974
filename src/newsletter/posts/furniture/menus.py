"""Menus and tags that stand in a row, or one below the other: known by the company they keep."""

import re
from collections.abc import Mapping, Sequence

from newsletter.posts.dates import read_date_line
from newsletter.posts.furniture.rules_edge import MENU_WORDS
from newsletter.posts.labels import is_topic
from newsletter.posts.lines import Line
from newsletter.posts.names import is_name

_ENTRY = re.compile(rf"(?<![\w-])(?:{'|'.join(MENU_WORDS)})(?![\w-])")
_LONGEST_ROW = 20
_LONGEST_LABEL = 3
MENU = "the page's menu"


def is_menu_row(text: str) -> bool:
    """Whether a line is a menu: three or more known entries side by side, and few other words.

    In a title the small words begin small, and in a sentence there are stops.
    """
    words = re.findall(r"[^\W_][\w'’-]*", text)
    if not 3 <= len(words) <= _LONGEST_ROW or re.search(r"[.,;:!?]", text):
        return False
    if any(word[0].islower() for word in words) and text != text.lower():
        return False
    entries = _ENTRY.findall(text.lower())
    return len(entries) >= 3 and sum(len(entry.split()) for entry in entries) >= 0.6 * len(words)


def find_label_stacks(before: Sequence[Line], behind: Sequence[Line], known: Mapping[int, str]) -> dict[int, str]:
    """Return the lines of menus above an article and of tags below it that are not known by themselves.

    Args:
        before: all lines before the first running text.
        behind: all lines behind the last.
        known: which lines are furniture already.

    Above, most of a stack must be known, and something must be left below it to be the
    title; below, one known tag tells what its neighbours are.
    """
    found: dict[int, str] = {}
    for stack in _stacks(before):
        menu = [line for line in stack if known.get(line.number) == MENU]
        dated = any(read_date_line(line.text, None) for line in stack)  # then it tells who wrote it and when
        if dated or len(menu) < 2 or 2 * len(menu) < len(stack):
            continue
        title = next((line for line in before if line.number > stack[-1].number and line.number not in known), None)
        if title and title.gap:
            found |= {line.number: MENU for line in stack}
    for stack in _stacks(behind):
        if stack[0].gap and (
            any(known.get(line.number) == "tags" for line in stack) or _are_tags(stack, behind, known)
        ):
            found |= {line.number: "tags" for line in stack}
    return {number: reason for number, reason in found.items() if number not in known}


def _are_tags(stack: Sequence[Line], behind: Sequence[Line], known: Mapping[int, str]) -> bool:
    """Whether topics or small words stand stacked right behind the last paragraph, and furniture follows."""
    if stack[0] is not behind[0]:
        return False
    rest = [line for line in behind if line.number > stack[-1].number]
    below = next((line for line in rest if not (line is rest[0] and is_name(line.text))), None)
    if below is None or below.number not in known:
        return False
    return any(line.text == line.text.lower() or is_topic(line.text) for line in stack) and not _SIGNS.match(
        stack[0].text
    )


_SIGNS = re.compile(r".*(?:ly|care|regards|wishes|best|love|thanks|gratitude|hope|peace)\W*$", re.IGNORECASE)


def _stacks(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the labels that stand one below the other without a blank line, two or more."""
    stacks: list[list[Line]] = []
    last: Line | None = None
    for line in lines:
        if _is_label(line):
            goes_on = last is not None and line.gap == 0 and bool(stacks) and stacks[-1][-1] is last
            announced = last is not None and last.text.endswith(":")
            if goes_on:
                stacks[-1].append(line)
            elif not announced:
                stacks.append([line])
        last = line
    return [stack for stack in stacks if len(stack) > 1]


def _is_label(line: Line) -> bool:
    slashed = re.sub(r"\s*[/&|]\s*", " ", line.text)
    return len(slashed.split()) <= _LONGEST_LABEL + 1 and line.text[0].isalnum() and line.text[-1] not in ".,;:!?…"
