"""`newsletter worker`, and the commands beside it: who sends is seen, and nothing is sent twice."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text, update

from newsletter.campaigns import CampaignState, Plan, known_campaign
from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.freezing import start
from newsletter.campaigns.ledger import claim, move_campaign
from newsletter.campaigns.lock import at_work, workers
from newsletter.services import worker as service
from newsletter.services.worker import Worker
from newsletter.storage import Store, open_store
from newsletter.storage.ledger import campaigns
from newsletter.storage.people import facts, subscribers
from newsletter.storage.session import Lock
from newsletter.workspace import Workspace, open_workspace
from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace
from tests.campaigns.samples import ADDRESS, MESSAGE, add_people
from tests.cli.typed import process_environment, typed
from tests.fakes.sendgrid import KEY, FakeSendGrid, fake_sendgrid

PEOPLE = 30

OnDuty = Callable[[], contextlib.AbstractContextManager[list[str]]]


@pytest.fixture
def clinic(tmp_path: Path, postgres_url: str) -> Workspace:
    """A workspace with the sample issue whose thirty people are in a PostgreSQL database."""
    make_workspace(tmp_path / "clinic", {"clinic.postal_address": ADDRESS})
    settings = tmp_path / "clinic" / "newsletter.toml"
    text = settings.read_text("utf-8")
    assert "sqlite:///newsletter.db" in text
    settings.write_text(text.replace("sqlite:///newsletter.db", postgres_url), "utf-8")
    workspace = open_workspace(tmp_path / "clinic")
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, PEOPLE)
    return workspace


@pytest.fixture
def store(clinic: Workspace) -> Iterator[Store]:
    with open_store(clinic.database_url, clinic.key_file) as opened:
        yield opened


@pytest.fixture
def on_duty(clinic: Workspace, store: Store, monkeypatch: pytest.MonkeyPatch) -> OnDuty:
    """Run a worker in a thread, with short waits; it gives what it says."""
    monkeypatch.setattr(service, "_POLL", 0.05)
    monkeypatch.setattr(service, "_AGAIN", 0.1)

    @contextlib.contextmanager
    def run() -> Iterator[list[str]]:
        said: list[str] = []
        stop = Event()
        thread = Thread(target=Worker(clinic, store, said.append).run, args=(stop,))
        thread.start()
        try:
            yield said
        finally:
            stop.set()
            thread.join()

    return run


def until(is_so: Callable[[], object]) -> None:
    """Wait for something that comes by itself."""
    for _ in range(600):
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come")


def state(store: Store, slug: str = "december") -> CampaignState:
    return known_campaign(store, slug).state


def test_two_workers_and_what_is_said_of_them(clinic: Workspace) -> None:
    """`send --wait` leaves the issue to the workers and comes back when all is sent; they end politely."""
    crew = [_newsletter(clinic, "worker", "--json") for _ in range(2)]
    try:
        with open_store(clinic.database_url, clinic.key_file) as store:
            until(lambda: len(workers(store)) == 2)
        sent = typed("-C", str(clinic.root), "send", SAMPLE_ISSUE, "--yes", "--wait", "--json")
        assert sent.returncode == 0, sent.stderr
        document = json.loads(sent.stdout)
        assert (document["state"], document["counts"]["accepted"]) == ("sent", PEOPLE)
        assert len(list((clinic.outbox_dir / SAMPLE_ISSUE).glob("*.eml"))) == PEOPLE
    finally:
        for one in crew:
            one.send_signal(signal.SIGTERM)
        ended = [one.communicate(timeout=60) for one in crew]
    assert [one.returncode for one in crew] == [0, 0]
    assert [json.loads(out)["worker"].rpartition(" ")[2] for out, _ in ended] == [str(one.pid) for one in crew]
    assert all(words.endswith("Stopped.\n") for _, words in ended)
    assert any(f"{SAMPLE_ISSUE}: finished" in words for _, words in ended)


def test_status_names_who_sends(clinic: Workspace, store: Store) -> None:
    """While a process is at work on it, `status` says who, and offers no `resume`."""
    campaign = start(store, MESSAGE, slug=SAMPLE_ISSUE, plan=Plan(transport="outbox"))
    with at_work(store, campaign):
        shown = typed("-C", str(clinic.root), "status", SAMPLE_ISSUE)
        document = json.loads(typed("-C", str(clinic.root), "status", SAMPLE_ISSUE, "--json").stdout)
    assert f"{PEOPLE} still to be sent, by 1 process:" in shown.stdout
    assert f"process {os.getpid()}" in shown.stdout
    assert "resume" not in shown.stdout
    assert [name.endswith(f"process {os.getpid()}") for name in document["workers"]] == [True]
    alone = typed("-C", str(clinic.root), "status", SAMPLE_ISSUE)
    assert f"newsletter resume {SAMPLE_ISSUE}" in alone.stdout


def test_without_workers_send_does_it_itself(clinic: Workspace) -> None:
    """With PostgreSQL and no worker, everything is as with SQLite."""
    sent = typed("-C", str(clinic.root), "send", SAMPLE_ISSUE, "--yes")
    assert f"{PEOPLE} messages written" in sent.stdout
    assert "process" not in sent.stdout


def test_waiting_for_workers_that_go_away(clinic: Workspace, store: Store) -> None:
    """If no worker sees to it any more, `send --wait` goes on by itself."""
    with store.with_session() as idle:  # which sends nothing
        assert idle.session is not None
        assert idle.session.lock(Lock.DUTY, 0, shared=True)
        with _newsletter(clinic, "send", SAMPLE_ISSUE, "--yes", "--wait") as waiting:
            until(lambda: _is_frozen(store))
            left = typed("-C", str(clinic.root), "resume", SAMPLE_ISSUE)
            assert f"{PEOPLE} still to be sent, by 1 process:" in left.stdout
            idle.session.close()
            assert f"{PEOPLE} messages written" in waiting.communicate(timeout=60)[0]


def test_what_workers_had_to_pause(clinic: Workspace, store: Store) -> None:
    """`send --wait` says why, and does not continue it by itself."""
    with store.with_session() as idle:
        assert idle.session is not None
        assert idle.session.lock(Lock.DUTY, 0, shared=True)
        with _newsletter(clinic, "send", SAMPLE_ISSUE, "--yes", "--wait") as waiting:
            until(lambda: _is_frozen(store))
            with store.write() as connection:
                move_campaign(connection, 1, CampaignState.PAUSED, reason="account under review")
            said = waiting.communicate(timeout=60)
    assert waiting.returncode == 1
    assert f"Error: {SAMPLE_ISSUE} was paused automatically: account under review" in said[1]
    assert state(store, SAMPLE_ISSUE) is CampaignState.PAUSED


def test_waiting_is_given_up(clinic: Workspace, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends the waiting, and not the sending."""

    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("newsletter.cli.sending.time", SimpleNamespace(sleep=interrupt))
    with store.with_session() as idle:
        assert idle.session is not None
        assert idle.session.lock(Lock.DUTY, 0, shared=True)
        done = typed("-C", str(clinic.root), "send", SAMPLE_ISSUE, "--yes", "--wait")
    assert (done.returncode, state(store, SAMPLE_ISSUE)) == (130, CampaignState.SENDING)
    assert "the workers go on" in done.stderr


