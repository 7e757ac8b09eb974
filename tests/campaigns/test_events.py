"""What a carrier tells afterwards: counted once, in any order, and never a reason to mail anybody."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from newsletter.campaigns import CampaignState, DeliveryState, Plan, known_campaign
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.events import apply_events
from newsletter.campaigns.freezing import start
from newsletter.campaigns.resolution import count_unresolved, look_up, resolve
from newsletter.campaigns.sender import dispatch
from newsletter.errors import CampaignError, TransportError
from newsletter.storage import Store
from newsletter.storage.ledger import deliveries
from newsletter.subscribers.records import get_subscriber
from newsletter.subscribers.vocabulary import Status
from newsletter.transports import Batch, Outcome
from newsletter.transports.events import Event, Kind
from newsletter.transports.sendgrid import SendGridTransport
from newsletter.transports.sendgrid.events import read_events
from newsletter.workspace import Workspace
from tests.campaigns.conftest import Sending
from tests.campaigns.samples import MESSAGE, add_people, states
from tests.fakes.sendgrid import FakeSendGrid, Fault

AT = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


def _told(sendgrid: FakeSendGrid, kind: Kind, *, people: int = 1000) -> list[Event]:
    return [
        Event(
            kind, mail.custom_args["newsletter_delivery"], mail.address, AT, batch=mail.custom_args["newsletter_batch"]
        )
        for mail in sendgrid.mails[:people]
    ]


def _fates(store: Store) -> Counter[str]:
    with store.read() as connection:
        return Counter(connection.scalars(select(deliveries.c.fate)))


def test_event_settles_a_doubt(store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending) -> None:
    """A batch whose reply was lost turns out to have been sent, and the campaign is finished."""
    add_people(store, 5)
    sendgrid.faults.append(Fault("drop-reply", accept=True))
    send(carrier)
    applied = apply_events(store, _told(sendgrid, Kind.PROCESSED))
    assert (applied.new, applied.settled) == (5, 5)
    campaign = known_campaign(store, "december")
    assert campaign.state is CampaignState.FINISHED
    assert set(states(store, campaign).values()) == {DeliveryState.ACCEPTED}


def test_event_before_the_reply_is_recorded(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, quick: Clock
) -> None:
    """An event that is quicker than a lost reply keeps the batch from being in doubt."""
    add_people(store, 3)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid"))

    class Overtaken(SendGridTransport):
        def send(self, batch: Batch) -> Outcome:
            outcome = super().send(batch)
            apply_events(store, _told(sendgrid, Kind.PROCESSED))
            return outcome

    sendgrid.faults.append(Fault("drop-reply", accept=True))
    found = dispatch(store, campaign, Overtaken(carrier._client, carrier._tracking), clock=quick)
    assert found.counts == {DeliveryState.ACCEPTED: 3}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_order_and_repetition_make_no_difference(workspace: Workspace, store: Store, dice: random.Random) -> None:
    """However events are shuffled and repeated, they come to the same."""
    from newsletter.campaigns.model import delivery_refs

    with store.write() as connection:
        for table in ("events", "deliveries", "batches", "campaigns", "subscribers"):
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - the names above
    (workspace.root / "newsletter.db.sent").unlink(missing_ok=True)
    add_people(store, 3)
    start(store, MESSAGE, slug="december", plan=Plan(transport="smtp"))
    with store.read() as connection:
        refs = delivery_refs(store.key, connection.scalars(select(deliveries.c.id)))
    story = [
        *(Event(kind, refs[0], "reader1@example.org", AT) for kind in (Kind.PROCESSED, Kind.DELIVERED, Kind.OPENED)),
        *(Event(kind, refs[1], "reader2@example.org", AT) for kind in (Kind.PROCESSED, Kind.DEFERRED, Kind.BOUNCED)),
        *(Event(kind, refs[2], "reader3@example.org", AT) for kind in (Kind.DELIVERED, Kind.COMPLAINED)),
    ]
    told = story * 3
    dice.shuffle(told)
    applied = apply_events(store, told)
    assert (applied.new, applied.repeated) == (len(story), 2 * len(story))
    assert _fates(store) == {"opened": 1, "bounced": 1, "complained": 1}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (Kind.BOUNCED, Status.BOUNCED),
        (Kind.COMPLAINED, Status.COMPLAINED),
        (Kind.UNSUBSCRIBED, Status.UNSUBSCRIBED),
        (Kind.BLOCKED, Status.SUBSCRIBED),
        (Kind.DEFERRED, Status.SUBSCRIBED),
    ],
)
def test_who_must_not_be_mailed_again(store: Store, kind: Kind, status: Status) -> None:
    """Leaving, complaining and having no inbox count, even without a delivery's name; a block does not."""
    add_people(store, 1)
    apply_events(store, [Event(kind, "", "Reader1@example.org", AT)])
    with store.read() as connection:
        assert get_subscriber(connection, "reader1@example.org").status is status


