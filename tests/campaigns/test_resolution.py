"""Doubts outlive the campaign that raised them, and whoever was not reached is reached in the end."""

from collections import Counter

import pytest

from newsletter.campaigns import CampaignState, DeliveryState, Plan, known_campaign
from newsletter.campaigns.cancellation import cancel
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.freezing import start
from newsletter.campaigns.resolution import count_unresolved, needing_a_person, resolve
from newsletter.campaigns.sender import dispatch
from newsletter.errors import CampaignError
from newsletter.storage import Store
from newsletter.subscribers.forgetting import forget_subscriber
from newsletter.transports import Unknown
from newsletter.transports.sendgrid import SendGridTransport
from tests.campaigns.samples import MESSAGE, add_people, states
from tests.campaigns.test_dispatch import Scripted
from tests.fakes.sendgrid import FakeSendGrid, Fault

PLAN = Plan(transport="smtp", batch_size=2)
QUICK = Clock(sleep=lambda _seconds: None)


def _cancelled_in_doubt(store: Store, transport: Scripted) -> list[str]:
    """Six people; of the first two nobody knows, and the rest was called off."""
    addresses = add_people(store, 6)
    transport.script = [Unknown("lost")]
    campaign = start(store, MESSAGE, slug="december", plan=PLAN)

    def stop(_count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dispatch(store, campaign, transport, progress=stop, clock=QUICK)
    cancel(store, campaign, transport, QUICK)
    return addresses


@pytest.mark.parametrize("sent_again_first", [True, False])
def test_not_sent_and_cancelled(store: Store, sent_again_first: bool) -> None:  # noqa: FBT001
    """Whoever was in doubt when an issue was cancelled gets it, before or after it is sent again."""
    transport = Scripted()
    addresses = _cancelled_in_doubt(store, transport)
    transport.taken.clear()
    if sent_again_first:
        again = start(store, MESSAGE, slug="december", plan=PLAN)
        dispatch(store, again, transport, clock=QUICK)
        assert known_campaign(store, "december").state is CampaignState.FINISHED
        assert count_unresolved(store, known_campaign(store, "december")) == 2
        with store.read() as connection:
            named = {each.email for each in needing_a_person(connection, known_campaign(store, "december"))}
        assert named == set(addresses[:2])
    assert resolve(store, known_campaign(store, "december"), sent=False) == 2
    if not sent_again_first:
        start(store, MESSAGE, slug="december", plan=PLAN)
    dispatch(store, known_campaign(store, "december"), transport, clock=QUICK)
    campaign = known_campaign(store, "december")
    assert (campaign.state, campaign.frozen) == (CampaignState.FINISHED, 6)
    assert Counter(transport.taken) == Counter(addresses)


def test_not_sent_while_the_campaign_that_followed_is_being_sent(store: Store) -> None:
    """Whoever is added in the middle is sent to with the rest."""
    transport = Scripted()
    addresses = _cancelled_in_doubt(store, transport)
    transport.taken.clear()
    settled: list[int] = []

    def settle(_count: int) -> None:
        if not settled:
            settled.append(resolve(store, known_campaign(store, "december"), sent=False))

    dispatch(store, start(store, MESSAGE, slug="december", plan=PLAN), transport, progress=settle, clock=QUICK)
    assert settled == [2]
    campaign = known_campaign(store, "december")
    assert (campaign.state, campaign.frozen) == (CampaignState.FINISHED, 6)
    assert Counter(transport.taken) == Counter(addresses)


def test_sent_and_cancelled(store: Store) -> None:
    """Whoever turns out to have got it before the cancelling is left in peace."""
    transport = Scripted()
    addresses = _cancelled_in_doubt(store, transport)
    transport.taken.clear()
    dispatch(store, start(store, MESSAGE, slug="december", plan=PLAN), transport, clock=QUICK)
    assert resolve(store, known_campaign(store, "december"), sent=True) == 2
    dispatch(store, known_campaign(store, "december"), transport, clock=QUICK)
    assert set(transport.taken) == set(addresses[2:])
    assert count_unresolved(store, known_campaign(store, "december")) == 0


def test_whoever_was_erased_meanwhile_is_not_added(store: Store) -> None:
    """A doubt about somebody who is forgotten adds nobody to anything."""
    transport = Scripted()
    addresses = _cancelled_in_doubt(store, transport)
    dispatch(store, start(store, MESSAGE, slug="december", plan=PLAN), transport, clock=QUICK)
    with store.write() as connection:
        forget_subscriber(connection, store.key, addresses[0])
    resolve(store, known_campaign(store, "december"), sent=False)
    transport.taken.clear()
    dispatch(store, known_campaign(store, "december"), transport, clock=QUICK)
    assert transport.taken == [addresses[1]]


def test_nobody_can_know_of_a_held_message(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, fresh: SendGridTransport
) -> None:
    """While SendGrid may still let a copy go, no word of a person queues another one."""
    addresses = add_people(store, 5)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid", hold_seconds=1200))
    sendgrid.cancel_limit = 0
    sendgrid.faults.append(Fault("drop-reply", accept=True))
    dispatch(store, campaign, carrier, clock=QUICK)
    with pytest.raises(CampaignError, match="may still hold") as caught:
        resolve(store, campaign, sent=False, provider_time=carrier.holds.provider_time)
    assert caught.value.command == "newsletter cancel december"
    sendgrid.offset += 3600
    assert resolve(store, campaign, sent=True, provider_time=fresh.holds.provider_time) == 5
    assert Counter({address: len(mails) for address, mails in sendgrid.received().items()}) == Counter(addresses)


def test_resume_calls_an_unknown_batch_back(store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport) -> None:
    """What could not be called back at first is, while there is time; then its people get a new copy."""
    addresses = add_people(store, 5)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid", hold_seconds=1200))
    sendgrid.cancel_limit = 0
    sendgrid.faults.append(Fault("drop-reply", accept=True))
    dispatch(store, campaign, carrier, clock=QUICK)
    assert set(states(store, campaign).values()) == {DeliveryState.UNKNOWN}
    sendgrid.cancel_limit = 10
    dispatch(store, campaign, carrier, clock=QUICK)
    assert set(states(store, campaign).values()) == {DeliveryState.ACCEPTED}
    assert Counter({address: len(mails) for address, mails in sendgrid.received().items()}) == Counter(addresses)
