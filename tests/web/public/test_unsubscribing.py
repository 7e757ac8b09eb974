"""Unsubscribing and undoing it: only the answer to the request itself can undo it, for ten minutes."""

import re
from collections.abc import Iterator

import pytest

from newsletter.campaigns import Plan
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.freezing import count_rest, start
from newsletter.campaigns.sender import dispatch
from newsletter.campaigns.syncing import sync
from newsletter.services.requests import complete_requests
from newsletter.subscribers.forgetting import forget_subscriber
from newsletter.subscribers.records import add_subscriber
from newsletter.subscribers.suppression import suppress, suppressed_among
from newsletter.subscribers.tokens import unsubscribe_token
from newsletter.subscribers.vocabulary import Reason, Status
from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking
from newsletter.workspace import open_workspace
from tests.campaigns.samples import MESSAGE
from tests.fakes.sendgrid import KEY, FakeSendGrid, fake_sendgrid
from tests.web.public.visiting import ANA, Visit, Visitor, hidden


def status(visitor: Visitor) -> Status | None:
    person = visitor.person()
    return person.status if person else None


def test_undo(visitor: Visitor) -> None:
    """The answer offers to undo it; that is recorded, and the person gets the next issue."""
    link = visitor.subscribe()
    answer = visitor.client.post(link)
    assert status(visitor) is Status.UNSUBSCRIBED
    visitor.hands.move(minutes=9)
    undone = visitor.client.post("/undo", data={"undo": hidden(answer, "undo")})
    assert (undone.status_code, "subscribed again" in undone.text) == (200, True)
    assert status(visitor) is Status.SUBSCRIBED
    assert visitor.told()[-2:] == [("unsubscribed", "token"), ("resubscribed", "token")]
    with visitor.store.read() as connection:
        assert not suppressed_among(connection, visitor.store.key, [ANA])
        assert count_rest(connection, "december") == 1
    assert visitor.client.post("/undo", data={"undo": hidden(answer, "undo")}).status_code == 200  # pressed twice
    assert len(visitor.told()) == 3


@pytest.mark.parametrize("after", [10.2, 60, 60 * 24 * 40])
def test_undo_ends(visitor: Visitor, after: float) -> None:
    """Ten minutes later it is over, and the page says what to do."""
    answer = visitor.client.post(visitor.subscribe())
    visitor.hands.move(minutes=after)
    late = visitor.client.post("/undo", data={"undo": hidden(answer, "undo")})
    assert (late.status_code, "ten minutes" in late.text) == (404, True)
    assert status(visitor) is Status.UNSUBSCRIBED


def test_a_forwarded_copy_can_only_unsubscribe(visitor: Visitor) -> None:
    """Whoever has the link after its owner left gets nothing by which to bring them back."""
    link = visitor.subscribe()
    visitor.client.post(link)
    again = visitor.client.post(link)
    assert again.status_code == 200
    assert 'name="undo"' not in again.text
    token = link.removeprefix("/u/")
    for path in ("/undo", "/why"):
        assert visitor.client.post(path, data={"undo": token, "why": "other"}).status_code == 404
    assert status(visitor) is Status.UNSUBSCRIBED


@pytest.mark.parametrize("what", ["complained", "bounced", "forgotten", "left again", "left before"])
def test_undo_is_bound_to_its_own_request(visitor: Visitor, what: str) -> None:
    """Whatever else happened to somebody since, an older answer does not undo."""
    link = visitor.subscribe()
    first = hidden(visitor.client.post(link), "undo")
    key = visitor.store.key
    if what == "left again":
        visitor.client.post("/undo", data={"undo": first})
        visitor.client.post(link)
    with visitor.store.write() as connection:
        if what in {"complained", "bounced"}:
            suppress(connection, key, ANA, Reason(what))
        elif what == "forgotten":
            forget_subscriber(connection, key, ANA)
            add_person_anew(connection, key)
    if what == "left before":
        second = hidden(visitor.client.post(visitor.subscribe("ben@example.org")), "undo")
        visitor.client.post("/undo", data={"undo": second})
        assert status(visitor) is Status.UNSUBSCRIBED
        return
    before = status(visitor)
    answer = visitor.client.post("/undo", data={"undo": first})
    # A bounce is graver news of an address, and lighter than its owner's word: the request itself still stands.
    assert answer.status_code == (200 if what == "bounced" else 404)
    assert status(visitor) is (Status.SUBSCRIBED if what == "bounced" else before)


def add_person_anew(connection: object, key: bytes) -> None:
    from newsletter.subscribers.suppression import lift

    lift(connection, key, ANA)  # type: ignore[arg-type]
    person = add_subscriber(connection, key, ANA, wording="Again.")  # type: ignore[arg-type]
    suppress(connection, key, person.email, Reason.UNSUBSCRIBED)  # type: ignore[arg-type]


