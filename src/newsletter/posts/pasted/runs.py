"""Runs of named items: "Dopamine" and its paragraph, "Oxytocin" and its paragraph.

A run is opened: by a heading that another heading follows at once, by a paragraph that
ends with a colon, or by a heading that promises several things ("5 Ways to …"). From
there it goes on as long as the headings are more like its items than like sections.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsletter.posts.blocks import Kind
from newsletter.posts.pasted.headings import is_closer
from newsletter.posts.pasted.pieces import Piece, is_capitals, keywords

_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_PROMISE = re.compile(
    r"\b(?:ways|tips|steps|signs|types|kinds|forms|benefits|strategies|practices|habits|ideas|tools"
    r"|reasons|techniques"
    r"|symptoms|causes|factors|myths|options|approaches|exercises|questions|methods|elements|pillars|stages|effects"
    r"|triggers)\b",
    re.IGNORECASE,
)
_LOOKS_BACK = re.compile(
    r"(?:by \w+ing|when (?:these|all|they)|these|those|together|taken together|all of|each of|any of"
    r"|none of|with these"
    r"|combined|whatever|whichever|over time|in combination|through these|such|along with|no single"
    r"|in short|overall)\b",
    re.IGNORECASE,
)
_SECTION_ASKS = re.compile(r"(?:how|why|what|when|where|who)\b", re.IGNORECASE)
_SECTION_START = re.compile(r"(?:the|how|why|what|when|where|who|your|our|understanding|a|an)\b", re.IGNORECASE)
_MOST_COMPARED = 12
LONGEST_ITEM = 90
"""Words in an item's paragraph, above which its name is rather a heading."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A heading (none before the first) and what stands below it until the next."""

    heading: Piece | None
    body: tuple[Piece, ...]

    @property
    def paragraphs(self) -> list[Piece]:
        """The running text below the heading; what somebody says is some, too."""
        return [piece for piece in self.body if piece.kind in {Kind.PARAGRAPH, Kind.QUOTE}]


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
        if (
            closed
            or (_opens(units, place) and _opens(units, place) != _PROMISED)
            or not _is_item(
                _Candidate(
                    units[opener],
                    [units[item] for item in items[-_MOST_COMPARED:]],
                    len(items),
                    units[place],
                    title,
                    mixed,
                )
            )
        ):
            break
        items.append(place)
        closed = _closes(units[place])
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


