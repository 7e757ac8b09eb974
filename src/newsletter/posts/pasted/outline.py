"""From headings to an outline: which are sections, which stand one level below, which are items."""

from collections.abc import Sequence
from dataclasses import replace

from newsletter.posts.blocks import Kind
from newsletter.posts.pasted.headings import is_closer
from newsletter.posts.pasted.pieces import Piece, is_capitals, keywords
from newsletter.posts.pasted.runs import LONGEST_ITEM, Run, Unit, find_runs

SECTION = 2


def find_outline(pieces: Sequence[Piece], title: str) -> list[Piece]:
    """Return the pieces, each heading with its level, and items' names as terms."""
    units = _split(pieces)
    runs = find_runs(units, title)
    levels = _levels(units, runs, title)
    return [piece for place, unit in enumerate(units) for piece in _placed(unit, levels.get(place))]


def _split(pieces: Sequence[Piece]) -> list[Unit]:
    starts = [number for number, piece in enumerate(pieces) if piece.kind is Kind.HEADING]
    units = [Unit(None, tuple(pieces[: starts[0]] if starts else pieces))]
    for start, end in zip(starts, [*starts[1:], len(pieces)], strict=True):
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
            if levels[item][0] >= SECTION and not _is_marked(units[item]):
                levels[item] = (0 if run_in else below, f"an item: {run.reason}")
    return levels


def _fits_one_line(unit: Unit, *, last: bool) -> bool:
    """Whether an item is its name and one paragraph that is not long."""
    paragraph = unit.body[0]
    return paragraph.is_plain and paragraph.words <= LONGEST_ITEM and (last or len(unit.body) == 1)


def _is_marked(unit: Unit) -> bool:
    return unit.heading is not None and unit.heading.level > 0


def _marked_levels(units: Sequence[Unit]) -> dict[int, Place]:
    """Return the levels of headings that all carry ``#`` signs, moved so that they begin at a section's."""
    marked = {place: unit.heading.level for place, unit in enumerate(units) if unit.heading and unit.heading.level}
    if not marked or len(marked) < sum(unit.heading is not None for unit in units):
        return {}
    top = min(marked.values())
    return {place: (min(level - top + SECTION, 6), "led by #") for place, level in marked.items()}


def _sections(units: Sequence[Unit], runs: Sequence[Run], title: str) -> dict[int, Place]:
    """Return each heading as a section, or one level below where the text says so."""
    capitals = any(unit.heading and is_capitals(unit.heading.text) for unit in units)
    items = {item for run in runs for item in run.items}
    levels: dict[int, Place] = {}
    for place, unit in enumerate(units):
        if unit.heading is None:
            continue
        levels[place] = (SECTION, "a section")
        before = units[place - 1]
        if (
            capitals
            and not is_capitals(unit.heading.text)
            and any(found[0] == SECTION for found in list(levels.values())[:-1])
        ):
            levels[place] = (SECTION + 1, "the sections are in capitals")
        elif not unit.body and place - 1 not in items and levels.get(place - 1, (0,))[0] == SECTION:
            shared = _taken_up(unit.heading.text, before, title)
            if shared:
                levels[place] = (SECTION + 1, f"takes up “{shared}” from the section before")
    return levels | _stacked(units, levels, items)


def _taken_up(heading: str, before: Unit, title: str) -> str:
    """Return the word that `heading` shares with the end of the section before, but not with the title."""
    if before.heading is None or not before.paragraphs or is_closer(heading):
        return ""
    said = keywords(before.heading.text) | keywords(before.paragraphs[-1].text)
    shared = (keywords(heading) & said) - keywords(title)
    return min(shared, default="")


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
