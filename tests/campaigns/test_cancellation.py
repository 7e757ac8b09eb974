"""Cancelling stops whatever is still here or held, and says how much was too late."""

import shutil
import threading
from collections import Counter

import pytest

from newsletter.campaigns import CampaignState, DeliveryState, Plan, known_campaign
from newsletter.campaigns.cancellation import cancel
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.freezing import start
from newsletter.campaigns.resolution import count_unresolved, resolve
from newsletter.campaigns.sender import dispatch
from newsletter.errors import CampaignError
from newsletter.storage import Store, open_store
from newsletter.transports import Batch, Outcome
from newsletter.transports.outbox import OutboxTransport
from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking
from newsletter.transports.sendgrid.holds import ScheduledSends
from newsletter.workspace import Workspace
from tests.campaigns.conftest import Sending
from tests.campaigns.samples import MESSAGE, add_people, states
from tests.fakes.sendgrid import KEY, FakeSendGrid, Fault

HELD = 1200


def test_held_campaign_reaches_nobody(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """Within the undo window all of a finished campaign is called back."""
    add_people(store, 25)
    send(carrier, batch_size=10, hold_seconds=HELD)
    done = cancel(store, known_campaign(store, "december"), carrier)
    assert (done.stopped, done.gone) == (25, 0)
    assert sendgrid.received() == {}
    assert known_campaign(store, "december").state is CampaignState.CANCELLED


def test_too_late_is_said(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, fresh: SendGridTransport, send: Sending
) -> None:
    """After the window nothing can be promised, and nothing is pretended."""
    addresses = add_people(store, 5)
    send(carrier, hold_seconds=HELD)
    sendgrid.offset += 660
    done = cancel(store, known_campaign(store, "december"), fresh)
    assert (done.stopped, done.gone, done.reasons) == (0, 5, ("too late",))
    assert set(sendgrid.received()) == set(addresses)


def test_over_the_limit_of_cancellations(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """What SendGrid refuses to cancel is counted as gone."""
    add_people(store, 12)
    sendgrid.cancel_limit = 10
    send(carrier, batch_size=1, hold_seconds=HELD)
    done = cancel(store, known_campaign(store, "december"), carrier)
    assert (done.stopped, done.gone) == (10, 2)
    assert len(sendgrid.received()) == 2


def test_running_sender_stops(store: Store, workspace: Workspace) -> None:
    """A sender at work in another thread stops claiming, and what it had in the air is counted."""
    add_people(store, 30)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="outbox", batch_size=1))
    begun = threading.Event()

    class Slow(OutboxTransport):
        def send(self, batch: Batch) -> Outcome:
            begun.set()
            return super().send(batch)

    transport = Slow(workspace.outbox_dir)
    sender = threading.Thread(target=dispatch, args=(store, campaign, transport))
    sender.start()
    begun.wait(10)
    done = cancel(store, campaign, transport)
    sender.join()
    counts = Counter(states(store, campaign).values())
    assert done.stopped == counts[DeliveryState.CANCELLED] > 0
    assert done.gone == counts[DeliveryState.ACCEPTED] == len(list((workspace.outbox_dir / "december").iterdir()))
    assert done.stopped + done.gone == 30


