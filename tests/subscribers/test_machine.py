"""Whatever is done to the list, in any order: nobody who left is mailed, nobody who agreed is missed."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.postgres import new_database
from tests.subscribers.machine import PeopleMachine

pytestmark = pytest.mark.heavy


def run(examples: int) -> None:
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(max_examples=examples, stateful_step_count=50, suppress_health_check=quiet, database=None)
    run_state_machine_as_test(PeopleMachine, settings=chosen)


def test_on_sqlite() -> None:
    """Fifty steps, ten times over."""
    run(10)


def test_on_postgresql(postgres_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same on PostgreSQL."""
    monkeypatch.setattr(PeopleMachine, "urls", [new_database(postgres_server) for _ in range(12)])
    run(4)


@pytest.mark.slow
def test_on_sqlite_for_long() -> None:
    """Fifty thousand steps."""
    run(1_000)