def test_foreign_events_touch_nothing(store: Store) -> None:
    """Events about other mail of the same account, or with a forged name, change no delivery."""
    add_people(store, 1)
    start(store, MESSAGE, slug="december", plan=Plan(transport="smtp"))
    applied = apply_events(store, [Event(Kind.DELIVERED, ref, "x@example.org", AT) for ref in ("", "0" * 32, "1")])
    assert (applied.foreign, applied.new) == (3, 0)
    assert _fates(store) == {"": 1}


def test_persons_word(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending, quick: Clock
) -> None:
    """What a person says was not sent is queued and sent by `resume`; the rest counts as sent."""
    add_people(store, 4)
    sendgrid.faults.append(Fault("reset-after"))
    send(carrier)
    campaign = known_campaign(store, "december")
    with pytest.raises(CampaignError, match="unresolved"):
        count_unresolved(store, campaign, ["nobody@example.org"])
    assert resolve(store, campaign, sent=True, only=["Reader1@Example.org"]) == 1
    assert resolve(store, campaign, sent=False) == 3
    found = dispatch(store, known_campaign(store, "december"), carrier, clock=quick)
    assert found.counts == {DeliveryState.ACCEPTED: 4}
    assert set(sendgrid.received()) == {f"reader{n}@example.org" for n in (2, 3, 4)}
    assert known_campaign(store, "december").state is CampaignState.FINISHED


def test_sendgrids_logs(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending, quick: Clock
) -> None:
    """Whom the logs know was mailed; whom they do not know stays in doubt."""
    add_people(store, 3)
    sendgrid.faults.append(Fault("drop-reply", accept=True))
    send(carrier)
    campaign = known_campaign(store, "december")
    sendgrid.unlogged = {"reader1@example.org", "reader3@example.org"}
    assert look_up(store, campaign, carrier, quick) == 1
    assert Counter(states(store, campaign).values()) == {DeliveryState.UNKNOWN: 2, DeliveryState.ACCEPTED: 1}


def test_a_cancelled_copy_in_the_logs_proves_nothing(
    store: Store,
    sendgrid: FakeSendGrid,
    carrier: SendGridTransport,
    fresh: SendGridTransport,
    send: Sending,
    quick: Clock,
) -> None:
    """The logs also know a copy that was called back; the one in doubt may still never have arrived."""
    add_people(store, 2)
    sendgrid.faults += [Fault("drop-reply", accept=True), Fault("reset-within")]
    sendgrid.cancel_limit = 1
    send(carrier, hold_seconds=1200)
    campaign = known_campaign(store, "december")
    assert set(states(store, campaign).values()) == {DeliveryState.UNKNOWN}
    with pytest.raises(CampaignError, match=r"may still hold(?s:.)*Try again in \d+ minutes"):
        look_up(store, campaign, carrier, quick)
    sendgrid.offset = 3600
    later = Clock(now=lambda: datetime.now(tz=UTC) + timedelta(hours=1), sleep=quick.sleep)
    assert look_up(store, campaign, fresh, later) == 0