def test_unknown_but_held_is_stopped(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """A batch in doubt that SendGrid still holds is called back like the others."""
    add_people(store, 5)
    sendgrid.cancel_limit = 0
    sendgrid.faults.append(Fault("drop-reply", accept=True))
    send(carrier, hold_seconds=HELD)
    sendgrid.cancel_limit = 10
    assert cancel(store, known_campaign(store, "december"), carrier).stopped == 5
    assert sendgrid.received() == {}


def test_held_doubt_waits_and_can_be_stopped(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """While a batch in doubt is held, nobody can say what becomes of it; it can be called back, and counts so."""
    add_people(store, 5)
    sendgrid.cancel_limit = 0
    sendgrid.faults.append(Fault("drop-reply", accept=True))
    send(carrier, hold_seconds=HELD)
    for sent in (True, False):
        with pytest.raises(CampaignError, match="may still hold"):
            resolve(store, known_campaign(store, "december"), sent=sent, only=["reader1@example.org"])
    sendgrid.cancel_limit = 10
    assert cancel(store, known_campaign(store, "december"), carrier).stopped == 5
    assert sendgrid.received() == {}


def test_sent_is_sent(store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending) -> None:
    """What went out at once cannot be cancelled; the campaign stays finished."""
    add_people(store, 5)
    send(carrier)
    with pytest.raises(CampaignError, match="cannot be canceled"):
        cancel(store, known_campaign(store, "december"), carrier)
    assert known_campaign(store, "december").state is CampaignState.FINISHED
    assert not sendgrid.cancelled


def test_cancelled_does_not_go_on(store: Store, workspace: Workspace) -> None:
    """A cancelled campaign cannot be resumed."""
    add_people(store, 5)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="outbox"))
    transport = OutboxTransport(workspace.outbox_dir)
    assert cancel(store, campaign, transport).stopped == 5
    with pytest.raises(CampaignError, match="was canceled"):
        dispatch(store, campaign, transport)


