"""Closing the desk in the middle of a send, politely or not: nobody twice, nobody missed."""

import http.client
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest

from newsletter.campaigns import find_campaign
from newsletter.campaigns.states import DeliveryState
from newsletter.storage import open_store
from newsletter.workspace import Workspace
from tests.campaigns.samples import add_people, states
from tests.fakes.sendgrid import KEY, FakeSendGrid, Fault, fake_sendgrid
from tests.web.running import PATIENCE, RunningDesk, desk_process
from tests.web.sending.conftest import PAGE, SLUG, end_countdown, set_settings

pytestmark = pytest.mark.heavy

PEOPLE = 40
_FIELD = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')


def _form(desk: RunningDesk, action: str) -> dict[str, str]:
    page = desk.get(PAGE).body.decode()
    start = page.index(f'<form method="post" action="{PAGE}{action}"')
    return {name: unescape(value) for name, value in _FIELD.findall(page[start : page.index("</form>", start)])}


def _post(desk: RunningDesk, action: str, **more: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=PATIENCE)
    headers = {"Cookie": desk.cookie, "Origin": desk.address, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", PAGE + action, urlencode(_form(desk, action) | more), headers)
    status = connection.getresponse().status
    connection.close()
    return status


def _wait(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, "nothing came of it"
        time.sleep(0.005)


def _states(workspace: Workspace) -> Counter[DeliveryState]:
    with open_store(workspace.database_url, workspace.key_file) as store:
        campaign = find_campaign(store, SLUG)
        return Counter(states(store, campaign).values()) if campaign else Counter()


@pytest.fixture
def clinic(desk_workspace: Workspace) -> Workspace:
    """Forty people, each with a request of their own."""
    set_settings(desk_workspace, '[delivery]\ntransport = "sendgrid"\nbatch_size = 1\nparallel = 1\ncountdown = "0s"')
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store:
        add_people(store, PEOPLE)
    return desk_workspace


def _resume(workspace: Workspace) -> None:
    command = [sys.executable, "-m", "newsletter", "-C", str(workspace.root), "resume", SLUG]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


HOW = [signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGKILL", signal.SIGTERM)]


@pytest.mark.skipif(sys.platform == "win32", reason="a signal there reaches the whole console")
@pytest.mark.parametrize("how", HOW, ids=lambda how: how.name)
def test_a_desk_that_is_closed_while_sending(
    clinic: Workspace, monkeypatch: pytest.MonkeyPatch, how: signal.Signals
) -> None:
    """Whether it is asked to end or killed, `resume` completes the send: each person gets one."""
    with fake_sendgrid(cancel_limit=100) as account:
        _use(account, monkeypatch)
        with desk_process(clinic) as desk:
            assert _post(desk, "", yes="yes") == 303
            _wait(lambda: len(account.mails) > 2)
            desk.process.send_signal(how)
            desk.process.wait(PATIENCE)
        left = _states(clinic)
        assert left[DeliveryState.ACCEPTED] < PEOPLE

        _resume(clinic)
        assert Counter(map(len, account.received().values())) == {1: PEOPLE}
        assert _states(clinic) == {DeliveryState.ACCEPTED: PEOPLE}


@pytest.mark.skipif(sys.platform == "win32", reason="a signal there reaches the whole console")
def test_a_provider_that_does_not_answer_holds_up_nothing(clinic: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk ends in time; whether the request arrived is settled by `resume`, and each person gets one."""
    with fake_sendgrid(cancel_limit=100) as account:
        _use(account, monkeypatch)
        hanging = Fault("slow", seconds=PATIENCE)
        account.faults.insert(2, hanging)
        with desk_process(clinic) as desk:
            assert _post(desk, "", yes="yes") == 303
            _wait(lambda: account.requests.count("POST /v3/mail/send") == 3)  # which hangs
            arrived = len(account.mails)
            desk.process.send_signal(signal.SIGINT)
            desk.process.wait(PATIENCE / 2)  # two seconds, and what a busy machine adds
        hanging.over.set()
        _wait(lambda: len(account.mails) > arrived)  # that request, too, all the same

        _resume(clinic)
        assert Counter(map(len, account.received().values())) == {1: PEOPLE}
        assert _states(clinic) == {DeliveryState.ACCEPTED: PEOPLE}


@pytest.mark.skipif(sys.platform == "win32", reason="a signal there reaches the whole console")
def test_the_next_desk_goes_on(clinic: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a kill the page of a new desk says that it was interrupted, and its button completes the send."""
    with fake_sendgrid(cancel_limit=100) as account:
        _use(account, monkeypatch)
        with desk_process(clinic) as desk:
            _post(desk, "", yes="yes")
            _wait(lambda: len(account.mails) > 2)
            desk.process.kill()
            desk.process.wait(PATIENCE)
        with desk_process(clinic) as desk:
            assert b"Interrupted" in desk.get(PAGE).body
            assert _post(desk, "/go-on") == 303
            _wait(lambda: _states(clinic) == {DeliveryState.ACCEPTED: PEOPLE})

        assert Counter(map(len, account.received().values())) == {1: PEOPLE}


def test_closed_while_it_counts_down(desk_workspace: Workspace) -> None:
    """What waits for its moment is still there when the desk is opened again, and goes out then."""
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store:
        add_people(store, 3)
    set_settings(desk_workspace, '[delivery]\ncountdown = "60s"')
    with desk_process(desk_workspace) as desk:
        assert _post(desk, "", yes="3") == 303
        desk.process.kill()
        desk.process.wait(PATIENCE)
    assert _states(desk_workspace) == {DeliveryState.QUEUED: 3}
    end_countdown(desk_workspace)

    with desk_process(desk_workspace):
        _wait(lambda: _states(desk_workspace) == {DeliveryState.ACCEPTED: 3})
    assert len({_to(path) for path in (desk_workspace.outbox_dir / SLUG).iterdir()}) == 3


def _to(path: Path) -> str:
    return str(message_from_bytes(path.read_bytes())["To"])


def _use(account: FakeSendGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENDGRID_API_KEY", KEY)
    monkeypatch.setenv("SENDGRID_HOST", account.url)
    # Slow enough that a desk is closed in the middle, however quick the machine is.
    account.faults.extend(Fault("slow", seconds=0.05) for _ in range(PEOPLE))