def test_logs_are_asked_about_a_batch_at_once(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending, quick: Clock
) -> None:
    """One question settles a batch; only who was dropped is asked about by themselves."""
    add_people(store, 30)
    sendgrid.faults += [Fault("drop-reply", accept=True), Fault("reset-within")]
    send(carrier, batch_size=15)
    sendgrid.fates = {"reader3@example.org": "dropped"}
    asked = len(sendgrid.requests)
    assert look_up(store, known_campaign(store, "december"), carrier, quick) == 15
    assert len([request for request in sendgrid.requests[asked:] if request == "POST /v3/logs"]) == 3
    assert Counter(states(store, known_campaign(store, "december")).values()) == {
        DeliveryState.ACCEPTED: 15,
        DeliveryState.UNKNOWN: 15,
    }


def test_more_than_the_logs_tell_at_once(
    store: Store,
    sendgrid: FakeSendGrid,
    carrier: SendGridTransport,
    send: Sending,
    quick: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the logs would leave somebody out, each person is asked about, at the pace that SendGrid allows."""
    monkeypatch.setattr("newsletter.transports.sendgrid.logs._MOST", 3)
    add_people(store, 4)
    sendgrid.faults.append(Fault("drop-reply", accept=True))
    send(carrier)
    waits: list[float] = []
    slow = Clock(now=quick.now, sleep=waits.append)
    assert look_up(store, known_campaign(store, "december"), carrier, slow) == 4
    assert waits == [10.5] * 4


@pytest.mark.parametrize(("status", "said"), [("403", "permission"), ("429", "again in"), ("500", "cannot be read")])
def test_logs_that_cannot_be_read(
    store: Store,
    sendgrid: FakeSendGrid,
    carrier: SendGridTransport,
    send: Sending,
    status: str,
    said: str,
) -> None:
    """Where the logs do not answer, the doubt stays, and the reason is named."""
    add_people(store, 1)
    sendgrid.faults += [Fault("drop-reply", accept=True), Fault(status, path="/v3/logs", body=b"<html>no</html>")]
    send(carrier)
    with pytest.raises(TransportError, match=said):
        look_up(store, known_campaign(store, "december"), carrier)
    assert set(states(store, known_campaign(store, "december")).values()) == {DeliveryState.UNKNOWN}


def test_sendgrids_words_become_ours() -> None:
    """Each of SendGrid's events is read; a block is no bounce, and nothing subscribes anybody."""
    document = [
        {"event": name, "timestamp": 1_800_000_000, "email": "a@example.org", "newsletter_delivery": "r"}
        for name in ("processed", "deferred", "delivered", "open", "click", "spamreport", "unsubscribe")
    ]
    document += [
        {**document[0], "event": "bounce", "type": "bounce", "bounce_classification": "Invalid Address"},
        {**document[0], "event": "bounce", "type": "blocked", "reason": "550 a@example.org"},
        {**document[0], "event": "dropped", "reason": "Unsubscribed Address"},
        {**document[0], "event": "group_unsubscribe"},
        {**document[0], "event": "group_resubscribe"},
        {**document[0], "event": "account_status_change"},
    ]
    found = [(event.kind.value, event.detail) for event in read_events(document)]
    assert found == [
        *(
            (kind, "")
            for kind in ("processed", "deferred", "delivered", "opened", "clicked", "complained", "unsubscribed")
        ),
        ("bounced", "Invalid Address"),
        ("blocked", "Unclassified"),
        ("dropped", "unsubscribed"),
        ("unsubscribed", ""),
    ]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["event", "timestamp", "email", "newsletter_delivery", "type"]),
                inner | st.just("bounce"),
            )
        ),
    )
)
def test_anything_may_come_from_outside(document: object) -> None:
    """Whatever is posted, reading it does no harm."""
    assert isinstance(list(read_events(document)), list)