def test_a_pending_person_cannot_be_made_a_subscriber(visitor: Visitor) -> None:
    """Undoing never makes more of somebody than they were: who has not confirmed gets no offer."""
    with visitor.store.write() as connection:
        person = add_subscriber(connection, visitor.store.key, ANA, wording="Yes.", pending=True)
    answer = visitor.client.post(f"/u/{unsubscribe_token(visitor.store.key, person.id)}")
    assert 'name="undo"' not in answer.text


@pytest.mark.parametrize("reason", ["often", "interest", "never", "other"])
def test_why(visit: Visit, reason: str) -> None:
    """One optional question, answered once, from a closed list; undoing still works after it."""
    visitor = visit("ask_why = true")
    answer = visitor.client.post(visitor.subscribe())
    token = hidden(answer, "undo")
    for _ in range(2):
        thanks = visitor.client.post("/why", data={"undo": token, "why": reason})
        assert (thanks.status_code, "Thank you" in thanks.text) == (200, True)
    assert visitor.client.post("/why", data={"undo": token, "why": "my diagnosis"}).status_code == 404
    notes = [entry.note for entry in visitor.entries()]
    assert len([note for note in notes if note]) == 1
    assert visitor.client.post("/undo", data={"undo": hidden(thanks, "undo")}).status_code == 200
    assert status(visitor) is Status.SUBSCRIBED


def test_why_is_not_asked_by_default(visitor: Visitor) -> None:
    """Without the setting there is no question."""
    assert 'name="why"' not in visitor.client.post(visitor.subscribe()).text


# --- With SendGrid -----------------------------------------------------------------------


@pytest.fixture
def sendgrid(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSendGrid]:
    """A SendGrid of our own that the workspace uses."""
    with fake_sendgrid() as account:
        monkeypatch.setenv("SENDGRID_HOST", account.url)
        monkeypatch.setenv("SENDGRID_API_KEY", KEY)
        yield account


def with_sendgrid(visit: Visit) -> Visitor:
    visitor = visit()
    path = visitor.workspace.root / "newsletter.toml"
    path.write_text(path.read_text("utf-8") + '\n[delivery]\ntransport = "sendgrid"\n', "utf-8")
    return Visitor(open_workspace(path.parent), visitor.store, visitor.hands)


def test_the_provider_is_told_and_told_back(visit: Visit, sendgrid: FakeSendGrid) -> None:
    """Held mail is dropped for who leaves, and sent after all for who undoes it."""
    visitor = with_sendgrid(visit)
    link = visitor.subscribe()
    transport = SendGridTransport(Client(KEY, sendgrid.url), Tracking())
    plan = Plan(transport="sendgrid", public_url="https://news.example.org", hold_seconds=1800)
    campaign = start(visitor.store, MESSAGE, slug="december", plan=plan)
    dispatch(visitor.store, campaign, transport, clock=Clock(sleep=lambda _seconds: None))
    answer = visitor.client.post(link)
    complete_requests(visitor.workspace, visitor.store)
    assert ANA not in sendgrid.received()
    visitor.client.post("/undo", data={"undo": hidden(answer, "undo")})
    complete_requests(visitor.workspace, visitor.store)
    assert ANA in sendgrid.received()
    assert status(visitor) is Status.SUBSCRIBED


def test_a_confirmation_reaches_who_left(visit: Visit, sendgrid: FakeSendGrid) -> None:
    """SendGrid would drop mail to somebody who left; the one mail that they ask for themselves gets through."""
    visitor = with_sendgrid(visit)
    visitor.client.post(visitor.subscribe())
    sendgrid.suppressions["unsubscribes"] = [{"email": ANA, "created": int(sendgrid.now())}]
    visitor.fill_in(ANA)
    complete_requests(visitor.workspace, visitor.store, visitor.clock)
    [body] = sendgrid.bodies
    assert body["mail_settings"] == {"bypass_unsubscribe_management": {"enable": True}}
    assert not any(setting["enable"] for setting in body["tracking_settings"].values())
    assert body["headers"] == {"Auto-Submitted": "auto-generated"}
    [link] = set(re.findall(r"https://news\.example\.org(/confirm/\w+)", body["content"][0]["value"]))
    assert ANA in sendgrid.received()
    assert visitor.client.post(link).status_code == 200
    keeper = SendGridTransport(Client(KEY, sendgrid.url), Tracking())
    sync(visitor.store, keeper)  # before SendGrid was told: its list is no news
    assert status(visitor) is Status.SUBSCRIBED
    complete_requests(visitor.workspace, visitor.store)
    assert sendgrid.suppressions["unsubscribes"] == []
    sync(visitor.store, keeper)
    assert status(visitor) is Status.SUBSCRIBED
