"""The crash matrix: a campaign dies at named places and at random; nobody gets two or none."""

import sys
from collections.abc import Iterator

import pytest

from newsletter.campaigns.failpoints import CANCELLING, SENDING
from tests.crashes.harness import BATCH, IN_AIR, PEOPLE, Score, Worker, run, run_at, worker

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the harness forks")


@pytest.fixture(scope="module")
def workers() -> Iterator[Worker]:
    """The process that forks the children, for all places."""
    with worker() as running:
        yield running


@pytest.mark.parametrize("failpoint", SENDING)
def test_each_place_of_sending(workers: Worker, failpoint: str) -> None:
    """Whichever place it dies at, and a reply is lost besides: everybody gets one, and nobody is in doubt."""
    score = run_at(workers, failpoint)
    assert (score.doubled, score.lost, score.unknown, score.not_conserved) == (0, 0, 0, 0), score


@pytest.mark.parametrize("failpoint", CANCELLING)
def test_each_place_of_cancelling(workers: Worker, failpoint: str) -> None:
    """Whichever place its cancelling dies at: everybody gets the mended issue, once."""
    score = run_at(workers, failpoint, cancelling=True)
    assert (score.doubled, score.lost, score.unknown, score.not_conserved) == (0, 0, 0, 0), score


def test_held_sends_are_exact() -> None:
    """Killed and bereft of replies, a held campaign still reaches everybody exactly once."""
    score = Score()
    with worker() as workers:
        for seed in range(30):
            score += run(workers, seed, mode="held")
    assert score.kills > 20
    assert (score.doubled, score.lost, score.unknown, score.not_conserved) == (0, 0, 0, 0), score


@pytest.mark.parametrize("mode", ["held", "now"])
def test_sender_at_fault(mode: str) -> None:
    """Killed while the account is under review or not: only bad addresses are given up, everybody else gets one."""
    score = Score()
    with worker() as workers:
        for seed in range(5):
            score += run(workers, seed, mode=mode, loss_rate=0.0, troubled=True)
    assert score.kills > 2
    assert (score.doubled, score.lost, score.given_up, score.not_conserved) == (0, 0, 0, 0), score
    assert mode == "now" or score.unknown == 0, score


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
