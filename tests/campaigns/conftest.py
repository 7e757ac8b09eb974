"""Fixtures for campaigns: a SendGrid of our own, and a way to send."""

from collections.abc import Iterator
from typing import Any, Protocol

import pytest

from newsletter.campaigns import Plan, Tally
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.freezing import start
from newsletter.campaigns.sender import dispatch
from newsletter.storage import Store
from newsletter.transports import Transport
from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking
from tests.campaigns.samples import MESSAGE
from tests.fakes.rules import broken_promises
from tests.fakes.sendgrid import KEY, FakeSendGrid, fake_sendgrid


@pytest.fixture
def sendgrid() -> Iterator[FakeSendGrid]:
    """A SendGrid of our own; afterwards, every body that it saw has kept our promises."""
    with fake_sendgrid() as account:
        yield account
    assert [broken for body in account.bodies for broken in broken_promises(body)] == []


@pytest.fixture
def carrier(sendgrid: FakeSendGrid) -> SendGridTransport:
    """The transport that talks to it."""
    return SendGridTransport(Client(KEY, sendgrid.url), Tracking())


@pytest.fixture
def fresh(sendgrid: FakeSendGrid) -> SendGridTransport:
    """The transport of another process, which has not heard from SendGrid yet."""
    return SendGridTransport(Client(KEY, sendgrid.url), Tracking())


@pytest.fixture
def quick() -> Clock:
    """A clock that tells the real time and never waits."""
    return Clock(sleep=lambda _seconds: None)


class Sending(Protocol):
    """Starts a campaign and sends it; further arguments are the plan's."""

    def __call__(self, transport: Transport, *, in_air: int = 1, **plan: Any) -> Tally: ...


@pytest.fixture
def send(store: Store, quick: Clock) -> Sending:
    """Start a campaign named "december" and send it."""

    def run(transport: Transport, *, in_air: int = 1, **plan: Any) -> Tally:
        campaign = start(store, MESSAGE, slug="december", plan=Plan(transport=transport.name, **plan))
        return dispatch(store, campaign, transport, in_air=in_air, clock=quick)

    return run
