"""The pages as they run: the worker behind them, the log, and the commands that do its work without a server."""

import contextlib
import json
import threading
from email.message import EmailMessage
from http.client import HTTPConnection

import httpx2
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from newsletter.cli.main import cli
from newsletter.message import Recipient
from newsletter.services import requests as completing
from newsletter.services.consent import ask_to_join
from newsletter.services.requests import complete_requests, forget_unconfirmed
from newsletter.storage.moment import write_moment
from newsletter.subscribers.records import add_subscriber
from newsletter.transports import Batch, NotSent, Outcome, Refused, Unknown
from newsletter.transports.outbox import OutboxTransport
from newsletter.web.public import create_public_pages, public_server, running_worker
from newsletter.web.public.signup import network_of
from newsletter.workspace import open_workspace
from tests.web.public.visiting import ANA, PATIENCE, Visitor, hidden, serving


def test_a_request_is_completed_after_the_answer(visitor: Visitor) -> None:
    """Whoever is answered is mailed without anything else happening; stopping waits for it."""
    done = threading.Event()

    def complete() -> int:
        waiting = complete_requests(visitor.workspace, visitor.store, visitor.clock).waiting
        if list(visitor.workspace.outbox_dir.rglob("*.eml")):
            done.set()
        return waiting

    with running_worker(complete, lambda: None) as worker:
        app = create_public_pages(visitor.workspace, visitor.store, wake=worker.wake, clock=visitor.clock)
        client = TestClient(app)
        shown = hidden(client.get("/subscribe"), "shown")
        visitor.hands.move(seconds=5)
        assert client.post("/subscribe", data={"shown": shown, "email": ANA}).status_code == 200
        assert done.wait(PATIENCE)


def test_stopping_completes_what_was_asked(visitor: Visitor) -> None:
    """What was asked for while the worker ends is done before it has ended, and not lost if it could not be."""
    with running_worker(lambda: complete_requests(visitor.workspace, visitor.store).waiting, lambda: None):
        ask_to_join(visitor.store, ANA, wording="Yes.", shown="test")
    assert len(list(visitor.workspace.outbox_dir.rglob("*.eml"))) == 1


class Failing(OutboxTransport):
    """An outbox that fails as it is told to."""

    def __init__(self, visitor: Visitor, outcomes: list[Outcome | Exception]) -> None:
        super().__init__(visitor.workspace.outbox_dir)
        self.outcomes, self.tried = outcomes, list[Recipient]()

    def send(self, batch: Batch) -> Outcome:
        self.tried += batch.recipients
        outcome = self.outcomes.pop(0) if self.outcomes else super().send(batch)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@pytest.mark.parametrize(
    ("outcome", "tries"),
    [
        (NotSent("busy"), 2),
        (Unknown("lost"), 1),
        (ValueError("nobody knows"), 1),
        (Refused("no such mailbox", {0: "no such mailbox"}), 1),
    ],
    ids=["not sent", "unknown", "an error of ours", "no such mailbox"],
)
def test_nobody_gets_it_twice(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, outcome: Outcome | Exception, tries: int
) -> None:
    """A mail that surely was not sent is tried again; one that may have been is not."""
    failing = Failing(visitor, [outcome])
    monkeypatch.setattr(completing, "open_transport", lambda _workspace: failing)
    ask_to_join(visitor.store, ANA, wording="Yes.", shown="test")
    for _ in range(3):
        try:
            complete_requests(visitor.workspace, visitor.store)
        except ValueError:
            continue
    assert len(failing.tried) == tries