def _newsletter(workspace: Workspace, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "newsletter", "-C", str(workspace.root), *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=process_environment({}))


def _is_frozen(store: Store) -> bool:
    with store.read() as connection:
        return connection.scalar(select(campaigns.c.id)) is not None


def test_worker_with_sqlite(tmp_path: Path) -> None:
    """There is nothing to share; what to do instead is said."""
    make_workspace(tmp_path / "small", {})
    done = typed("-C", str(tmp_path / "small"), "worker")
    assert (done.returncode, done.stdout) == (1, "")
    assert "workers need a PostgreSQL database" in done.stderr
    assert "newsletter run-due" in done.stderr


def test_scheduled_issue(store: Store, on_duty: OnDuty) -> None:
    """It goes out at its time; one whose time is long over waits for a person, who is told once."""
    soon = datetime.now(tz=UTC) + timedelta(seconds=1)
    start(store, MESSAGE, slug="december", plan=Plan(transport="outbox"), due_at=soon)
    start(store, MESSAGE, slug="late", plan=Plan(transport="outbox"), due_at=soon)
    with store.write() as connection:
        long_ago = {"due_at": "2026-01-02T00:00:00Z", "created_at": "2026-01-01T00:00:00Z"}
        connection.execute(update(campaigns).where(campaigns.c.slug == "late").values(long_ago))
    with on_duty() as said:
        until(lambda: state(store) is CampaignState.FINISHED)
        until(lambda: any("late" in line for line in said))
    assert state(store, "late") is CampaignState.SCHEDULED
    told = [line for line in said if line.startswith("late")]
    assert told == ["late is overdue for more than an hour. To send it: newsletter resume late"]


