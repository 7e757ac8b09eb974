"""Held sends through SendGrid: a lost reply is undone and sent anew; nobody gets two, nobody none."""

from collections import Counter

import pytest

from newsletter.campaigns import CampaignState, DeliveryState, Plan, known_campaign
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.freezing import start
from newsletter.campaigns.sender import dispatch
from newsletter.errors import CampaignError, TransportError
from newsletter.storage import Store
from newsletter.transports import Batch, Outcome
from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking
from tests.campaigns.conftest import Sending
from tests.campaigns.samples import MESSAGE, add_people, states
from tests.fakes.sendgrid import KEY, FakeSendGrid, Fault

HELD = 1200


def _copies(sendgrid: FakeSendGrid) -> Counter[str]:
    return Counter({address: len(mails) for address, mails in sendgrid.received().items()})


def test_held_batches_have_ids_and_a_time_ahead(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """Every batch goes under an id of its own, to be let go when the undo window ends."""
    addresses = add_people(store, 25)
    send(carrier, batch_size=10, hold_seconds=HELD, in_air=4)
    assert _copies(sendgrid) == Counter(addresses)
    assert len({mail.batch_id for mail in sendgrid.mails}) == 3
    assert all(1100 < mail.send_at - sendgrid.now() <= 1200 for mail in sendgrid.mails)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("drop-reply", accept=True),
        Fault("reset-after"),
        Fault("reset-before"),
        Fault("reset-within"),
        Fault("504", body=b"<html>Gateway timeout</html>"),
        Fault("500", accept=True),
        Fault("502", body=b"<html>Bad gateway</html>"),
        Fault("503", accept=True),
        Fault("200", body=b"<html>Welcome to the caf\xc3\xa9's Wi-Fi</html>"),
    ],
    ids=lambda fault: f"{fault.kind}{'-accepted' if fault.accept else ''}",
)
def test_lost_reply_is_cancelled_and_sent_anew(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending, fault: Fault
) -> None:
    """Whether or not the lost request had arrived, each person gets exactly one."""
    addresses = add_people(store, 20)
    sendgrid.faults.append(fault)
    found = send(carrier, batch_size=10, hold_seconds=HELD)
    assert _copies(sendgrid) == Counter(addresses)
    assert found.counts == {DeliveryState.ACCEPTED: 20}
    assert len(sendgrid.cancelled) == 1