def test_an_address_without_a_mailbox_is_deleted_in_time(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever cannot be asked does not stay pending for ever, and is not asked again the same day."""
    failing = Failing(visitor, [Refused("no such mailbox", {0: "no such mailbox"})])
    monkeypatch.setattr(completing, "open_transport", lambda _workspace: failing)
    for _ in range(2):
        ask_to_join(visitor.store, ANA, wording="Yes.", shown="test", clock=visitor.clock)
        complete_requests(visitor.workspace, visitor.store, visitor.clock)
    assert len(failing.tried) == 1
    assert visitor.person() is not None
    visitor.hands.move(days=31)
    assert forget_unconfirmed(visitor.store, visitor.clock) == 1
    assert visitor.person() is None


def test_a_mail_that_waited_keeps_nobody_pending(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever was asked hours after the form is deleted in time, also if that is looked for in between."""
    failing = Failing(visitor, [NotSent("busy")])
    monkeypatch.setattr(completing, "open_transport", lambda _workspace: failing)
    ask_to_join(visitor.store, ANA, wording="Yes.", shown="test", clock=visitor.clock)
    complete_requests(visitor.workspace, visitor.store, visitor.clock)
    visitor.hands.move(hours=5)
    complete_requests(visitor.workspace, visitor.store, visitor.clock)
    at = write_moment(visitor.hands.now())
    with visitor.store.write() as connection:  # the person's own time is this computer's
        connection.exec_driver_sql("UPDATE subscribers SET created_at = ?", (at,))
    visitor.hands.move(days=30, hours=-2)
    assert forget_unconfirmed(visitor.store, visitor.clock) == 0
    visitor.hands.move(hours=4)
    assert forget_unconfirmed(visitor.store, visitor.clock) == 1
    assert visitor.person() is None


def test_two_processes_send_one_mail(visitor: Visitor) -> None:
    """Both complete requests at the same time; each mail is claimed by one of them."""
    for number in range(6):
        ask_to_join(visitor.store, f"reader{number}@example.org", wording="Yes.", shown="test")
    mailed: list[int] = []
    threads = [
        threading.Thread(target=lambda: mailed.append(complete_requests(visitor.workspace, visitor.store).mailed))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sum(mailed) == len(list(visitor.workspace.outbox_dir.rglob("*.eml"))) == 6


def test_run_due_completes_requests(visitor: Visitor) -> None:
    """Without a server, cron does it; who never confirmed is deleted."""
    ask_to_join(visitor.store, ANA, wording="Yes.", shown="test")
    runner = CliRunner()
    result = runner.invoke(cli, ["-C", str(visitor.workspace.root), "run-due"])
    assert (result.exit_code, "Sent 1 mail that was waiting." in result.stderr) == (0, True)
    with visitor.store.write() as connection:
        long_ago = "'2026-01-01T00:00:00Z'"
        connection.exec_driver_sql(f"UPDATE requests SET at = {long_ago}")  # noqa: S608
        connection.exec_driver_sql(f"UPDATE subscribers SET created_at = {long_ago}")  # noqa: S608
    result = runner.invoke(cli, ["-C", str(visitor.workspace.root), "run-due"])
    assert "Deleted 1 person who did not confirm" in result.stderr
    assert visitor.person() is None


def test_asking_people_from_an_import(visitor: Visitor) -> None:
    """People who were added as pending are asked once; their click makes them subscribers."""
    with visitor.store.write() as connection:
        for name in ("ana", "ben"):
            add_subscriber(connection, visitor.store.key, f"{name}@example.org", wording="On paper.", pending=True)
    runner = CliRunner()
    command = ["-C", str(visitor.workspace.root), "subscribers", "ask"]
    refused = runner.invoke(cli, command)
    assert (refused.exit_code, visitor.mails()) == (1, [])
    result = runner.invoke(cli, [*command, "--yes", "--json"])
    assert json.loads(result.stdout) == {"asked": 2, "mailed": 2, "waiting": 0}
    assert "Nobody is pending" in runner.invoke(cli, [*command, "--yes"]).stdout
    mails: list[EmailMessage] = visitor.mails()
    assert sorted(mail["To"] for mail in mails) == ["ana@example.org", "ben@example.org"]
    visitor.client.post(visitor.link())
    told = [visitor.told(f"{name}@example.org") for name in ("ana", "ben")]
    assert sorted(told) == [[("requested", "command")], [("requested", "command"), ("confirmed", "token")]]


def test_the_log_names_nobody(visitor: Visitor) -> None:
    """A line for each request has its route, and no path, token, address or client."""
    lines: list[str] = []
    client = TestClient(create_public_pages(visitor.workspace, visitor.store, log=lines.append))
    link = visitor.subscribe()
    client.get(link)
    client.post("/subscribe", data={"email": ANA})
    client.get(f"/{ANA}")
    client.request("ANA@EXAMPLE", "/")
    found = [json.loads(line) for line in lines]
    assert [(line["method"], line["route"], line["status"]) for line in found] == [
        ("GET", "/u/{token:path}", 200),
        ("POST", "/subscribe", 200),
        ("GET", "none", 404),
        ("other", "/", 405),
    ]
    assert not any(secret in "".join(lines).lower() for secret in ("ana@", link, "testclient"))


@pytest.mark.parametrize(("allowed", "status"), [("127.0.0.1", 200), ("192.0.2.1", 429)])
def test_who_is_counted_behind_a_web_server(visitor: Visitor, allowed: str, status: int) -> None:
    """A web server that is believed tells visitors apart; of any other, all its visitors count as one."""
    app = create_public_pages(visitor.workspace, visitor.store, clock=visitor.clock)
    with serving(public_server(app, "127.0.0.1", 0, allowed)) as port:
        for number in range(31):
            with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
                connection.request("POST", "/subscribe", headers={"X-Forwarded-For": f"198.51.{number}.7"})
                answer = connection.getresponse().status
    assert answer == status


def test_the_sample_address_is_not_mailed(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as the postal address is the sample's, nothing leaves this computer; then it does."""
    path = visitor.workspace.root / "newsletter.toml"
    real = path.read_text("utf-8")
    path.write_text(real.replace("12 Elm Street, Springfield, MA 01101", "PLACEHOLDER: your street"), "utf-8")
    sample = open_workspace(path.parent)
    ask_to_join(visitor.store, ANA, wording="Yes.", shown="test")
    failing = Failing(visitor, [])
    failing.leaves_machine = True
    monkeypatch.setattr(completing, "open_transport", lambda _workspace: failing)
    done = complete_requests(sample, visitor.store)
    assert (done.mailed, done.waiting, "sample's" in done.trouble) == (0, 1, True)
    assert complete_requests(visitor.workspace, visitor.store).mailed == 1


def test_an_error_of_ours_is_logged_without_its_words(visitor: Visitor, capfd: pytest.CaptureFixture[str]) -> None:
    """Whoever runs the pages learns what failed and where; an error's own words may quote a reader's address."""

    def pictures(_slug: str, _name: str, _mark: str) -> None:
        try:
            int(ANA)
        except ValueError as err:
            raise LookupError(str(err)) from err

    app = create_public_pages(visitor.workspace, visitor.store, pictures=pictures)
    with serving(public_server(app, "127.0.0.1", 0)) as port:
        answer = httpx2.get(f"http://127.0.0.1:{port}/pictures/december/garden.png")
    assert (answer.status_code, "not your fault" in answer.text) == (503, True)
    logged = capfd.readouterr().err
    assert "A request failed: LookupError" in logged
    assert "in pictures" in logged
    assert ANA not in logged


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/56"),
        ("fe80::1%eth0", "fe80::/56"),
        ("testclient", "unknown"),
        ("", "unknown"),
    ],
)
def test_networks(host: str, network: str) -> None:
    """One household counts as one, however many addresses it has."""
    assert network_of(host) == network
