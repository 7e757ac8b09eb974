"""From headings to an outline: which are sections, which stand one level below, which name items of a row.

A row of named items ("Dopamine" and its paragraph, "Oxytocin" and its paragraph) is opened: by
a heading that another heading follows at once, by a paragraph that ends with a colon, or by a
heading that promises several things ("5 Ways to …"). From there it goes on as long as the
headings are more like its items than like sections.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from newsletter.posts.features import is_capitals, is_closer
from newsletter.posts.structure import Kind, Part
from newsletter.posts.words import listed

_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_PROMISE = re.compile(rf"\b(?:{listed('headings', 'promise')})\b", re.IGNORECASE)
_LOOKS_BACK = re.compile(rf"(?:{listed('headings', 'looks_back')})\b", re.IGNORECASE)
_SECTION_ASKS = re.compile(r"(?:how|why|what|when|where|who)\b", re.IGNORECASE)
_SECTION_START = re.compile(r"(?:the|how|why|what|when|where|who|your|our|understanding|a|an)\b", re.IGNORECASE)
_MOST_COMPARED = 12
_LONGEST_ITEM = 90
"""Words in an item's paragraph, above which its name is rather a heading."""


SECTION = 2
_LONGEST_ABBREVIATION = 6


@dataclass(frozen=True, slots=True)
class Unit:
    """A heading (none before the first) and what stands below it until the next."""

    heading: Part | None
    body: tuple[Part, ...]

    @property
    def paragraphs(self) -> list[Part]:
        """The running text below the heading; what somebody says is some, too."""
        return [part for part in self.body if part.kind in {Kind.PARAGRAPH, Kind.QUOTE}]


@dataclass(frozen=True, slots=True)
class Run:
    """Named items that belong together.

    Attributes:
        opener: the place of the unit that they stand below.
        items: their places.
        closed: whether the last item's unit ends with text about all of them.
    """

    opener: int
    items: tuple[int, ...]
    closed: bool
    reason: str


_COMMON = re.compile(listed("headings", "common"))


def keywords(text: str) -> set[str]:
    """Return the words of `text` that carry its meaning, without plural endings."""
    words = re.findall(r"[^\W\d_]{4,}", text.lower())
    return {re.sub(r"(?:ies|es|s)$", "", word) for word in words if not _COMMON.fullmatch(word)}


def find_outline(parts: Sequence[Part], title: str) -> list[Part]:
    """Return the parts, each heading with its level, and items' names as terms."""
    units = _split(parts)
    runs = find_runs(units, title)
    levels = _levels(units, runs)
    return [part for place, unit in enumerate(units) for part in _placed(unit, levels.get(place))]


def _split(parts: Sequence[Part]) -> list[Unit]:
    starts = [number for number, part in enumerate(parts) if part.kind is Kind.HEADING]
    units = [Unit(None, tuple(parts[: starts[0]] if starts else parts))]
    for start, end in pairwise([*starts, len(parts)]):
        units.append(Unit(parts[start], tuple(parts[start + 1 : end])))
    return units


Place = tuple[int, str]
"""A heading's level and why; level 0 is the name of an item, to be run in."""


def _levels(units: Sequence[Unit], runs: Sequence[Run]) -> dict[int, Place]:
    levels = _marked_levels(units) or _sections(units, runs)
    for run in runs:
        below = levels[run.opener][0] + 1
        run_in = all(_fits_one_line(units[item], last=item == run.items[-1]) for item in run.items)
        for item in run.items:
            if levels[item][0] <= levels[run.opener][0] and not _is_marked(units[item]):
                levels[item] = (0 if run_in else below, f"an item: {run.reason}")
    return levels | _in_series(units, levels)


def _in_series(units: Sequence[Unit], levels: dict[int, Place]) -> dict[int, Place]:
    """Return the levels of headings that are numbered on, 1. 2. 3.: all stand where the first does."""
    found: dict[int, Place] = {}
    series: list[int] = []
    for place, number in ((place, _number(unit)) for place, unit in enumerate(units) if _number(unit)):
        series = [*series, place] if series and number == len(series) + 1 else [place] if number == 1 else []
        known = [levels[each][0] for each in series]
        if len(series) > 1 and len(set(known)) > 1:
            level = known[0] or max(known)
            found |= dict.fromkeys(series, (level, "one of several that are numbered on"))
    return found


def _number(unit: Unit) -> int:
    told = re.fullmatch(r"\(?(\d{1,2})[.)]", unit.heading.label) if unit.heading else None
    return int(told[1]) if told else 0


