"""Whatever happens to a campaign, in any order: conserved, nobody twice, nobody lost, nobody who left."""

import pytest
from hypothesis import HealthCheck, settings

from tests.campaigns.machine import CampaignMachine

_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

TestMachine = CampaignMachine.TestCase
TestMachine.settings = settings(max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=_QUIET)


@pytest.mark.slow
class TestLong(CampaignMachine.TestCase):  # type: ignore[misc, name-defined] # hypothesis makes it
    """A hundred thousand steps."""

    settings = settings(max_examples=2000, stateful_step_count=50, deadline=None, suppress_health_check=_QUIET)
