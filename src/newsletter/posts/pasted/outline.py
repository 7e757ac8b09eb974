"""From headings to an outline: which are sections, which stand one level below, which are items."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from newsletter.posts.blocks import Kind
from newsletter.posts.pasted.headings import is_closer
from newsletter.posts.pasted.pieces import Piece, is_capitals, keywords
from newsletter.posts.pasted.runs import LONGEST_ITEM, Run, Unit, find_runs

SECTION = 2
_LONGEST_ABBREVIATION = 6
_POINTS_BACK = re.compile(r"\b(?:it|them|these|this|those)$", re.IGNORECASE)


def find_outline(pieces: Sequence[Piece], title: str) -> list[Piece]:
    """Return the pieces, each heading with its level, and items' names as terms."""
    units = _split(pieces)
    runs = find_runs(units, title)
    levels = _levels(units, runs, title)
    return [piece for place, unit in enumerate(units) for piece in _placed(unit, levels.get(place))]


def _split(pieces: Sequence[Piece]) -> list[Unit]:
    starts = [number for number, piece in enumerate(pieces) if piece.kind is Kind.HEADING]
    units = [Unit(None, tuple(pieces[: starts[0]] if starts else pieces))]
    for start, end in pairwise([*starts, len(pieces)]):
        units.append(Unit(pieces[start], tuple(pieces[start + 1 : end])))
    return units


Place = tuple[int, str]
"""A heading's level and why; level 0 is the name of an item, to be run in."""


def _levels(units: Sequence[Unit], runs: Sequence[Run], title: str) -> dict[int, Place]:
    levels = _marked_levels(units) or _sections(units, runs, title)
    for run in runs:
        below = levels[run.opener][0] + 1
        run_in = all(_fits_one_line(units[item], last=item == run.items[-1]) for item in run.items)
        for item in run.items:
            if levels[item][0] <= levels[run.opener][0] and not _is_marked(units[item]):
                levels[item] = (0 if run_in else below, f"an item: {run.reason}")
    return levels


def _fits_one_line(unit: Unit, *, last: bool) -> bool:
    """Whether an item is its name and one paragraph that is not long."""
    paragraph = unit.body[0]
    return paragraph.is_plain and paragraph.words <= LONGEST_ITEM and (last or len(unit.body) == 1)


def _is_marked(unit: Unit) -> bool:
    return unit.heading is not None and unit.heading.level > 0


def _marked_levels(units: Sequence[Unit]) -> dict[int, Place]:
    """Return the levels of headings that all carry signs or numbers, moved so that they begin at a section's."""
    marked = {place: unit.heading.level for place, unit in enumerate(units) if unit.heading and unit.heading.level}
    if not marked or len(marked) < sum(unit.heading is not None for unit in units):
        return {}
    top = min(marked.values())
    return {place: (min(level - top + SECTION, 6), "its sign tells the level") for place, level in marked.items()}


def _sections(units: Sequence[Unit], runs: Sequence[Run], title: str) -> dict[int, Place]:
    """Return each heading as a section, or one level below where the text says so."""
    items = {item for run in runs for item in run.items}
    places = [place for place, unit in enumerate(units) if unit.heading]
    levels = dict.fromkeys(places, (SECTION, "a section"))
    levels |= _below_capitals(units, places)
    levels |= _bound_to_the_section_before(units, levels, items, title)
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


def _bound_to_the_section_before(
    units: Sequence[Unit], levels: dict[int, Place], items: set[int], title: str
) -> dict[int, Place]:
    """See which bare headings, those that another heading follows at once, belong to the section before.

    Where one takes up that section's words, the other bare headings that stand as it does
    are of its level, too.
    """
    bare = [
        place
        for place in levels
        if not units[place].body
        and levels[place][0] == SECTION
        and place - 1 not in items
        and levels.get(place - 1, (0,))[0] == SECTION
        and units[place - 1].paragraphs
        and not is_closer(_heading(units[place]))
    ]
    taken = {place: shared for place in bare if (shared := _taken_up(_heading(units[place]), units[place - 1], title))}
    found = {place: (SECTION + 1, f"takes up “{shared}” from the section before") for place, shared in taken.items()}
    alike = {place: (SECTION + 1, "stands as other sub-headings here do") for place in bare if taken}
    return alike | found


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


def _taken_up(heading: str, before: Unit, title: str) -> str:
    """Return the word that `heading` shares with the section before, but not with the title."""
    pointing = _POINTS_BACK.search(heading)
    if pointing:
        return pointing[0]
    said = keywords(_heading(before)) | keywords(before.paragraphs[-1].text)
    return min((keywords(heading) & said) - keywords(title), default="")


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


def _placed(unit: Unit, place: Place | None) -> list[Piece]:
    if unit.heading is None or place is None:
        return list(unit.body)
    level, why = place
    kind = Kind.HEADING if level else Kind.TERM
    return [replace(unit.heading, kind=kind, level=level, reason=f"{why}; {unit.heading.reason}"), *unit.body]
