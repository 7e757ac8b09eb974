"""SendGrid's events come in by the public pages: signed, whole, and as often as it likes."""

import contextlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from starlette.testclient import TestClient

from newsletter.campaigns import CampaignState, Plan, known_campaign
from newsletter.campaigns.events import EVENTS_PATH
from newsletter.campaigns.freezing import start
from newsletter.campaigns.sender import dispatch
from newsletter.storage import Store, open_store
from newsletter.storage.ledger import deliveries, events
from newsletter.subscribers.records import get_subscriber
from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking
from newsletter.transports.sendgrid.signature import Verifier
from newsletter.web.public import create_public_pages
from newsletter.web.public.webhook import LARGEST
from newsletter.workspace import Workspace
from tests.campaigns.samples import MESSAGE, add_people
from tests.fakes.sendgrid import KEY, FakeSendGrid, fake_sendgrid
from tests.fakes.sendgrid.webhook import Webhook, happen


@pytest.fixture
def account() -> Iterator[FakeSendGrid]:
    """A SendGrid of our own."""
    with fake_sendgrid() as found:
        yield found


@pytest.fixture
def sendgrid(account: FakeSendGrid) -> Webhook:
    """Its webhook."""
    return Webhook(account, "http://unused.example.org")


@pytest.fixture
def pages(workspace: Workspace, store: Store, sendgrid: Webhook) -> TestClient:
    """The public pages that know its key."""
    verifier = Verifier(sendgrid.key)
    return TestClient(create_public_pages(workspace, store, verifier=verifier))


@pytest.fixture
def sent(store: Store, account: FakeSendGrid) -> FakeSendGrid:
    """The account, after a campaign named "december" has gone to ten people."""
    add_people(store, 10)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid"))
    dispatch(store, campaign, SendGridTransport(Client(KEY, account.url), Tracking()))
    return account


def _post(pages: TestClient, sendgrid: Webhook, document: Any) -> httpx2.Response:
    body = (document if isinstance(document, bytes) else json.dumps(document).encode()) + b"\r\n"
    return pages.post(EVENTS_PATH, content=body, headers=sendgrid.signed(body))


def _fates(store: Store) -> Counter[str]:
    with store.read() as connection:
        return Counter(connection.scalars(select(deliveries.c.fate)))


def _number_of_events(store: Store) -> int:
    with store.read() as connection:
        return len(connection.execute(select(events.c.id)).all())


def test_signed_events_are_taken_in(pages: TestClient, store: Store, sendgrid: Webhook, sent: FakeSendGrid) -> None:
    """A post that SendGrid signed is committed, answered with success, and its people are cared for."""
    sent.fates = {"reader1@example.org": "bounce", "reader2@example.org": "spamreport"}
    answer = _post(pages, sendgrid, happen(sent))
    assert (answer.status_code, answer.content) == (204, b"")
    assert _fates(store) == {"delivered": 8, "bounced": 1, "complained": 1}
    with store.read() as connection:
        assert get_subscriber(connection, "reader2@example.org").status == "complained"


def test_unsigned_events_are_refused(pages: TestClient, store: Store, sendgrid: Webhook, sent: FakeSendGrid) -> None:
    """Without SendGrid's signature nothing is taken in; nor is anything else ever found at this address."""
    body = json.dumps(happen(sent)).encode()
    old = sendgrid.signed(body, datetime.now(tz=UTC).timestamp() - 26 * 3600)
    for headers in ({}, sendgrid.signed(b"[]"), old):
        assert pages.post(EVENTS_PATH, content=body, headers=headers).status_code == 403
    assert pages.get(EVENTS_PATH).status_code == 405
    assert _fates(store) == {"": 10}


def test_no_key_no_endpoint(workspace: Workspace, store: Store) -> None:
    """Without a verification key nobody can tell us anything."""
    assert TestClient(create_public_pages(workspace, store)).post(EVENTS_PATH).status_code == 404


def test_too_large(pages: TestClient, sendgrid: Webhook) -> None:
    """More than SendGrid ever sends is not read to its end, signed or not."""
    assert _post(pages, sendgrid, b"[" + b" " * LARGEST + b"]").status_code == 413
    assert _post(pages, sendgrid, b"[" + b" " * (LARGEST - 10) + b"]").status_code == 204


