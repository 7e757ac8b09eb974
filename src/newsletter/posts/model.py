"""The weights of signs, and how they become decisions: the most likely row of roles for a row of blocks.

`weights.json` says how much each sign speaks for each role, and how likely one role follows
another. It was fitted to the labelled posts of the tests by `benchmarks/fit.py`. A decision
is made for all blocks at once (a linear-chain model), so that a row of lines is decided alike.
"""

import json
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

TITLE, FACT, DROP, HEADING, PARAGRAPH, ITEM, LINE, QUOTE = (
    "title", "fact", "drop", "heading", "para", "item", "line", "quote",
)  # fmt: skip
ROLES = (TITLE, FACT, DROP, HEADING, PARAGRAPH, ITEM, LINE, QUOTE)
_NEVER = -1e9
_WORDS = {
    "title case": "capitals as in a title", "capitals": "in capitals", "end:none": "no end mark",
    "end:.": "ends as a sentence", "asks": "a question", "shape:prose": "running text", "prose": "running text",
    "+1:prose": "running text follows", "-1:prose": "running text above", "gap:more": "more space above than usual",
    "zone:anywhere": "no author writes so", "shape:told": "tells who wrote it or when", "dated": "tells a day",
    "shape:entry": "an entry of a list", "entry in body": "an entry of a list", "quote in body": "a quotation",
    "behind the end": "stands behind the text", "said again": "is said again",
    "many questions": "one of several questions",
    "not taken up": "the text below does not speak of it", "only told": "tells nothing else", "tag:p": "a paragraph",
    "shape:h": "a heading on the page", "airy": "blank lines between", "named again": "the name comes again",
}  # fmt: skip
"""Signs in the words of those who ask why; all others are told as they are."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a block most likely is.

    Attributes:
        sure: how likely it is, from 0 to 1.
        likely: how likely each role is.
        signs: what speaks most for the role, and by how much against the next best.
    """

    role: str
    sure: float
    likely: dict[str, float]
    signs: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """How sure it is, and what spoke most for it."""
        said = (_WORDS.get(sign, sign) for sign in self.signs)
        return f"{self.sure:.0%} sure: {', '.join(said)}" if self.signs else f"{self.sure:.0%} sure"


@dataclass(frozen=True, slots=True)
class _Weights:
    signs: dict[str, tuple[float, ...]]
    moves: tuple[tuple[float, ...], ...]


@cache
def _weights() -> _Weights:
    data = json.loads(files("newsletter.posts").joinpath("weights.json").read_text("utf-8"))
    zero = dict.fromkeys(ROLES, 0.0)
    signs = {sign: tuple((zero | weights).values()) for sign, weights in data["signs"].items()}
    return _Weights(signs, tuple(tuple(data["moves"].get(f"{a} {b}", 0.0) for b in ROLES) for a in ROLES))


def choose(
    rows: Sequence[Collection[str]],
    allowed: Sequence[Collection[str]],
    possible: Sequence[Collection[str]],
    *,
    titled: bool,
) -> list[Choice]:
    """Return the most likely role of each block.

    Where a rule allows what the signs speak against, it is not sure: what is likely is then asked again without rules.

    Args:
        rows: the signs of each block.
        allowed: the roles that each block may have.
        possible: those that it could have if no rule spoke against any.
        titled: whether the title is known; else one block is it, when any may be.
    """
    if not rows:
        return []
    weights = _weights()
    sums = [_sums(signs, weights) for signs in rows]
    scores = _within(sums, allowed)
    one_title = not titled and any(TITLE in roles for roles in allowed)
    path = _best(scores, weights.moves, one_title=one_title)
    likely = _likely(scores, weights.moves, one_title=one_title)
    free = _likely(_within(sums, possible), weights.moves, one_title=one_title)
    return [
        Choice(
            ROLES[role],
            min(_sure(role, each), _sure(role, anyway)),
            dict(zip(ROLES, each, strict=True)),
            _telling(signs, weights, role, each),
        )
        for role, each, anyway, signs in zip(path, likely, free, rows, strict=True)
    ]


def _sums(signs: Collection[str], weights: _Weights) -> list[float]:
    known = [each for sign in dict.fromkeys(signs) if (each := weights.signs.get(sign))]
    return [sum(column) for column in zip(*known, strict=True)] if known else [0.0] * len(ROLES)