def _fits_one_line(unit: Unit, *, last: bool) -> bool:
    """Whether an item is its name and one paragraph that is not long."""
    paragraph = unit.body[0]
    return paragraph.is_plain and paragraph.words <= _LONGEST_ITEM and (last or len(unit.body) == 1)


def _is_marked(unit: Unit) -> bool:
    return unit.heading is not None and unit.heading.level > 0


def _marked_levels(units: Sequence[Unit]) -> dict[int, Place]:
    """Return the levels of headings that all carry signs or numbers, moved so that they begin at a section's."""
    marked = {place: unit.heading.level for place, unit in enumerate(units) if unit.heading and unit.heading.level}
    if not marked or len(marked) < sum(unit.heading is not None for unit in units):
        return {}
    top = min(marked.values())
    return {place: (min(level - top + SECTION, 6), "its sign tells the level") for place, level in marked.items()}


def _sections(units: Sequence[Unit], runs: Sequence[Run]) -> dict[int, Place]:
    """Return each heading as a section, or one level below where the text says so."""
    items = {item for run in runs for item in run.items}
    places = [place for place, unit in enumerate(units) if unit.heading]
    levels = dict.fromkeys(places, (SECTION, "a section"))
    levels |= _below_capitals(units, places)
    levels |= _returning(units, runs, levels)
    return levels | _stacked(units, levels, items) | _numbered(units)


def _numbered(units: Sequence[Unit]) -> dict[int, Place]:
    """See the levels that an outline's numbers tell, where not all headings are numbered."""
    told = {
        place: unit.heading
        for place, unit in enumerate(units)
        if unit.heading and unit.heading.level and unit.heading.label
    }
    return {
        place: (min(SECTION - 1 + heading.level, 6), "its number tells the level") for place, heading in told.items()
    }


def _below_capitals(units: Sequence[Unit], places: Sequence[int]) -> dict[int, Place]:
    """See headings in usual letters as standing below those in capitals before them."""
    capitals = {place for place in places if is_capitals(_heading(units[place]))}
    lone = len(capitals) == 1 and all(len(_heading(units[place])) <= _LONGEST_ABBREVIATION for place in capitals)
    if not capitals or lone or places[0] not in capitals:  # then they are abbreviations
        return {}
    below = [place for place in places if place not in capitals and not is_closer(_heading(units[place]))]
    return dict.fromkeys(below, (SECTION + 1, "the sections are in capitals"))


def _returning(units: Sequence[Unit], runs: Sequence[Run], levels: dict[int, Place]) -> dict[int, Place]:
    """See a bare heading as one below when its items are closed by a paragraph about them all.

    The section before it has one paragraph only: its text goes on behind the items.
    """
    found = [
        run.opener
        for run in runs
        if run.closed
        and not all(_heading(units[item]).endswith("?") for item in run.items)
        and not units[run.opener].body
        and levels.get(run.opener - 1, (0,))[0] == SECTION
        and levels[run.opener][0] == SECTION
        and len(units[run.opener - 1].body) == 1
    ]
    return dict.fromkeys(found, (SECTION + 1, "the section before goes on behind its items"))


def _heading(unit: Unit) -> str:
    return unit.heading.text if unit.heading else ""


def _stacked(units: Sequence[Unit], levels: dict[int, Place], items: set[int]) -> dict[int, Place]:
    """See which headings stand one level below: those that again and again follow a heading at once.

    Where sections open by a bare heading and a sub-heading, the other headings up to the
    next bare one are sub-headings, too; the one under which articles end is none.
    """
    bare = [
        place for place in levels if not units[place].body and levels[place][0] == SECTION and place + 1 not in items
    ]
    bare = [place for place in bare if place + 1 in levels]
    found: dict[int, Place] = {}
    for place in bare:
        found[place + 1] = (SECTION + 1, "stands directly below a heading")
    if len(bare) < 2:
        return found
    for place in levels:
        heading = units[place].heading
        if place > bare[0] and place not in bare and place not in items and heading and not is_closer(heading.text):
            found.setdefault(place, (SECTION + 1, "the sections here open with a bare heading"))
    return found


def _placed(unit: Unit, place: Place | None) -> list[Part]:
    if unit.heading is None or place is None:
        return list(unit.body)
    level, why = place
    kind = Kind.HEADING if level else Kind.TERM
    return [replace(unit.heading, kind=kind, level=level, reason=f"{why}; {unit.heading.reason}"), *unit.body]


