"""The process dies after it has stored something and before it says so; whoever asked asks again."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from newsletter.campaigns import Plan
from newsletter.campaigns.events import EVENTS_PATH
from newsletter.campaigns.freezing import start
from newsletter.campaigns.sender import dispatch
from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking
from newsletter.workspace import open_workspace
from tests.campaigns.samples import MESSAGE
from tests.fakes.sendgrid import KEY, FakeSendGrid, fake_sendgrid
from tests.fakes.sendgrid.webhook import Webhook, happen
from tests.web.public.killed import DIED
from tests.web.public.visiting import ANA, PATIENCE, Visit, Visitor, hidden

BEN = "ben@example.org"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Killed:
    """Pages that die with each answer, beside others that live, on the same database."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def post(self, path: str, fields: dict[str, str] | None = None) -> None:
        self.post_bytes(path, urlencode(fields or {}), FORM)

    def post_bytes(self, path: str, body: str, headers: dict[str, str]) -> None:
        arguments = [str(self.visitor.workspace.root), self.visitor.hands.now().isoformat(), path, body]
        ended = subprocess.run(
            [sys.executable, "-m", "tests.web.public.killed", *arguments],
            input=json.dumps(headers),
            text=True,
            timeout=PATIENCE,
            check=False,
            cwd=Path(__file__).parents[3],
        )
        assert ended.returncode == DIED

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Return what is stored, without times and the numbers of rows."""
        queries = {
            "people": "SELECT email, status, first_name, language, tags FROM subscribers ORDER BY email",
            "consents": "SELECT subscriber_id, number, what, how, wording, note FROM consents ORDER BY 1, 2",
            "suppressions": "SELECT reason FROM suppressions ORDER BY reason",
            "pauses": "SELECT subscriber_id FROM pauses",
            "fates": "SELECT email, state, fate FROM deliveries ORDER BY email",
            "events": "SELECT event_key, kind FROM events ORDER BY 1",
        }
        with self.visitor.store.read() as connection:
            return {name: [tuple(row) for row in connection.exec_driver_sql(sql)] for name, sql in queries.items()}


@pytest.fixture
def killed(visit: Visit) -> Killed:
    return Killed(visit())


@pytest.mark.heavy
def test_unsubscribing_and_choosing(killed: Killed) -> None:
    """What a button has done is done; pressed again, the page says so, and nothing is done twice."""
    visitor = killed.visitor
    link = visitor.subscribe()
    preferences = visitor.open_preferences(link)
    chosen = {"do": "save", "first_name": "Ana", "language": "es", "topic": "once a month"}
    for path, fields in [(preferences, chosen), (preferences, {"do": "pause"}), (link, {})]:
        before = killed.rows()
        killed.post(path, fields)
        stored = killed.rows()
        assert stored != before
        assert visitor.client.post(path, data=fields).status_code == 200
        assert killed.rows() == stored
    assert [row[1] for row in stored["people"]] == ["unsubscribed"]


@pytest.mark.heavy
def test_undoing(killed: Killed) -> None:
    """The answer with the button was seen, and the next one was not: once or twice, they are subscribed."""
    visitor = killed.visitor
    undo = {"undo": hidden(visitor.client.post(visitor.subscribe()), "undo")}
    killed.post("/undo", undo)
    stored = killed.rows()
    assert [row[1] for row in stored["people"]] == ["subscribed"]
    assert visitor.client.post("/undo", data=undo).status_code == 200
    assert killed.rows() == stored


@pytest.mark.heavy
def test_joining_and_confirming(killed: Killed) -> None:
    """A request that was stored before the answer got lost is mailed once, however often the form is sent again."""
    visitor = killed.visitor
    fields = {"shown": hidden(visitor.get("/subscribe"), "shown"), "email": BEN}
    visitor.hands.move(seconds=10)
    killed.post("/subscribe", fields)
    assert visitor.client.post("/subscribe", data=fields).status_code == 200
    assert len(visitor.mails()) == 1
    link = visitor.link()
    killed.post(link)
    stored = killed.rows()
    assert [row[1] for row in stored["people"]] == ["subscribed"]
    assert visitor.client.post(link).status_code == 200
    assert killed.rows() == stored
    assert visitor.told(BEN) == [("requested", "form"), ("confirmed", "token")]


@pytest.fixture
def account() -> Iterator[FakeSendGrid]:
    with fake_sendgrid() as found:
        yield found


@pytest.mark.heavy
def test_events(visit: Visit, account: FakeSendGrid) -> None:
    """SendGrid posts again what was stored without an answer, and each event still counts once."""
    webhook = Webhook(account, "http://unused.example.org")
    visitor = visit(f'[sendgrid]\nwebhook_key = "{webhook.key}"')
    killed = Killed(Visitor(open_workspace(visitor.workspace.root), visitor.store, visitor.hands))
    visitor.subscribe(ANA)
    visitor.subscribe(BEN)
    account.fates = {BEN: "bounce"}
    campaign = start(visitor.store, MESSAGE, slug="december", plan=Plan(transport="sendgrid"))
    dispatch(visitor.store, campaign, SendGridTransport(Client(KEY, account.url), Tracking()))
    body = json.dumps(happen(account))
    before = killed.rows()
    killed.post_bytes(EVENTS_PATH, body, webhook.signed(body.encode()))
    stored = killed.rows()
    assert stored != before
    assert [row[1] for row in stored["people"]] == ["subscribed", "bounced"]
    killed.post_bytes(EVENTS_PATH, body, webhook.signed(body.encode()))
    assert killed.rows() == stored
