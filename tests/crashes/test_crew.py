"""Workers share campaigns on PostgreSQL while they are killed and halted: nobody gets two or none."""

import sys

import pytest

from tests.crashes.crew import run_crew
from tests.crashes.harness import Score
from tests.postgres import new_database

pytestmark = [pytest.mark.heavy, pytest.mark.skipif(sys.platform == "win32", reason="the harness forks")]


def _runs(postgres_server: str, seeds: range, mode: str) -> Score:
    score = Score()
    for seed in seeds:
        score += run_crew(new_database(postgres_server), seed, mode=mode)
    assert (score.doubled, score.lost, score.given_up, score.not_conserved) == (0, 0, 0, 0), score
    return score


@pytest.mark.parametrize("seeds", [range(2), pytest.param(range(2, 30), marks=pytest.mark.slow)])
def test_held_sends_are_exact(postgres_server: str, seeds: range) -> None:
    """The others settle what a dead worker left, and one that only slept finds out: everybody gets one."""
    assert _runs(postgres_server, seeds, "held").unknown == 0


@pytest.mark.parametrize("seeds", [range(1), pytest.param(range(1, 15), marks=pytest.mark.slow)])
def test_plain_sends_double_nobody(postgres_server: str, seeds: range) -> None:
    """Sent at once, whoever may have been missed is in doubt."""
    _runs(postgres_server, seeds, "now")