def _within(sums: Sequence[Sequence[float]], roles: Sequence[Collection[str]]) -> list[list[float]]:
    return [
        [total if role in some else _NEVER for role, total in zip(ROLES, row, strict=True)]
        for row, some in zip(sums, roles, strict=True)
    ]


def _sure(role: int, likely: Sequence[float]) -> float:
    """Return how likely a role is; whether a line is boilerplate or tells a fact is the same: it is left out."""
    return sum(likely[place] for place in (_LEFT_OUT if role in _LEFT_OUT else (role,)))


_LEFT_OUT = (ROLES.index(FACT), ROLES.index(DROP))


def _telling(signs: Collection[str], weights: _Weights, role: int, likely: Sequence[float]) -> tuple[str, ...]:
    other = max((place for place in range(len(ROLES)) if place != role), key=lambda place: likely[place])
    told = [
        (each[role] - each[other], sign)
        for sign in dict.fromkeys(signs)
        if (each := weights.signs.get(sign)) is not None
    ]
    return tuple(sign for weight, sign in sorted(told, reverse=True)[:3] if weight > 0)


def _states(*, one_title: bool) -> list[tuple[int, int]]:
    """Return all pairs of a role and whether the title has been met."""
    count = len(ROLES)
    return [(role, met) for met in ((0, 1) if one_title else (0,)) for role in range(count) if role or met]


def _steps(states: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return from which states each state can be reached; a title only from where none has been met."""
    return [
        [place for place, (_, before) in enumerate(states) if (before == 0 if role == 0 else before == met)]
        for role, met in states
    ]


def _best(scores: list[list[float]], moves: tuple[tuple[float, ...], ...], *, one_title: bool) -> list[int]:
    states = _states(one_title=one_title)
    steps = _steps(states)
    totals = [scores[0][role] if met == (role == 0) else _NEVER for role, met in states]
    back: list[list[int]] = []
    for row in scores[1:]:
        chosen, new = [], []
        for place, (role, _) in enumerate(states):
            best = max(steps[place], key=lambda at: totals[at] + moves[states[at][0]][role])
            chosen.append(best)
            new.append(totals[best] + moves[states[best][0]][role] + row[role])
        back.append(chosen)
        totals = new
    ends = [place for place, (_, met) in enumerate(states) if met or not one_title]
    at = max(ends, key=lambda place: totals[place])
    path = [at]
    for chosen in reversed(back):
        path.append(chosen[path[-1]])
    return [states[place][0] for place in reversed(path)]


def _likely(scores: list[list[float]], moves: tuple[tuple[float, ...], ...], *, one_title: bool) -> list[list[float]]:
    """Return how likely each role of each block is, whatever the others are."""
    states = _states(one_title=one_title)
    steps = _steps(states)
    rows = [[math.exp(max(score - max(row), -600.0)) if score > _NEVER / 2 else 0.0 for score in row] for row in scores]
    pull = [[math.exp(move) for move in row] for row in moves]
    into = [[(at, pull[states[at][0]][role]) for at in steps[place]] for place, (role, _) in enumerate(states)]
    forward = [_scaled([rows[0][role] if met == (role == 0) else 0.0 for role, met in states])]
    for row in rows[1:]:
        last = forward[-1]
        forward.append(
            _scaled(
                [row[role] * sum(last[at] * by for at, by in into[place]) for place, (role, _) in enumerate(states)]
            )
        )
    out: list[list[tuple[int, float]]] = [[] for _ in states]
    for place, ways in enumerate(into):
        for at, by in ways:
            out[at].append((place, by))
    backward = [_scaled([1.0 if met or not one_title else 0.0 for _, met in states])]
    for row in reversed(rows[1:]):
        held = [value * row[states[place][0]] for place, value in enumerate(backward[-1])]
        backward.append(_scaled([sum(held[to] * by for to, by in out[place]) for place in range(len(states))]))
    found = []
    for ahead, behind in zip(forward, reversed(backward), strict=True):
        both = [0.0] * len(ROLES)
        for place, (role, _) in enumerate(states):
            both[role] += ahead[place] * behind[place]
        found.append(_scaled(both))
    return found


def _scaled(values: list[float]) -> list[float]:
    total = sum(values)
    return [value / total for value in values] if total else values