@pytest.mark.parametrize("body", [b"", b"{}", b"no", b"\xff\xfe", b"[" * 100_000, b'"[]"'])
def test_no_list(pages: TestClient, sendgrid: Webhook, body: bytes) -> None:
    """What is signed and still not a list of events is refused."""
    assert _post(pages, sendgrid, body).status_code == 400


def test_strange_events_lose_no_others(pages: TestClient, store: Store, sendgrid: Webhook, sent: FakeSendGrid) -> None:
    """Events that nobody can make sense of stand between good ones, and the good ones count."""
    good = happen(sent)
    strange: list[Any] = [
        *(None, 1, "event", [], {}),
        {**good[0], "event": "account_status_change"},
        {**good[0], "event": "bounce", "email": "\ud800@example.org"},
        {**good[0], "event": "bounce", "email": "a\x00b@example.org"},
        {**good[0], "event": "bounce", "email": "x" * 100_000 + "@example.org"},
        {**good[0], "timestamp": 2**40 - 1},
        {**good[0], "timestamp": 10**30},
        {**good[0], "timestamp": "soon"},
        {**good[0], "newsletter_delivery": "\ud800"},
        {**good[0], "newsletter_delivery": {"a": 1}},
    ]
    mixed = [event for pair in zip(good, strange * 3, strict=False) for event in pair] + good
    assert _post(pages, sendgrid, mixed).status_code == 204
    assert sum(_fates(store).values()) == 10
    assert _fates(store)[""] == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wrong=st.lists(
        st.dictionaries(
            st.sampled_from(["event", "timestamp", "email", "newsletter_delivery", "type", "reason"]),
            st.sampled_from(["bounce", "dropped", "unsubscribe", "@", "a@b"])
            | st.text()
            | st.integers()
            | st.floats(allow_nan=False, allow_infinity=False)
            | st.none()
            | st.lists(st.integers(), max_size=2),
        ),
        max_size=8,
    )
)
def test_anything_signed_is_survived(pages: TestClient, sendgrid: Webhook, wrong: list[dict[str, Any]]) -> None:
    """Whatever a signed list holds, it is taken in or passed over, and never comes again for a day."""
    assert _post(pages, sendgrid, wrong).status_code == 204


def test_doubled_late_and_out_of_order(
    pages: TestClient, store: Store, sendgrid: Webhook, sent: FakeSendGrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told five times over three days in any order, under old ids and new ones, each event counts once."""
    sent.fates = {"reader1@example.org": "bounce", "reader2@example.org": "unsubscribe"}
    sendgrid.repeats, sendgrid.longest_delay = 4, 3 * 24 * 3600.0
    monkeypatch.setattr(sendgrid, "post", lambda body: _post(pages, sendgrid, body).status_code)
    while sendgrid.run():
        sent.offset += 6 * 3600
    assert _fates(store) == {"delivered": 8, "bounced": 1, "unsubscribed": 1}
    assert _number_of_events(store) == len(sent.events) == 21


def test_success_only_after_the_commit(
    workspace: Workspace, store: Store, sendgrid: Webhook, sent: FakeSendGrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database cannot take them, SendGrid is asked to come again; then they count."""
    monkeypatch.setattr("newsletter.storage.store.BUSY_SECONDS", 0.05)
    told, path = happen(sent), store.engine.url.database
    with (
        open_store(workspace.database_url, workspace.key_file) as impatient,
        contextlib.closing(sqlite3.connect(str(path), isolation_level=None)) as other,
    ):
        app = create_public_pages(workspace, impatient, verifier=Verifier(sendgrid.key))
        other.execute("BEGIN IMMEDIATE")
        assert _post(TestClient(app), sendgrid, told).status_code == 503
        other.execute("ROLLBACK")
        assert _fates(store) == {"": 10}
        assert _post(TestClient(app), sendgrid, told).status_code == 204
    assert _fates(store) == {"delivered": 10}


def test_events_settle_a_doubt(pages: TestClient, store: Store, sendgrid: Webhook, account: FakeSendGrid) -> None:
    """A message whose reply was lost is proven sent by the first event about it; the campaign is finished."""
    add_people(store, 3)
    account.loss_rate = 1.0
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid"))
    dispatch(store, campaign, SendGridTransport(Client(KEY, account.url), Tracking()))
    assert known_campaign(store, "december").state is CampaignState.SENDING
    assert _post(pages, sendgrid, happen(account)).status_code == 204
    assert known_campaign(store, "december").state is CampaignState.FINISHED
