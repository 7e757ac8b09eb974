"""The crash matrix: a campaign dies at named places and at random; nobody gets two or none."""

import sys

import pytest

from tests.crashes.harness import BATCH, IN_AIR, PEOPLE, Score, run, worker

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the harness forks")


def test_held_sends_are_exact() -> None:
    """Killed and bereft of replies, a held campaign still reaches everybody exactly once."""
    score = Score()
    with worker() as workers:
        for seed in range(30):
            score += run(workers, seed, mode="held")
    assert score.kills > 20
    assert (score.doubled, score.lost, score.unknown, score.not_conserved) == (0, 0, 0, 0), score


def test_undone_sends_are_exact() -> None:
    """Killed while sending, while cancelling and while sending anew: everybody gets the mended issue, once."""
    score = Score()
    with worker() as workers:
        for seed in range(20):
            score += run(workers, seed, mode="undone")
    assert score.kills > 30
    assert (score.doubled, score.lost, score.unknown, score.not_conserved) == (0, 0, 0, 0), score


def test_plain_sends_double_nobody_and_lose_nobody_silently() -> None:
    """Sent at once, whoever may have been missed is in doubt, and in no run more than was in the air."""
    score = Score()
    with worker() as workers:
        for seed in range(30):
            one = run(workers, seed, mode="now", loss_rate=0.0)
            assert one.unknown <= one.kills * BATCH * IN_AIR
            score += one
    assert (score.doubled, score.lost, score.not_conserved) == (0, 0, 0), score


def test_plain_sends_with_lost_replies() -> None:
    """Lost replies leave doubts, never doubles."""
    score = Score()
    with worker() as workers:
        for seed in range(10):
            score += run(workers, seed, mode="now")
    assert (score.doubled, score.lost, score.not_conserved) == (0, 0, 0), score
    assert 0 < score.unknown < PEOPLE * score.runs


def test_usual_loop_doubles() -> None:
    """The harness is not blind: the loop that marks after sending does double people in it."""
    score = Score()
    with worker() as workers:
        for seed in range(10):
            score += run(workers, seed, mode="naive")
    assert score.doubled > 0
