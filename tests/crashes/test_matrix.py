"""The crash matrix: a campaign dies at named places and at random; nobody gets two or none."""

import sys
from collections.abc import Iterator, Sequence
from itertools import cycle, product
from typing import Any

import pytest

from newsletter.campaigns.failpoints import CANCELLING, SENDING
from tests.crashes.harness import BATCH, CLOCKS, IN_AIR, PEOPLE, Score, Worker, run, run_at, worker

pytestmark = [pytest.mark.heavy, pytest.mark.skipif(sys.platform == "win32", reason="the harness forks")]


@pytest.fixture(scope="module")
def workers() -> Iterator[Worker]:
    """The process that forks the children, for all places."""
    with worker() as running:
        yield running


def _places(names: Sequence[str]) -> list[Any]:
    """Each place with one of the clocks, and with all others when there is time."""
    quick = set(zip(names, cycle(CLOCKS), strict=False))
    return [pytest.param(*each, marks=[] if each in quick else pytest.mark.slow) for each in product(names, CLOCKS)]


def _clock(seed: int) -> str:
    return CLOCKS[seed % len(CLOCKS)]


@pytest.mark.parametrize(("failpoint", "clock"), _places(SENDING))
def test_each_place_of_sending(workers: Worker, failpoint: str, clock: str) -> None:
    """Whichever place it dies at, and a reply is lost besides: everybody gets one, and nobody is in doubt."""
    score = run_at(workers, failpoint, clock=clock)
    assert (score.doubled, score.lost, score.unknown, score.not_conserved) == (0, 0, 0, 0), score


@pytest.mark.parametrize(("failpoint", "clock"), _places(CANCELLING))
def test_each_place_of_cancelling(workers: Worker, failpoint: str, clock: str) -> None:
    """Whichever place its cancelling dies at: everybody gets the mended issue, once."""
    score = run_at(workers, failpoint, clock=clock, cancelling=True)
    assert (score.doubled, score.lost, score.unknown, score.not_conserved) == (0, 0, 0, 0), score


def _seeds(few: int, many: int) -> pytest.MarkDecorator:
    """Run with few seeds, and with many when there is time."""
    return pytest.mark.parametrize("seeds", [few, pytest.param(many, marks=pytest.mark.slow)])


@_seeds(6, 60)
def test_held_sends_are_exact(workers: Worker, seeds: int) -> None:
    """Killed and bereft of replies, a held campaign still reaches everybody exactly once."""
    score = Score()
    for seed in range(seeds):
        score += run(workers, seed, mode="held", clock=_clock(seed))
    assert score.kills >= seeds // 3  # those at named places; whether the others find it still at work is chance
    assert (score.doubled, score.lost, score.unknown, score.not_conserved) == (0, 0, 0, 0), score


@pytest.mark.parametrize("mode", ["held", "now"])
@_seeds(5, 25)
def test_sender_at_fault(workers: Worker, mode: str, seeds: int) -> None:
    """Killed while the account is under review or not: only bad addresses are given up, everybody else gets one."""
    score = Score()
    for seed in range(seeds):
        score += run(workers, seed, mode=mode, clock=_clock(seed), loss_rate=0.0, troubled=True)
    assert score.kills >= seeds // 5
    assert (score.doubled, score.lost, score.given_up, score.not_conserved) == (0, 0, 0, 0), score
    assert mode == "now" or score.unknown == 0, score


@_seeds(6, 40)
def test_undone_sends_are_exact(workers: Worker, seeds: int) -> None:
    """Killed while sending, while cancelling and while sending anew: everybody gets the mended issue, once."""
    score = Score()
    for seed in range(seeds):
        score += run(workers, seed, mode="undone", clock=_clock(seed))
    assert score.kills >= seeds
    assert (score.doubled, score.lost, score.unknown, score.not_conserved) == (0, 0, 0, 0), score


@_seeds(6, 60)
def test_plain_sends_double_nobody_and_lose_nobody_silently(workers: Worker, seeds: int) -> None:
    """Sent at once, whoever may have been missed is in doubt, and in no run more than was in the air."""
    score = Score()
    for seed in range(seeds):
        one = run(workers, seed, mode="now", clock=_clock(seed), loss_rate=0.0)
        assert one.unknown <= one.kills * BATCH * IN_AIR
        score += one
    assert (score.doubled, score.lost, score.not_conserved) == (0, 0, 0), score


@_seeds(10, 50)
def test_plain_sends_with_lost_replies(workers: Worker, seeds: int) -> None:
    """Lost replies leave doubts, never doubles."""
    score = Score()
    for seed in range(seeds):
        score += run(workers, seed, mode="now", clock=_clock(seed))
    assert (score.doubled, score.lost, score.not_conserved) == (0, 0, 0), score
    assert 0 < score.unknown < PEOPLE * score.runs


def test_usual_loop_doubles(workers: Worker) -> None:
    """The harness is not blind: the loop that marks after sending does double people in it."""
    score = Score()
    for seed in range(10):
        score += run(workers, seed, mode="naive", clock="right")
    assert score.doubled > 0