def test_mended_issue_goes_to_those_who_have_not_got_it(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """After a cancelling the issue can be sent again; nobody whom the first one reached gets another."""
    addresses = add_people(store, 12)
    sendgrid.cancel_limit = 10
    send(carrier, batch_size=1, hold_seconds=HELD)
    cancel(store, known_campaign(store, "december"), carrier)
    found = send(carrier, batch_size=1, hold_seconds=HELD)
    assert found.total == 10
    copies = Counter({address: len(mails) for address, mails in sendgrid.received().items()})
    assert copies == Counter(addresses)


class DyingError(BaseException):
    """The process ends here."""


class Mortal(ScheduledSends):
    """Dies in the moment in which the first batch has been called back, and nothing is recorded yet."""

    def cancel(self, batch_id: str) -> str:
        super().cancel(batch_id)
        raise DyingError


def _die_while_cancelling(store: Store, sendgrid: FakeSendGrid) -> None:
    with pytest.raises(DyingError):
        cancel(store, known_campaign(store, "december"), _held_by(Mortal, sendgrid))


def _held_by(holds: type[ScheduledSends], sendgrid: FakeSendGrid) -> SendGridTransport:
    client = Client(KEY, sendgrid.url)
    transport = SendGridTransport(client, Tracking())
    transport.holds = holds(client)
    return transport


def test_interrupted_cancelling_sends_nothing(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """After a crash nothing goes on, and nothing begins anew, until the cancelling is over."""
    add_people(store, 12)
    send(carrier, batch_size=4, hold_seconds=HELD)
    _die_while_cancelling(store, sendgrid)
    campaign = known_campaign(store, "december")
    assert campaign.state is CampaignState.CANCELLING
    with pytest.raises(CampaignError, match="being canceled"):
        dispatch(store, campaign, carrier)
    with pytest.raises(CampaignError, match="newsletter cancel december"):
        send(carrier)
    assert cancel(store, campaign, carrier).stopped == 12
    assert known_campaign(store, "december").state is CampaignState.CANCELLED


def test_batch_that_may_have_been_called_back_in_time_is_in_doubt(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, fresh: SendGridTransport, send: Sending
) -> None:
    """When a crash hid whether it was in time, its people count neither as reached nor as missed."""
    addresses = add_people(store, 12)
    send(carrier, batch_size=4, hold_seconds=HELD)
    _die_while_cancelling(store, sendgrid)
    sendgrid.offset += 720
    campaign = known_campaign(store, "december")
    done = cancel(store, campaign, fresh)
    assert (done.stopped, done.gone, count_unresolved(store, campaign)) == (0, 12, 4)

    sendgrid.offset += 1700
    later = SendGridTransport(Client(KEY, sendgrid.url), Tracking())
    assert resolve(store, campaign, sent=False, provider_time=later.holds.provider_time) == 4
    assert send(carrier, batch_size=4, hold_seconds=HELD).total == 4
    assert {address: len(mails) for address, mails in sendgrid.received().items()} == dict.fromkeys(addresses, 1)


def test_cancelling_that_was_confirmed_outlives_a_crash(
    store: Store,
    sendgrid: FakeSendGrid,
    carrier: SendGridTransport,
    fresh: SendGridTransport,
    send: Sending,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the provider confirmed in time stays stopped, however late the rest of it is done."""

    def die(name: str) -> None:
        if name == "inside-cancel":
            raise DyingError

    addresses = add_people(store, 12)
    send(carrier, batch_size=4, hold_seconds=HELD)
    campaign = known_campaign(store, "december")
    monkeypatch.setattr("newsletter.campaigns.cancellation.reach", die)
    with pytest.raises(DyingError):
        cancel(store, campaign, carrier)
    monkeypatch.undo()
    sendgrid.offset += 720
    done = cancel(store, campaign, fresh)
    assert (done.stopped, done.gone) == (4, 8)
    assert send(carrier, batch_size=4, hold_seconds=HELD).total == 4
    assert {address: len(mails) for address, mails in sendgrid.received().items()} == dict.fromkeys(addresses, 1)


def test_answer_that_comes_too_late_is_not_counted_on(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """SendGrid wants ten minutes' notice, and it is the answer that shows when it had it."""
    add_people(store, 3)
    send(carrier, hold_seconds=HELD)
    sendgrid.offset += 540

    class Slow(ScheduledSends):
        def cancel(self, batch_id: str) -> str:
            sendgrid.offset += 120
            return super().cancel(batch_id)

    done = cancel(store, known_campaign(store, "december"), _held_by(Slow, sendgrid))
    assert (done.stopped, done.gone, done.reasons) == (0, 3, ("its answer came too late",))
    assert len(sendgrid.received()) == 3


def test_backup_from_before_the_cancelling(
    workspace: Workspace, sendgrid: FakeSendGrid, carrier: SendGridTransport, quick: Clock
) -> None:
    """A backup that does not know of the cancelling sends nothing; cancelling once more puts it right."""
    with open_store(workspace.database_url, workspace.key_file) as store:
        addresses = add_people(store, 6)
        campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid", hold_seconds=HELD))
        dispatch(store, campaign, carrier, clock=quick)
    database = workspace.root / "newsletter.db"
    backup = shutil.copy(database, workspace.root / "backup.db")
    with open_store(workspace.database_url, workspace.key_file) as store:
        cancel(store, known_campaign(store, "december"), carrier)
    shutil.copy(backup, database)
    with open_store(workspace.database_url, workspace.key_file) as store:
        with pytest.raises(CampaignError, match="being canceled before"):
            dispatch(store, known_campaign(store, "december"), carrier, clock=quick)
        sendgrid.offset += 720
        later = SendGridTransport(Client(KEY, sendgrid.url), Tracking())
        assert cancel(store, known_campaign(store, "december"), later).stopped == 6
        again = start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid", hold_seconds=HELD))
        dispatch(store, again, carrier, clock=quick)
    assert {address: len(mails) for address, mails in sendgrid.received().items()} == dict.fromkeys(addresses, 1)


def test_backup_from_the_middle_is_cancelled_and_sent_again(
    workspace: Workspace, sendgrid: FakeSendGrid, carrier: SendGridTransport, quick: Clock
) -> None:
    """What a backup takes for unsent is in doubt when it is cancelled, and gets no second copy afterwards."""
    with open_store(workspace.database_url, workspace.key_file) as store:
        addresses = add_people(store, 6)
        start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid"))
    database = workspace.root / "newsletter.db"
    backup = shutil.copy(database, workspace.root / "backup.db")
    with open_store(workspace.database_url, workspace.key_file) as store:
        dispatch(store, known_campaign(store, "december"), carrier, clock=quick)
    shutil.copy(backup, database)
    with open_store(workspace.database_url, workspace.key_file) as store:
        assert cancel(store, known_campaign(store, "december"), carrier).stopped == 0
        with pytest.raises(CampaignError, match="nobody would receive"):
            start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid"))
    assert {address: len(mails) for address, mails in sendgrid.received().items()} == dict.fromkeys(addresses, 1)