def _is_item(seen: "_Candidate") -> bool:
    """Whether a unit is more like the run's items than like the next section."""
    if seen.unit.heading is None or not seen.unit.paragraphs or len(seen.unit.body) > 2:
        return False
    return sum(points for look, points in _SECTION_SIGNS if look(seen)) < 2


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A unit that may go on with a run."""

    opener: Unit
    items: list[Unit]  # the last of them
    count: int  # of all of them
    unit: Unit
    title: str
    mixed: bool  # whether some headings of the text are in capitals and some are not

    @property
    def name(self) -> str:
        return self.unit.heading.text if self.unit.heading else ""

    @property
    def names(self) -> list[str]:
        return [item.heading.text for item in self.items if item.heading]

    def below(self, unit: Unit) -> int:
        return len(unit.paragraphs[0].text)


def _says_goodbye(seen: _Candidate) -> bool:
    return is_closer(seen.name)


def _stands_apart(seen: _Candidate) -> bool:
    gaps = [item.heading.line.gap for item in seen.items if item.heading]
    return bool(gaps) and seen.unit.heading is not None and seen.unit.heading.line.gap > max(gaps)


def _is_marked_differently(seen: _Candidate) -> bool:
    heading = seen.unit.heading
    return any(item.heading and heading and item.heading.named != heading.named for item in seen.items)


def _is_set_differently(seen: _Candidate) -> bool:
    """Whether one is in capitals and the other is not; a short word may be an abbreviation."""
    opener = seen.opener.heading
    if seen.mixed and opener is not None and is_capitals(opener.text) and is_capitals(seen.name):
        return True
    return len(seen.name) > 6 and any(
        len(name) > 6 and is_capitals(name) != is_capitals(seen.name) for name in seen.names
    )


def _is_more_than_promised(seen: _Candidate) -> bool:
    promised = _promised(seen.opener)
    return promised is not None and seen.count >= promised


def _is_fewer_than_promised(seen: _Candidate) -> bool:
    promised = _promised(seen.opener)
    return promised is not None and seen.count < promised


def _promised(opener: Unit) -> int | None:
    said = [opener.heading.text if opener.heading else "", *(piece.text for piece in opener.body[-1:])]
    for text in said:
        for word in re.findall(r"\b(?:[2-9]|1[0-2]|" + "|".join(_NUMBERS) + r")\b", text.lower()):
            return _NUMBERS.get(word) or int(word)
    return None


def _takes_up_the_title(seen: _Candidate) -> bool:
    subject = keywords(seen.title)
    return (
        bool(seen.names)
        and bool(keywords(seen.name) & subject)
        and not any(keywords(name) & subject for name in seen.names)
    )


def _is_much_longer(seen: _Candidate) -> bool:
    lengths = [seen.below(item) for item in seen.items]
    return len(lengths) >= 2 and seen.below(seen.unit) > 1.5 * max(lengths)


def _has_a_longer_name(seen: _Candidate) -> bool:
    return bool(seen.names) and len(seen.name.split()) >= max(len(name.split()) for name in seen.names) + 2


def _begins_like_a_section(seen: _Candidate) -> bool:
    alike = any(_SECTION_START.match(name) for name in seen.names)
    return bool(seen.names) and not alike and bool(_SECTION_START.match(seen.name))


def _begins_as_a_question(seen: _Candidate) -> bool:
    alike = any(_SECTION_ASKS.match(name) for name in seen.names)
    return len(seen.names) > 1 and not alike and bool(_SECTION_ASKS.match(seen.name))


def _asks(seen: _Candidate) -> bool:
    asks = seen.name.endswith("?")
    return any(name.endswith("?") != asks for name in seen.names)


def _has_two_paragraphs(seen: _Candidate) -> bool:
    return len(seen.unit.body) > 1


def _goes_on_without_looking_back(seen: _Candidate) -> bool:
    return len(seen.unit.body) > 1 and not _looks_back(seen.unit.body[-1].text, seen)


def _looks_back(text: str, seen: _Candidate) -> bool:
    opener = seen.opener.heading.text if seen.opener.heading else ""
    again = keywords(opener) & keywords(text) - keywords(seen.title)
    return bool(_LOOKS_BACK.match(text)) or bool(again)


def _has_their_shape(seen: _Candidate) -> bool:
    if not seen.names:
        return False
    longest = max(len(name.split()) for name in seen.names)
    usual = [seen.below(item) for item in seen.items]
    return len(seen.name.split()) <= longest and 0.5 * min(usual) <= seen.below(seen.unit) <= 1.5 * max(usual)


_SECTION_SIGNS: tuple[tuple[Callable[[_Candidate], bool], int], ...] = (
    (_says_goodbye, 3),
    (_stands_apart, 2),
    (_is_marked_differently, 3),
    (_is_set_differently, 3),
    (_is_more_than_promised, 3),
    (_is_fewer_than_promised, -2),
    (_takes_up_the_title, 2),
    (_is_much_longer, 1),
    (_has_a_longer_name, 1),
    (_begins_like_a_section, 1),
    (_begins_as_a_question, 2),
    (_asks, 1),
    (_has_two_paragraphs, 1),
    (_goes_on_without_looking_back, 1),
    (_has_their_shape, -1),
)
"""What speaks for a section (or, with a minus, for an item), and how much."""


def _closes(unit: Unit) -> bool:
    return len(unit.body) > 1