def test_interrupted_long_ago(store: Store, on_duty: OnDuty) -> None:
    """What stopped in the middle days ago is not sent by a worker that happens to be started."""
    start(store, MESSAGE, slug="december", plan=Plan(transport="outbox"))
    with store.write() as connection:
        connection.execute(update(campaigns).values(created_at="2026-01-01T00:00:00Z"))
    with on_duty() as said:
        until(lambda: said)
    assert state(store) is CampaignState.SENDING
    assert said == ["december was interrupted for more than an hour. To send it: newsletter resume december"]


def test_what_a_dead_process_left(store: Store, on_duty: OnDuty) -> None:
    """A worker goes on by itself where a process has died in the middle."""
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="outbox", batch_size=10))
    assert claim(store, campaign, 10, SYSTEM_CLOCK)
    with on_duty():
        until(lambda: state(store) is CampaignState.FINISHED)


def test_missing_key(store: Store, on_duty: OnDuty) -> None:
    """A campaign that this computer has no key for is left to others, and what is missing is said."""
    start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid"))
    with on_duty() as said:
        until(lambda: any("SENDGRID_API_KEY" in line for line in said))
    assert state(store) is CampaignState.SENDING


def test_damage_keeps_nobody_else_waiting(store: Store, on_duty: OnDuty) -> None:
    """Beside a campaign whose row is damaged, the others are sent."""
    for slug in ("broken", "december"):
        start(store, MESSAGE, slug=slug, plan=Plan(transport="outbox"))
    with store.write() as connection:
        connection.execute(update(campaigns).where(campaigns.c.slug == "broken").values(plan="{"))
    with on_duty():
        until(lambda: state(store) is CampaignState.FINISHED)


def test_unexpected_error(store: Store, on_duty: OnDuty, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in the program ends no worker, and its words, which may quote an address, are in no log."""

    def fail(*_arguments: object, **_more: object) -> None:
        raise RuntimeError("reader1@example.org")

    monkeypatch.setattr(service, "send_queued", fail)
    start(store, MESSAGE, slug="december", plan=Plan(transport="outbox"))
    with on_duty() as said:
        until(lambda: len(said) > 1)
        assert len(workers(store)) == 1
    assert said == ["december: sending", "december: RuntimeError"]


def test_server_is_started_anew(store: Store, on_duty: OnDuty) -> None:
    """A worker that has lost its sessions begins new ones, and goes on."""
    with on_duty():
        until(lambda: workers(store))
        with store.read() as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            connection.execute(text(others + " AND datname = current_database()"))
        start(store, MESSAGE, slug="december", plan=Plan(transport="outbox"))
        until(lambda: state(store) is CampaignState.FINISHED)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSendGrid]:
    """A SendGrid of our own, by which the workspace sends."""
    with fake_sendgrid() as found:
        monkeypatch.setenv("SENDGRID_HOST", found.url)
        monkeypatch.setenv("SENDGRID_API_KEY", KEY)
        yield found


def test_chores(clinic: Workspace, store: Store, account: FakeSendGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker ends a cancellation that was cut off, and takes over whom SendGrid does not mail any more."""
    settings = clinic.root / "newsletter.toml"
    settings.write_text(settings.read_text("utf-8").replace('transport = "outbox"', 'transport = "sendgrid"'), "utf-8")
    account.suppressions["bounces"] = [
        {"email": "reader7@example.org", "created": int(account.now()), "reason": "", "status": "5.1.1"}
    ]
    start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid"))
    with store.write() as connection:
        connection.execute(update(campaigns).values(state=CampaignState.CANCELLING))
    said: list[str] = []
    monkeypatch.setattr(service, "_POLL", 0.05)
    stop = Event()
    thread = Thread(target=Worker(open_workspace(clinic.root), store, said.append).run, args=(stop,))
    thread.start()
    try:
        until(lambda: _status(store, "reader7@example.org") == "bounced" and _has_synced(store))
    finally:
        stop.set()
        thread.join()
    assert state(store) is CampaignState.CANCELLED
    assert said == [f"december: canceled, {PEOPLE} messages stopped"]
    assert account.mails == []


def _status(store: Store, address: str) -> str:
    with store.read() as connection:
        return str(connection.scalar(select(subscribers.c.status).where(subscribers.c.email == address)))


def _has_synced(store: Store) -> bool:
    with store.read() as connection:
        found = connection.scalar(select(facts.c.value).where(facts.c.name == "suppressions read until"))
        return found is not None
