"""Whatever happens to a campaign, in any order: conserved, nobody twice, nobody lost, nobody who left."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.campaigns.machine import CampaignMachine

pytestmark = pytest.mark.heavy

_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def _run(machine: type[CampaignMachine], examples: int, steps: int) -> None:
    chosen = settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=_QUIET)
    run_state_machine_as_test(machine, settings=chosen)


def test_on_sqlite() -> None:
    """A few hundred steps, every time."""
    _run(CampaignMachine, 25, 30)


@pytest.mark.slow
def test_on_sqlite_for_long() -> None:
    """A hundred thousand steps."""
    _run(CampaignMachine, 2700, 50)


def test_on_postgresql(postgres_url: str) -> None:
    """The same on PostgreSQL, with its own locks and clauses."""

    class OnPostgres(CampaignMachine):
        url = postgres_url

    _run(OnPostgres, 8, 30)
