"""The tables of steps are whole, and nothing gets around them."""

import pytest

from newsletter.campaigns.states import (
    BATCH_STEPS,
    CAMPAIGN_STEPS,
    DELIVERY_STEPS,
    BatchState,
    CampaignState,
    DeliveryState,
    IllegalStepError,
    check,
)


def test_every_state_has_its_steps() -> None:
    """No state is forgotten."""
    assert set(DELIVERY_STEPS) == set(DeliveryState)
    assert set(BATCH_STEPS) == set(BatchState)
    assert set(CAMPAIGN_STEPS) == set(CampaignState)


def test_what_may_have_been_sent_is_never_queued_again_by_itself() -> None:
    """`accepted` never becomes `queued`; of what rests, only what was rejected can, on a person's word."""
    back = {state for state, steps in DELIVERY_STEPS.items() if DeliveryState.QUEUED in steps}
    assert back == {DeliveryState.IN_FLIGHT, DeliveryState.UNKNOWN, DeliveryState.REFUSED}


def test_illegal_step_is_stopped() -> None:
    """A step outside the tables is a mistake in the program and ends it."""
    with pytest.raises(IllegalStepError, match="accepted may not become queued"):
        check(DeliveryState.ACCEPTED, DeliveryState.QUEUED)
    check(DeliveryState.QUEUED, DeliveryState.IN_FLIGHT)
