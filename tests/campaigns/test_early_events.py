"""What is told of a copy that never left SendGrid proves nothing of the copy that took its place."""

import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.campaigns import DeliveryState, Plan, known_campaign
from newsletter.campaigns.cancellation import cancel
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.events import apply_events
from newsletter.campaigns.freezing import start
from newsletter.campaigns.sender import dispatch
from newsletter.storage import Store, open_store
from newsletter.transports.events import Event, Kind
from newsletter.transports.sendgrid import SendGridTransport
from newsletter.transports.sendgrid.events import read_events
from newsletter.workspace import Workspace
from tests.campaigns.samples import MESSAGE, add_people, states
from tests.fakes.sendgrid import FakeSendGrid, Fault
from tests.fakes.sendgrid.account import Mail

HELD = Plan(transport="sendgrid", hold_seconds=1200)
EARLY = [Kind.PROCESSED, Kind.DEFERRED, Kind.DROPPED]
QUICK = Clock(sleep=lambda _seconds: None)


def _event(kind: Kind, mail: Mail, ahead: timedelta = timedelta(0)) -> Event:
    args = mail.custom_args
    moment = datetime.now(tz=UTC) + ahead
    return Event(kind, args["newsletter_delivery"], mail.address, moment, batch=args["newsletter_batch"])


@pytest.mark.parametrize("kind", EARLY)
def test_of_a_batch_that_was_called_back(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, kind: Kind
) -> None:
    """A lost reply was undone; whatever is told of the first copy, the second one is sent."""
    addresses = add_people(store, 5)
    campaign = start(store, MESSAGE, slug="december", plan=HELD)
    sendgrid.faults.append(Fault("drop-reply", accept=True))

    def tell(_seconds: float) -> None:  # while the sender rests after the failure
        apply_events(store, [_event(kind, mail, timedelta(hours=1)) for mail in sendgrid.mails[:5]])

    dispatch(store, campaign, carrier, clock=Clock(sleep=tell))
    assert len(sendgrid.mails) == 10
    assert Counter({address: len(mails) for address, mails in sendgrid.received().items()}) == Counter(addresses)


@pytest.mark.parametrize("kind", EARLY)
def test_of_a_batch_that_may_have_been_called_back(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, kind: Kind
) -> None:
    """Nobody knows whether it was stopped in time, so only what reached an inbox tells."""
    add_people(store, 5)
    campaign = start(store, MESSAGE, slug="december", plan=HELD)
    sendgrid.cancel_limit = 0
    sendgrid.faults.append(Fault("drop-reply", accept=True))
    dispatch(store, campaign, carrier, clock=QUICK)
    apply_events(store, [_event(kind, mail, timedelta(hours=1)) for mail in sendgrid.mails])
    assert set(states(store, campaign).values()) == {DeliveryState.UNKNOWN}
    apply_events(store, [_event(Kind.DELIVERED, mail, timedelta(hours=1)) for mail in sendgrid.mails])
    assert set(states(store, campaign).values()) == {DeliveryState.ACCEPTED}


@pytest.mark.parametrize("kind", EARLY)
def test_of_a_cancelled_campaign(store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, kind: Kind) -> None:
    """Staff cancel and mend; whoever is spoken of meanwhile still gets the mended issue."""
    addresses = add_people(store, 5)
    dispatch(store, start(store, MESSAGE, slug="december", plan=HELD), carrier, clock=QUICK)
    cancel(store, known_campaign(store, "december"), carrier)
    apply_events(store, [_event(kind, mail, timedelta(hours=1)) for mail in sendgrid.mails])
    assert set(states(store, known_campaign(store, "december")).values()) == {DeliveryState.CANCELLED}
    dispatch(store, start(store, MESSAGE, slug="december", plan=HELD), carrier, clock=QUICK)
    assert Counter({address: len(mails) for address, mails in sendgrid.received().items()}) == Counter(addresses)


def test_before_its_time(store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport) -> None:
    """That SendGrid has a held message does not keep it from being called back afterwards."""
    add_people(store, 5)
    dispatch(store, start(store, MESSAGE, slug="december", plan=HELD), carrier, clock=QUICK)
    apply_events(store, [_event(Kind.PROCESSED, mail) for mail in sendgrid.mails])
    assert cancel(store, known_campaign(store, "december"), carrier).stopped == 5


def test_that_names_no_batch(store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport) -> None:
    """Of which copy it tells nobody can say, so nobody is taken for reached by it."""
    add_people(store, 5)
    dispatch(store, start(store, MESSAGE, slug="december", plan=HELD), carrier, clock=QUICK)
    cancel(store, known_campaign(store, "december"), carrier)
    apply_events(store, [replace(_event(Kind.PROCESSED, mail), batch="") for mail in sendgrid.mails])
    assert set(states(store, known_campaign(store, "december")).values()) == {DeliveryState.CANCELLED}


@pytest.mark.parametrize("kind", [Kind.DELIVERED, Kind.BOUNCED, Kind.COMPLAINED, Kind.OPENED])
def test_of_a_copy_that_arrived_all_the_same(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, kind: Kind
) -> None:
    """Should a cancelled copy go out nonetheless, whoever got it gets no second one."""
    add_people(store, 5)
    dispatch(store, start(store, MESSAGE, slug="december", plan=HELD), carrier, clock=QUICK)
    cancel(store, known_campaign(store, "december"), carrier)
    apply_events(store, [_event(kind, sendgrid.mails[0], timedelta(hours=1))])
    found = states(store, known_campaign(store, "december"))
    assert found[sendgrid.mails[0].address] is DeliveryState.ACCEPTED
    assert start(store, MESSAGE, slug="december", plan=HELD).frozen == 4


def test_batch_is_read_from_what_sendgrid_posts() -> None:
    """Both names come back as they were sent along; nonsense is no name."""
    posted = {"event": "processed", "timestamp": 1_800_000_000, "email": "ana@example.org"}
    names = {"newsletter_delivery": "d" * 32, "newsletter_batch": "b" * 16}
    (event,) = read_events([posted | names])
    assert (event.ref, event.batch) == ("d" * 32, "b" * 16)
    assert list(read_events([posted | names | {"newsletter_batch": ["b"]}])) == []


@pytest.mark.parametrize("kind", EARLY)
def test_of_a_batch_that_a_restored_database_forgot(
    workspace: Workspace, sendgrid: FakeSendGrid, carrier: SendGridTransport, kind: Kind
) -> None:
    """A backup knows neither the batch nor that it was called back: what is told of it settles nothing."""
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 5)
        campaign = start(store, MESSAGE, slug="december", plan=HELD)
    backup = shutil.copy(workspace.root / "newsletter.db", workspace.root / "backup.db")
    with open_store(workspace.database_url, workspace.key_file) as store:
        dispatch(store, campaign, carrier, clock=QUICK)
        cancel(store, campaign, carrier)
    shutil.copy(backup, workspace.root / "newsletter.db")
    with open_store(workspace.database_url, workspace.key_file) as store:
        apply_events(store, [_event(kind, mail, timedelta(hours=1)) for mail in sendgrid.mails])
        assert DeliveryState.ACCEPTED not in states(store, campaign).values()