@pytest.mark.parametrize("seconds", [0.05, 1.5])
def test_slow_answer(
    store: Store,
    sendgrid: FakeSendGrid,
    carrier: SendGridTransport,
    send: Sending,
    seconds: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An answer is waited for; one that takes too long is a lost one, and its batch is undone although it arrived."""
    monkeypatch.setattr("newsletter.transports.sendgrid.client.ANSWER_SECONDS", 0.5)
    addresses = add_people(store, 5)
    sendgrid.faults.append(Fault("slow", seconds=seconds))
    send(carrier, hold_seconds=HELD)
    assert _copies(sendgrid) == Counter(addresses)
    assert len(sendgrid.cancelled) == (1 if seconds > 1 else 0)


def test_lost_reply_to_the_cancelling_too(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """A cancelling whose own reply is lost is asked about, and counts when it is there."""
    addresses = add_people(store, 5)
    sendgrid.faults += [
        Fault("drop-reply", accept=True),
        Fault("drop-reply", path="/v3/user/scheduled_sends", accept=True),
    ]
    send(carrier, hold_seconds=HELD)
    assert _copies(sendgrid) == Counter(addresses)


def test_too_many_cancellings_are_owned_up_to(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """When SendGrid will not cancel any more, the batch is unknown, not sent again."""
    addresses = add_people(store, 5)
    sendgrid.cancel_limit = 0
    sendgrid.faults.append(Fault("drop-reply", accept=True))
    found = send(carrier, hold_seconds=HELD)
    assert found[DeliveryState.UNKNOWN] == 5
    assert _copies(sendgrid) == Counter(addresses)


def test_lost_replies_in_a_row_pause_before_the_cancellations_run_out(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """Nobody is left in doubt by an outage: everybody is queued, and gets one when it is over."""
    addresses = add_people(store, 5)
    sendgrid.faults.extend([Fault("503", path="/v3/mail/send")] * 12)
    with pytest.raises(CampaignError, match="6 answers in a row were lost"):
        send(carrier, hold_seconds=HELD)
    campaign = known_campaign(store, "december")
    assert set(states(store, campaign).values()) == {DeliveryState.QUEUED}
    assert len(sendgrid.cancelled) == 6
    sendgrid.faults.clear()
    dispatch(store, campaign, carrier)
    assert _copies(sendgrid) == Counter(addresses)


def test_too_late_to_cancel_is_unknown(store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport) -> None:
    """Within ten minutes of its time a batch cannot be canceled for sure, so nothing is sent again."""
    add_people(store, 5)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid", hold_seconds=HELD))
    sendgrid.faults.append(Fault("drop-reply", accept=True))

    class Dawdling(SendGridTransport):
        def send(self, batch: Batch) -> Outcome:
            outcome = super().send(batch)
            sendgrid.offset += 3600
            self._client.call("get", "scopes")  # any answer tells what time it is by now
            return outcome

    quick = Clock(sleep=lambda _seconds: None)
    dispatch(store, campaign, Dawdling(carrier._client, carrier._tracking), clock=quick)
    assert set(states(store, campaign).values()) == {DeliveryState.UNKNOWN}
    assert not sendgrid.cancelled


def test_lost_reply_of_a_plain_send_is_unknown(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """Without a hold nothing can be undone: the batch is in doubt and stays there."""
    addresses = add_people(store, 5)
    sendgrid.faults.append(Fault("drop-reply", accept=True))
    found = send(carrier)
    assert found[DeliveryState.UNKNOWN] == 5
    assert _copies(sendgrid) == Counter(addresses)


def test_bad_address_is_found_and_the_rest_goes(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """SendGrid refuses a whole request for one address; only that one stays behind."""
    addresses = add_people(store, 16)
    with store.write() as connection:
        from newsletter.storage.people import subscribers

        bad = {"email": "invalid@example.org", "email_key": "invalid@example.org"}
        connection.execute(subscribers.update().where(subscribers.c.email == "reader7@example.org").values(**bad))
    found = send(carrier, hold_seconds=HELD, in_air=4)
    assert found[DeliveryState.REFUSED] == 1
    assert _copies(sendgrid) == Counter(set(addresses) - {"reader7@example.org"})


def test_too_large_is_halved(store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending) -> None:
    """413 comes as a page of HTML and means that fewer people should travel together."""
    addresses = add_people(store, 8)
    sendgrid.faults.append(Fault("413", body=b"<html>413</html>"))
    send(carrier)
    assert _copies(sendgrid) == Counter(addresses)


def test_rate_limit_is_waited_for(store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport) -> None:
    """429 tells when to come back; then everybody gets theirs."""
    addresses = add_people(store, 3)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid"))
    sendgrid.faults.append(Fault("429", headers=(("X-RateLimit-Reset", str(int(sendgrid.now() + 30))),)))
    waited: list[float] = []
    dispatch(store, campaign, carrier, clock=Clock(sleep=waited.append))
    assert _copies(sendgrid) == Counter(addresses)
    assert 20 < sum(waited) <= 30


@pytest.mark.parametrize(("status", "word"), [("401", "credits"), ("403", "verified sender")])
def test_refused_key_stops_with_what_it_can_mean(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending, status: str, word: str
) -> None:
    """401 and 403 stop the run at once, lose nothing, and name their three possible causes."""
    addresses = add_people(store, 3)
    sendgrid.faults.append(Fault(status, body=b'{"errors": [{"message": "no, ada@example.org"}]}'))
    with pytest.raises(TransportError, match=word) as caught:
        send(carrier)
    assert caught.value.hint.count("\n- ") == 3
    assert "ada@example.org" not in str(caught.value)
    dispatch(store, known_campaign(store, "december"), carrier)
    assert _copies(sendgrid) == Counter(addresses)


def test_redirect_is_not_followed(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """A redirect stops the run; the key goes nowhere else."""
    add_people(store, 3)
    sendgrid.faults.append(Fault("302", headers=(("Location", f"{sendgrid.url}/elsewhere"),)))
    with pytest.raises(TransportError, match="redirect"):
        send(carrier)
    assert not any("elsewhere" in request for request in sendgrid.requests)


def test_no_connection_loses_nothing(
    store: Store, carrier: SendGridTransport, sendgrid: FakeSendGrid, send: Sending
) -> None:
    """Where nobody listens nothing was sent: the campaign pauses with everybody queued."""
    add_people(store, 3)
    away = SendGridTransport(type(carrier._client)("k", "http://127.0.0.1:9"), carrier._tracking)
    with pytest.raises(CampaignError, match="online"):
        send(away, hold_seconds=HELD)
    campaign = known_campaign(store, "december")
    assert (campaign.state, set(states(store, campaign).values())) == (CampaignState.PAUSED, {DeliveryState.QUEUED})
    assert sendgrid.requests == []


def test_hold_that_was_never_used_sends_nothing(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """Without a batch id from SendGrid nothing goes out; the next try has one."""
    addresses = add_people(store, 3)
    sendgrid.faults.append(Fault("500", path="/v3/mail/batch"))
    send(carrier, hold_seconds=HELD)
    assert _copies(sendgrid) == Counter(addresses)


def test_rate_limit_of_batch_ids_is_waited_for(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport
) -> None:
    """SendGrid may ask to wait before it gives a batch id, too."""
    addresses = add_people(store, 3)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid", hold_seconds=HELD))
    sendgrid.faults.append(Fault("429", path="/v3/mail/batch", headers=(("Retry-After", "7"),)))
    waited: list[float] = []
    dispatch(store, campaign, carrier, clock=Clock(sleep=waited.append))
    assert _copies(sendgrid) == Counter(addresses)
    assert sum(waited) == 7


def test_rate_limit_of_cancelling_is_waited_for(store: Store, sendgrid: FakeSendGrid) -> None:
    """A batch is not given up because SendGrid asks to wait before it is told to drop it."""
    addresses = add_people(store, 3)
    waited: list[float] = []
    carrier = SendGridTransport(Client(KEY, sendgrid.url), Tracking(), sleep=waited.append)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid", hold_seconds=HELD))
    busy = Fault("429", path="/v3/user/scheduled_sends", headers=(("Retry-After", "5"),))
    sendgrid.faults += [Fault("drop-reply", accept=True), busy, busy]
    found = dispatch(store, campaign, carrier, clock=Clock(sleep=lambda _seconds: None))
    assert found.counts == {DeliveryState.ACCEPTED: 3}
    assert _copies(sendgrid) == Counter(addresses)
    assert waited == [5, 5]


@pytest.mark.parametrize("held", [HELD, 0])
@pytest.mark.parametrize("status", ["402", "405", "407", "409", "410", "414", "415", "422", "431", "451", "499"])
def test_any_4xx_took_nothing(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending, status: str, held: int
) -> None:
    """Any 4xx says that nothing was taken: the campaign pauses with its words, and everybody gets one later."""
    addresses = add_people(store, 5)
    sendgrid.faults.append(Fault(status, body=b'{"errors": [{"message": "no more, ada@example.org"}]}'))
    with pytest.raises(TransportError, match=rf"{status} request: no more") as caught:
        send(carrier, batch_size=2, hold_seconds=held)
    assert "ada@" not in str(caught.value)
    campaign = known_campaign(store, "december")
    assert (campaign.state, set(states(store, campaign).values())) == (CampaignState.PAUSED, {DeliveryState.QUEUED})
    assert not sendgrid.cancelled
    dispatch(store, campaign, carrier)
    assert _copies(sendgrid) == Counter(addresses)


@pytest.mark.parametrize("status", ["408", "425"])
def test_4xx_that_asks_to_wait(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending, status: str
) -> None:
    """These say: not now. They are waited for like a rate limit."""
    addresses = add_people(store, 5)
    sendgrid.faults.append(Fault(status))
    assert send(carrier).counts == {DeliveryState.ACCEPTED: 5}
    assert _copies(sendgrid) == Counter(addresses)