def find_runs(units: Sequence[Unit], title: str) -> list[Run]:
    """Return the runs of items in `units`, in order, none overlapping another."""
    runs: list[Run] = []
    place = 0
    mixed = not all(is_capitals(unit.heading.text) for unit in units if unit.heading)
    while place < len(units):
        run = _run_below(units, place, title, mixed=mixed)
        if run:
            runs.append(run)
        place = run.items[-1] + 1 if run else place + 1
    return runs


def _run_below(units: Sequence[Unit], opener: int, title: str, *, mixed: bool) -> Run | None:
    reason = _opens(units, opener)
    if not reason:
        return None
    items: list[int] = []
    closed = False
    for place in range(opener + 1, len(units)):
        last = [units[item] for item in items[-_MOST_COMPARED:]]
        if closed or _opens(units, place) not in {"", _PROMISED}:
            break
        if not _is_item(last, units[opener], len(items), units[place], title, mixed=mixed):
            break
        items.append(place)
        closed = len(units[place].body) > 1
    return Run(opener, tuple(items), closed, reason) if len(items) >= 2 else None


_PROMISED = "its heading promises several things"


def _opens(units: Sequence[Unit], place: int) -> str:
    """Return why items may follow unit `place`; nothing when they may not."""
    unit = units[place]
    following = units[place + 1] if place + 1 < len(units) else None
    if unit.heading is None or following is None:
        return ""
    if not unit.body:
        return "a heading follows it at once"
    if unit.body[-1].is_lead_in:
        return "its text ends with a colon"
    named = following.heading is not None and following.heading.named and not unit.heading.named
    promises = _PROMISE.search(unit.heading.text) and len(unit.body) <= 2 and not unit.heading.named
    return _PROMISED if named or promises else ""


def _is_item(units: Sequence[Unit], opener: Unit, count: int, unit: Unit, title: str, *, mixed: bool) -> bool:
    """Whether a unit is more like the items of a row than like the next section.

    Args:
        units: the last items of the row; there are `count` in all.
        opener: what they stand below.
        count: how many items there are.
        unit: what may continue them.
        title: the post's title.
        mixed: whether some headings of the text are in capitals and some are not.
    """
    if unit.heading is None or not unit.paragraphs or len(unit.body) > 2:
        return False
    heads = [item.heading for item in units if item.heading]
    names, name, above = [head.text for head in heads], unit.heading.text, _heading(opener)
    longest = max((len(each.split()) for each in names), default=0)
    lengths, length = [len(item.paragraphs[0].text) for item in units], len(unit.paragraphs[0].text)
    promised, subject = _promised(opener), keywords(title)
    below_in_capitals = mixed and is_capitals(above) and is_capitals(name)
    cased = any(
        min(len(each), len(name)) > _LONGEST_ABBREVIATION and is_capitals(each) != is_capitals(name) for each in names
    )
    signs = (
        (is_closer(name), 3),
        (bool(heads) and unit.heading.block.gap > max(head.block.gap for head in heads), 2),
        (any(head.named != unit.heading.named for head in heads), 3),
        (below_in_capitals or cased, 3),
        (promised is not None and count >= promised, 3),
        (promised is not None and count < promised, -2),
        (keywords(name) & subject and names and not any(keywords(each) & subject for each in names), 2),
        (len(lengths) > 1 and length > 1.5 * max(lengths), 1),
        (names and len(name.split()) >= longest + 2, 1),
        (names and _SECTION_START.match(name) and not any(map(_SECTION_START.match, names)), 1),
        (len(names) > 1 and _SECTION_ASKS.match(name) and not any(map(_SECTION_ASKS.match, names)), 2),
        (any(each.endswith("?") != name.endswith("?") for each in names), 1),
        (len(unit.body) > 1, 1),
        (len(unit.body) > 1 and not _looks_back(unit.body[-1].text, above, title), 1),
        (names and len(name.split()) <= longest and 0.5 * min(lengths) <= length <= 1.5 * max(lengths), -1),
    )
    return sum(points for holds, points in signs if holds) < _FEWEST_OF_SECTION


_FEWEST_OF_SECTION = 2
"""Points: what speaks for a section counts for it, and what speaks for an item against."""


def _promised(opener: Unit) -> int | None:
    said = [_heading(opener), *(part.text for part in opener.body[-1:])]
    for text in said:
        for word in re.findall(r"\b(?:[2-9]|1[0-2]|" + "|".join(_NUMBERS) + r")\b", text.lower()):
            return _NUMBERS.get(word) or int(word)
    return None


def _looks_back(text: str, above: str, title: str) -> bool:
    return bool(_LOOKS_BACK.match(text)) or bool(keywords(above) & keywords(text) - keywords(title))
